"""The forms that are filled in: those that Kencho prints for a procedure, and older paper drawn by chance.

A ``Form`` has what the engine is given (the map) and what it compares with (the blank pages, 300 dpi grey).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from kencho.intake.engine.shapes import Field, Kind, Markers, Part, Rect, Template

Picture = npt.NDArray[Any]
DPI = 300
MM = DPI / 25.4
A4 = (2480, 3508)
PRINTED_AT = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Form:
    """A map with its blank pages."""

    template: Template
    blanks: tuple[Picture, ...]


@dataclass(frozen=True)
class Printed:
    """A form as Kencho prints it."""

    template: Template
    pdf: bytes

    def form(self) -> Form:
        """With its pages as pictures."""
        return Form(self.template, tuple(pages_of(self.pdf)))


def print_out(file: Path) -> Printed:
    """The printed form of a procedure definition. Raises what the compiler raises for a broken one."""
    from kencho.intake.form_maps import template_from
    from kencho.procedures.definition import compiled, parse

    source = compiled(parse(file.read_text("utf-8")))
    template, pdf = template_from(source, body_code="240001", addressee="三重県知事", created_at=PRINTED_AT)
    return Printed(template, pdf)


def pages_of(pdf: bytes) -> list[Picture]:
    """The pages of a PDF as grey pictures of A4 at 300 dpi."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            picture = page.render(scale=DPI / 72, grayscale=True).to_numpy()
            grey = picture[:, :, 0] if picture.ndim == 3 else picture
            found.append(
                cv2.resize(grey, A4, interpolation=cv2.INTER_AREA) if grey.shape[::-1] != A4 else grey.copy()
            )
        return found
    finally:
        document.close()


def empty_page() -> Picture:
    """The back of a sheet."""
    return np.full(A4[::-1], 255, np.uint8)


# What older forms ask for: label, kind, needed, width as a share of the line, options.
_QUESTIONS: tuple[tuple[str, str, Kind, float, tuple[str, ...]], ...] = (
    ("name.kana", "フリガナ", Kind.NAME_KANA, 1, ()),
    ("name.full", "氏名", Kind.NAME, 1, ()),
    ("born", "生年月日", Kind.BIRTH_DATE, 1, ()),
    ("place.postal_code", "郵便番号", Kind.POSTAL_CODE, 0.5, ()),
    ("place.address", "住所", Kind.ADDRESS, 1, ()),
    ("phone", "電話番号", Kind.TELEPHONE, 0.6, ()),
    ("mail", "メールアドレス", Kind.EMAIL, 1, ()),
    ("company", "勤務先の名称", Kind.ORGANIZATION, 1, ()),
    ("amount", "申請額（円）", Kind.MONEY, 0.5, ()),
    ("people", "世帯の人数（人）", Kind.INTEGER, 0.3, ()),
    ("account", "口座番号", Kind.DIGITS, 0.6, ()),
    ("subject", "件名", Kind.TEXT, 1, ()),
    ("reason", "理由", Kind.TEXTAREA, 1, ()),
    ("kind", "区分", Kind.CHOICE, 1, ("新規", "更新", "変更", "廃止")),
    ("use", "使いみち", Kind.CHOICES, 1, ("学費", "生活費", "医療費", "住居費", "そのほか")),
    ("agreed", "上のとおり相違ありません。", Kind.CONSENT, 1, ()),
)


def legacy(rng: random.Random, fonts: Sequence[Path], number: int) -> Form:
    """A form of before: a ruled table with labels, no markers and no code."""
    page = Image.new("L", A4, 255)
    pen = ImageDraw.Draw(page)
    sketch = _Sketch(
        pen, ImageFont.truetype(str(rng.choice(list(fonts))), round(rng.uniform(3.4, 4.4) * MM)), rng
    )
    sketch.title(
        rng.choice(("奨学給付金", "施設利用許可", "住宅改修補助", "農業者登録", "交通費助成", "入会"))
        + rng.choice(("申請書", "届出書", "請求書"))
    )
    questions = list(_QUESTIONS)
    if rng.random() < 0.5:
        rng.shuffle(questions)
    fields = [sketch.row(*each) for each in questions if rng.random() < 0.85]
    sketch.frame()
    template = Template(id=f"legacy-{number}", pages=1, fields=tuple(fields), markers=Markers.NONE)
    return Form(template, (np.asarray(page, np.uint8).copy(),))


class _Sketch:
    """Draws one table, row by row, and tells where its boxes are."""

    def __init__(self, pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, rng: random.Random) -> None:
        self._pen, self._font, self._rng = pen, font, rng
        self._left = rng.uniform(15, 25)
        self._right = 210 - rng.uniform(15, 25)
        self._middle = self._left + rng.uniform(32, 46)
        self._y = self._top = rng.uniform(36, 48)
        self._height = rng.uniform(10, 13)
        self._line = rng.choice((2, 3, 4, 5))

    def title(self, text: str) -> None:
        """Centred above the table, with an addressee and a row of small print."""
        width = self._font.getlength(text) * 1.6
        large = self._font.font_variant(size=round(self._font.size * 1.6))
        self._pen.text(((A4[0] - width) / 2, 18 * MM), text, 0, font=large)
        self._pen.text(
            (self._left * MM, 28 * MM),
            self._rng.choice(("三重県知事　様", "三重県知事　あて", "（宛先）津市長")),
            0,
            font=self._font,
        )

    def frame(self) -> None:
        """The outer lines."""
        box = [self._left * MM, self._top * MM, self._right * MM, self._y * MM]
        self._pen.rectangle(box, outline=0, width=self._line + 2)
        self._pen.line(
            [self._middle * MM, self._top * MM, self._middle * MM, self._y * MM], fill=0, width=self._line
        )
        note = self._rng.choice(
            (
                "記入上の注意　太枠の中を記入してください。",
                "（注）該当する□に印を付けてください。",
                "※ 黒のボールペンで記入してください。",
            )
        )
        self._pen.text(
            (self._left * MM, (self._y + 4) * MM),
            note,
            40,
            font=self._font.font_variant(size=round(self._font.size * 0.75)),
        )

    def row(self, key: str, label: str, kind: Kind, share: float, options: tuple[str, ...]) -> Field:
        """One question."""
        lines = {Kind.TEXTAREA: self._rng.choice((3, 4)), Kind.ADDRESS: self._rng.choice((1, 2))}.get(kind, 1)
        height = self._height + (lines - 1) * 9
        self._pen.text(
            ((self._left + 2) * MM, (self._y + height / 2 - 2) * MM),
            "" if kind is Kind.CONSENT else label,
            0,
            font=self._font,
        )
        left = self._middle + 2
        parts = self._parts(kind, share, options, label, left, self._y + height / 2, height)
        self._y += height
        self._pen.line(
            [self._left * MM, self._y * MM, self._right * MM, self._y * MM], fill=0, width=self._line
        )
        return Field(
            key=key, label=label, kind=kind, page=1, parts=parts, lines=lines, options=tuple((each, each) for each in options),
            group=key.partition(".")[0], max_length=7 if kind is Kind.DIGITS else 0, groups=(3, 4) if kind is Kind.POSTAL_CODE and len(parts) > 1 else (),
        )  # fmt: skip

    def _parts(
        self,
        kind: Kind,
        share: float,
        options: tuple[str, ...],
        label: str,
        left: float,
        middle: float,
        height: float,
    ) -> tuple[Part, ...]:
        if kind in {Kind.CHOICE, Kind.CHOICES, Kind.CONSENT}:
            return tuple(self._ticks(options or (label,), left, middle))
        if kind in {Kind.POSTAL_CODE, Kind.DIGITS} and self._rng.random() < 0.6:
            return tuple(self._cells(7, left, middle))
        width = (self._right - self._middle - 4) * share
        return (Part("", Rect(left, middle - height / 2 + 0.8, width, height - 1.6)),)

    def _ticks(self, options: tuple[str, ...], left: float, middle: float) -> list[Part]:
        found, x = [], left + 1
        for index, option in enumerate(options):
            side = 4.2
            self._pen.rectangle(
                [x * MM, (middle - side / 2) * MM, (x + side) * MM, (middle + side / 2) * MM],
                outline=0,
                width=3,
            )
            self._pen.text(((x + side + 1.2) * MM, (middle - 2) * MM), option, 0, font=self._font)
            found.append(Part(str(index), Rect(x, middle - side / 2, side, side)))
            x += side + 3.5 + self._font.getlength(option) / MM
        return found

    def _cells(self, count: int, left: float, middle: float) -> list[Part]:
        found, side = [], self._rng.uniform(6, 7.2)
        for index in range(count):
            x = left + 1 + index * side
            self._pen.rectangle(
                [x * MM, (middle - 4) * MM, (x + side) * MM, (middle + 4) * MM], outline=60, width=2
            )
            found.append(Part(str(index), Rect(x, middle - 4, side, 8)))
        return found

"""Scans by seed: which form, whose hand, what answers, what damage. The same seed and options give the same scans."""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy.typing as npt

from kencho.intake.engine.shapes import Field, Template
from scripts.accuracy import forms, sources
from scripts.accuracy.damage import Damage, damage, scan
from scripts.accuracy.fill import Filled, Pen, fill
from scripts.accuracy.hands import Hand, Strokes, Style, Typeface
from scripts.accuracy.values import Person, Written

Picture = npt.NDArray[Any]
CLASSES = ("gothic", "mincho", "handfont", "handstroke", "handhasty")
EXTRA = "extra"
LEGACY_FORMS = 4
SUFFIXES = {".ttf", ".otf", ".ttc", ".woff2"}


class Expected(StrEnum):
    """What the engine must make of a page."""

    FORM = "form"
    BACK = "back"
    STRANGER = "stranger"


@dataclass(frozen=True)
class Options:
    """What is measured; see ``make accuracy``."""

    seed: int
    pages: int = 60
    classes: tuple[str, ...] = CLASSES
    forms: Path = Path("seeds/procedures")
    fonts: Path | None = None
    layouts: str = "printed"
    dpi: int = 0
    cache: Path = field(default=sources.CACHE)


@dataclass(frozen=True)
class Sheet:
    """One scanned page with its truth."""

    name: str
    writing: str
    hand: str
    has_real_digits: bool
    template: Template
    page: int
    damage: Damage
    written: dict[str, Written]
    jpeg: bytes
    expected: Expected = Expected.FORM

    def fields(self) -> tuple[Field, ...]:
        """What stands on this page; nothing on a back or a stranger's page."""
        return self.template.on(self.page) if self.expected is Expected.FORM else ()


class NothingToWrite(Exception):
    """No form or no font could be had."""


def fonts_of(options: Options) -> dict[str, list[Path]]:
    """The font files of every class: those of the packages, and those of FONTS (a folder's name tells the class)."""
    import pylopdf_fonts_jp

    own = Path(pylopdf_fonts_jp.__file__).parent
    found = {
        "gothic": [own / "NotoSansJP-Regular.otf"],
        "mincho": [own / "NotoSerifJP-Regular.otf"],
        "handfont": [],
    }
    for name, names in sources.OF_CLASS.items():
        found[name] += [file for each in names for file in sources.files(each, cache=options.cache)]
    if options.fonts:
        for file in sorted(options.fonts.rglob("*")):
            if file.suffix.lower() in SUFFIXES:
                place = file.parent.name if file.parent.name in found else EXTRA
                found.setdefault(place, []).append(file)
    return found


def hand_for(writing: str, rng: random.Random, fonts: dict[str, list[Path]], cache: Path) -> Hand:
    """Somebody of a class. Raises NothingToWrite when the class cannot be made here."""
    if writing in {"handstroke", "handhasty"}:
        folder = cache / "strokes"
        if not folder.is_dir():
            raise NothingToWrite(writing)
        hasty = writing == "handhasty"
        real = _real_digits(cache) if rng.random() < 0.5 else {}
        return Strokes(f"{writing}{'+digits' if real else ''}", folder, Style.of(rng, hasty=hasty), real)
    if not fonts.get(writing):
        raise NothingToWrite(writing)
    path = rng.choice(fonts[writing])
    is_hand = writing == "handfont"
    return Typeface(path.stem, path, rng.uniform(0.6, 1.4) if is_hand else 0.0, rng.uniform(0, 0.1))


@lru_cache(maxsize=2)
def _real_digits(cache: Path) -> dict[str, list[list[float]]]:
    return sources.real_digits(cache=cache)


def form_files(folder: Path) -> list[Path]:
    """The procedure definitions of a folder."""
    return sorted(file for file in folder.iterdir() if file.suffix in {".yaml", ".yml"})


@lru_cache(maxsize=256)
def _printed(file: Path) -> forms.Printed | None:
    try:
        return forms.print_out(file)
    except Exception as problem:  # noqa: BLE001  # a broken definition must not end a measurement of the others
        print(f"{file.name}: {type(problem).__name__}: {problem}", file=sys.stderr)
        return None


def _forms(options: Options, fonts: dict[str, list[Path]]) -> Iterator[forms.Form]:
    """Forms without end, each as often as the others, in an order of the seed's."""
    rng = random.Random(f"kencho-forms-{options.seed}")  # noqa: S311  # scans must repeat, they hide nothing
    if options.layouts == "legacy":
        printers = [*fonts["gothic"], *fonts["mincho"]]
        drawn = [
            forms.legacy(rng, printers, options.seed * 1000 + number) for number in range(1, LEGACY_FORMS + 1)
        ]
        while True:
            yield from drawn
    files = form_files(options.forms)
    while True:
        rng.shuffle(files)
        usable = 0
        for form in map(_printed, files):
            if form:
                usable += 1
                yield form.form()
        if not usable:
            raise NothingToWrite(str(options.forms))


def documents(options: Options) -> Iterator[tuple[str, str, Hand, Filled, random.Random]]:
    """Filled-in forms without end: name, class, hand, form, and the chance that goes on with it."""
    fonts = fonts_of(options)
    rng = random.Random(f"kencho-accuracy-{options.seed}")  # noqa: S311  # scans must repeat, they hide nothing
    source = _forms(options, fonts)
    number = 0
    while True:
        for writing in rng.sample(options.classes, len(options.classes)):
            number += 1
            own = random.Random(rng.getrandbits(64))  # noqa: S311  # as above
            form = next(source)
            hand = hand_for(writing, own, fonts, options.cache)
            filled = fill(form, Pen.of(hand, own), Person(own, hand.can, options.cache))
            yield f"{options.seed}-{number:03d}", writing, hand, filled, own


def sheets(options: Options, *, strays: bool = False) -> Iterator[Sheet]:
    """Scanned pages of forms, as many as asked for; with ``strays`` there are backs and strangers among them."""
    made = 0
    for name, writing, hand, filled, rng in documents(options):
        for page, picture in enumerate(filled.pages, start=1):
            if not filled.form.template.on(page):
                continue
            fate = damage(rng, dpi=options.dpi)
            keys = {each.key for each in filled.form.template.on(page)}
            sheet = Sheet(
                name=f"{name}-{page}",
                writing=writing,
                hand=hand.name,
                has_real_digits=isinstance(hand, Strokes) and bool(hand.real),
                template=filled.form.template,
                page=page,
                damage=fate,
                written={key: value for key, value in filled.written.items() if key in keys},
                jpeg=scan(picture, fate, rng),
            )
            yield sheet
            if strays:
                yield from _strays(sheet, options, rng)
            made += 1
            if made >= options.pages:
                return


def _strays(sheet: Sheet, options: Options, rng: random.Random) -> Iterator[Sheet]:
    """Now and then the empty back of a sheet, or a page that is no form of ours."""
    fate = damage(rng, dpi=options.dpi)
    if rng.random() < 0.12:
        empty = forms.empty_page()
        yield replace(
            sheet,
            name=f"{sheet.name}b",
            damage=fate,
            written={},
            jpeg=scan(empty, fate, rng),
            expected=Expected.BACK,
        )
    if rng.random() < 0.08:
        fonts = fonts_of(options)
        stranger = forms.legacy(rng, fonts["gothic"], 0).blanks[0]
        yield replace(
            sheet,
            name=f"{sheet.name}s",
            damage=fate,
            written={},
            jpeg=scan(stranger, fate, rng),
            expected=Expected.STRANGER,
        )


def templates_of(options: Options) -> dict[str, Template]:
    """Every form that an office with these procedures knows, not only those that were filled in."""
    if options.layouts == "printed":
        return {each.template.id: each.template for each in map(_printed, form_files(options.forms)) if each}
    source = _forms(options, fonts_of(options))
    return {form.template.id: form.template for form, _n in zip(source, range(LEGACY_FORMS), strict=False)}


def originals_of(options: Options) -> dict[str, bytes]:
    """The empty forms as files, by template: the PDF that is printed, or the picture of an older form."""
    if options.layouts == "printed":
        return {each.template.id: each.pdf for each in map(_printed, form_files(options.forms)) if each}
    return {name: png_of(blank) for name, _page, blank in blanks_of(options, list(templates_of(options)))}


def png_of(picture: Picture) -> bytes:
    """A grey picture as PNG."""
    _fine, data = cv2.imencode(".png", picture)
    return bytes(data.tobytes())


def blanks_of(options: Options, wanted: Sequence[str]) -> Iterator[tuple[str, int, Picture]]:
    """The blank pages of the named templates, made again from the same seed."""
    if options.layouts == "printed":
        for each in map(_printed, form_files(options.forms)):
            if each and each.template.id in wanted:
                blanks = each.form().blanks
                yield from ((each.template.id, page, blank) for page, blank in enumerate(blanks, 1))
        return
    missing = set(wanted)
    for form in _forms(options, fonts_of(options)):
        if form.template.id in missing:
            missing.discard(form.template.id)
            yield from ((form.template.id, page, blank) for page, blank in enumerate(form.blanks, 1))
        if not missing:
            return

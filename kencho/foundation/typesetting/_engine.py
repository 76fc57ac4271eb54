"""The typesetter: data in, a tagged PDF/A-2a + PDF/UA-1 file out."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Lock
from typing import Any, Final

from ._errors import UnableToTypeset
from ._fonts import Coverage, read_coverage
from ._prepare import page_codes, prepare
from ._text import Printer, code_points

TEMPLATE_DIRECTORY: Final = Path(__file__).parent / "templates"

# PDF/A-2a (ISO 19005-2) for keeping, PDF/UA-1 (ISO 14289-1) for reading aloud; level a includes b and u.
PDF_STANDARDS: Final = ("a-2a", "ua-1")

# The engine takes fixed offsets only; Japan Standard Time has had no other since 1951.
_JAPAN: Final = timezone(timedelta(hours=9))

_SERIF: Final = "Noto Serif JP"
_SANS: Final = "Noto Sans JP"


@dataclass(frozen=True)
class FieldBox:
    """Where a box of a paper form stands. `page` counts from 1; millimetres from the top left corner.

    `part` is empty for a box of running text, the index of the option or the digit, `era:令和`, `year0`, ….
    """

    key: str
    part: str
    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class PrintedForm:
    """A paper form: the file, its number of pages, and where its boxes stand."""

    pdf: bytes
    pages: int
    boxes: tuple[FieldBox, ...]


class _Press:
    """One compiler for one template. Its world is changed by each call, so calls take turns."""

    def __init__(self, template: str, fonts: Any) -> None:
        import typst

        self._failure = typst.TypstError
        self._template = template
        self._lock = Lock()
        self._compiler = typst.Compiler(
            TEMPLATE_DIRECTORY / f"{template}.typ",
            root=TEMPLATE_DIRECTORY,
            font_paths=fonts,
            ignore_system_fonts=True,
        )

    def compile(self, inputs: dict[str, str], created_at: datetime) -> bytes:
        with self._lock:
            return self._compile(inputs, created_at)

    def measure(self, inputs: dict[str, str], created_at: datetime, label: str) -> list[Any]:
        """What a template tells under a label, when it is asked to."""
        with self._lock:
            # A query has no inputs of its own: it sees those of the compilation before it.
            self._compile({**inputs, "boxes": "wanted"}, created_at)
            found: list[Any] = json.loads(self._compiler.query(f"<{label}>", field="value"))
            return found

    def _compile(self, inputs: dict[str, str], created_at: datetime) -> bytes:
        try:
            pdf = self._compiler.compile(
                format="pdf", sys_inputs=inputs, pdf_standards=list(PDF_STANDARDS), timestamp=created_at
            )
        except self._failure as error:
            raise UnableToTypeset("template_failed", template=self._template, message=str(error)) from error
        if not isinstance(pdf, bytes):
            raise UnableToTypeset("template_failed", template=self._template, message="not one file")
        return pdf


class Typesetter:
    """A set of fonts and a compiler per template, kept for the life of the process.

    `extra_font_directories` may hold, for example, a font of 行政事務標準文字; their characters are used where
    the two Noto fonts have none. Fonts of the operating system are never used: the same input gives the same
    bytes on every machine.
    """

    def __init__(self, extra_font_directories: Sequence[Path] = ()) -> None:
        import pylopdf_fonts_jp
        import typst

        own = Path(pylopdf_fonts_jp.serif_path()).parent
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(own), *map(str, extra_font_directories)],
        )
        infos = self._fonts.fonts()
        extra = sorted({info.family for info in infos} - {_SERIF, _SANS})
        self._families = {
            "serif": json.dumps([_SERIF, _SANS, *extra], ensure_ascii=False),
            "sans": json.dumps([_SANS, _SERIF, *extra], ensure_ascii=False),
        }
        coverage = Coverage(frozenset(), frozenset())
        for path in sorted({info.path for info in infos if info.path}):
            coverage |= read_coverage(Path(path))
        self._printer = Printer(coverage)
        self._presses: dict[str, _Press] = {}
        self._lock = Lock()

    def render(self, template: str, data: Mapping[str, Any], *, created_at: datetime) -> bytes:
        """The paper as PDF/A-2a + PDF/UA-1; the same input gives the same bytes.

        `data` follows the shape of the template (Notice, Receipt, ApplicationSlip, PaperForm, Document).
        `created_at` must know its time zone. Raises UnableToTypeset.
        """
        if template == "paper_form":
            return self.print_form(data, created_at=created_at).pdf
        # The inputs come first: making them refuses an unknown name before it could become a path.
        inputs = self._inputs(template, data)
        return self._press(template).compile(inputs, _fixed(created_at))

    def print_form(self, data: Mapping[str, Any], *, created_at: datetime) -> PrintedForm:
        """A `paper_form` with the places of its boxes, for cutting a scan into fields.

        It is set twice: every page shows a code that says how many pages there are.
        """
        inputs = self._inputs("paper_form", data)
        press, at = self._press("paper_form"), _fixed(created_at)
        told = press.measure(inputs, at, "told")
        boxes = tuple(FieldBox(**one) for one in told if "key" in one)
        pages = next(int(one["pages"]) for one in told if "pages" in one)
        codes = {**json.loads(inputs["codes"]), **page_codes(data, pages)}
        pdf = press.compile({**inputs, "codes": json.dumps(codes, ensure_ascii=False)}, at)
        return PrintedForm(pdf, pages, boxes)

    def field_boxes(self, data: Mapping[str, Any], *, created_at: datetime) -> tuple[FieldBox, ...]:
        """Where every box of a `paper_form` stands."""
        return self.print_form(data, created_at=created_at).boxes

    def missing_glyphs(self, text: str) -> set[str]:
        """The characters and variation sequences of `text` that cannot be printed in their own form."""
        return self._printer.missing(text)

    def _inputs(self, template: str, data: Mapping[str, Any]) -> dict[str, str]:
        missing: set[str] = set()
        prepared = prepare(template, data)
        ready = self._printable(prepared.data, missing)
        ready["missing"] = sorted(map(code_points, missing))
        return {
            **self._families,
            "boxes": "",
            "data": json.dumps(ready, ensure_ascii=False),
            "codes": json.dumps(prepared.codes, ensure_ascii=False),
        }

    def _printable(self, value: Any, missing: set[str]) -> Any:
        if isinstance(value, str):
            return self._printer.printable(value, missing)
        if isinstance(value, Mapping):
            # A "key" names a box and is never printed; breaks between its letters would make it another name.
            return {
                key: item if key == "key" else self._printable(item, missing) for key, item in value.items()
            }
        if isinstance(value, Sequence):
            return [self._printable(item, missing) for item in value]
        return value

    def _press(self, template: str) -> _Press:
        with self._lock:
            if template not in self._presses:
                self._presses[template] = _Press(template, self._fonts)
            return self._presses[template]


def _fixed(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise UnableToTypeset("naive_time")
    # A PDF date (ISO 32000-1, 7.9.4) ends at the second.
    return at.astimezone(_JAPAN).replace(microsecond=0)


@functools.cache
def default_typesetter() -> Typesetter:
    """The process-wide typesetter with the two Noto fonts; the first call reads the fonts (about 0.2 s)."""
    return Typesetter()

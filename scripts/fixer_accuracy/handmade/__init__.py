r"""Workbooks typed by hand after the layouts that governments really publish, with their truth in the same file.

A file holds sheets and tables. Cells stand between 「|」; a number is a number, ``"12"`` is text, ``@2023-04-01`` an
Excel date, ``0.5{0%}`` a number with a format, ``=SUM(B2:B3)→7`` a formula with its result, ``\n`` a new line.

    format: xlsx                      (or csv, ods; `encoding:` for csv)
    sheet: 表1                        (`hidden sheet: …` for one that is hidden)
    merge: A1:C1 B2:C2                (also `hide columns: C`, `hide rows: 4 5`)
    市町名 | 人口
    truth:
    at: A | B                         (columns of the sheet that the truth comes from, `-` for none)
    市町名 | 人口（人） // 人口        (`//` between names that are both right)
    表1!2: 津市 | 274537               (row of the sheet; the sheet may be left out)
"""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.fixer_accuracy.model import Book, Cell, Field, Page, Place, Truth, Value

FOLDER = Path(__file__).resolve().parent
_REF = re.compile(r"([A-Z]+)(\d+)")
_UNIT = re.compile(r"（([^（）]+)）$")


def books() -> Iterator[Book]:
    """All of them, in the order of their names."""
    for path in sorted(FOLDER.glob("*.txt")):
        yield read(path.stem, path.read_text(encoding="utf-8"))


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _position(ref: str) -> tuple[int, int]:
    match = _REF.fullmatch(ref)
    if match is None:
        raise ValueError(ref)
    return int(match[2]) - 1, _column(match[1])


def _number(text: str) -> int | float | None:
    if re.fullmatch(r"-?(0|[1-9]\d*)", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else None


def _words(text: str) -> str:
    quoted = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    return quoted.replace("\\n", "\n")


def _cell(text: str, *, typed: bool) -> Cell | None:
    if not text:
        return None
    if not typed:
        return Cell(_words(text))
    if text.startswith("@"):
        return Cell(datetime.date.fromisoformat(text[1:]), "yyyy/m/d")
    if text.startswith("="):
        formula, _, value = text[1:].partition("→")
        return Cell(_number(value), "", formula)
    bare, _, look = text.partition("{")
    number = _number(bare)
    return Cell(_words(text)) if number is None else Cell(number, look.removesuffix("}"))


def _parts(line: str) -> list[str]:
    return [each.strip(" ") for each in line.split("|")]


class _Reader:
    """Reads one file, line by line."""

    def __init__(self, name: str) -> None:
        self.book = Book(name, "xlsx", [], [], {"handmade"})
        self.row = 0
        self.at: list[int | None] = []
        self.in_truth = False
        self.truth: Truth | None = None

    def line(self, line: str) -> None:
        """One line."""
        word, colon, rest = line.partition(":")
        command = getattr(self, f"do_{word.replace(' ', '_')}", None) if colon else None
        if command is not None:
            command(rest.strip(" "))
        elif self.in_truth:
            self._truth_line(line)
        else:
            self._sheet_line(line)

    def do_format(self, text: str) -> None:
        """xlsx, csv, ods."""
        self.book.format = text
        self.book.layouts.add(text)

    def do_encoding(self, text: str) -> None:
        """Of a CSV."""
        self.book.encoding = text

    def do_layouts(self, text: str) -> None:
        """Names of shapes for the report; `clean` means that nothing may change."""
        self.book.layouts |= set(text.split())
        self.book.is_clean = "clean" in text.split()

    def do_sheet(self, text: str) -> None:
        """A further sheet."""
        self.book.pages.append(Page(text))
        self.row, self.in_truth = 0, False

    def do_hidden_sheet(self, text: str) -> None:
        """A further sheet that is hidden."""
        self.do_sheet(text)
        self.book.pages[-1].is_hidden = True

    def do_merge(self, text: str) -> None:
        """Merged ranges."""
        for each in text.split():
            first, _, last = each.partition(":")
            self.book.pages[-1].merge(*_position(first), *_position(last))

    def do_hide_columns(self, text: str) -> None:
        """Hidden columns."""
        self.book.pages[-1].hidden_columns |= {_column(each) for each in text.split()}

    def do_hide_rows(self, text: str) -> None:
        """Hidden rows."""
        self.book.pages[-1].hidden_rows |= {int(each) - 1 for each in text.split()}

    def do_truth(self, _: str) -> None:
        """The sheets end, a true table begins."""
        self.in_truth, self.truth = True, None

    def do_at(self, text: str) -> None:
        """Where the columns of the rows that follow stand."""
        self.at = [None if each == "-" else _column(each) for each in _parts(text)]

    def _sheet_line(self, line: str) -> None:
        page = self.book.pages[-1]
        for column, text in enumerate(_parts(line)):
            cell = _cell(text, typed=self.book.format != "csv")
            if cell is not None:
                page.cells[self.row, column] = cell
        self.row += 1

    def _truth_line(self, line: str) -> None:
        if self.truth is None:
            self.truth = Truth([_field(each) for each in _parts(line)])
            self.book.truths.append(self.truth)
            return
        where, _, rest = line.partition(":")
        sheet, _, row = where.rpartition("!")
        texts = _parts(rest)
        values: list[Value] = [
            _number(each) if _number(each) is not None else _words(each) or None for each in texts
        ]
        source = sheet or self.book.pages[0].name
        places: list[Place | None] = [None if at is None else (source, int(row) - 1, at) for at in self.at]
        for field, value, text in zip(self.truth.fields, values, texts, strict=True):
            _settle_kind(field, value, text)
        self.truth.add(values, places, [frozenset()] * len(values))


def _field(text: str) -> Field:
    names = [each.strip(" ") for each in text.split("//")]
    match = _UNIT.search(names[0])
    plain = tuple(_UNIT.sub("", each) if match else each for each in names)
    return Field(plain, "", match[1] if match else "")


def _settle_kind(field: Field, value: Value, text: str) -> None:
    """A column is of numbers when its first value is one; of codes when that stands in quotes."""
    if not field.kind and value is not None:
        field.kind = "dec" if not isinstance(value, str) else "code" if text.startswith('"') else "label"


def read(name: str, text: str) -> Book:
    """A workbook and its truth from the text of a file."""
    reader = _Reader(name)
    for line in text.split("\n"):
        if (line.strip(" ") and not line.startswith("#")) or (
            not reader.in_truth and reader.book.pages and line == " "
        ):
            reader.line(line)
    for truth in reader.book.truths:
        for field in truth.fields:
            field.kind = field.kind or "label"
    return reader.book

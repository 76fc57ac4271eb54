"""What the generator makes: workbooks cell by cell, and the tidy tables that should come of them."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

Value = str | int | float | None
"""A cell of a tidy table. Dates are ISO text."""

Input = str | int | float | datetime.date | datetime.datetime | None
"""A cell of a workbook."""

Place = tuple[str, int, int]
"""(sheet, row, column), both from 0."""

NUMBERS = frozenset({"int", "dec", "percent"})
"""Kinds of column that hold quantities."""

CODES = frozenset({"code", "postal", "phone", "serial"})
"""Kinds of column whose digits are a name."""


@dataclass(slots=True)
class Cell:
    """A cell as it stands in the file. `format` is Excel's number format, `formula` is without 「=」."""

    value: Input
    format: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle, edges included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Page:
    """One sheet."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_hidden: bool = False
    has_object: bool = False

    def put(self, row: int, column: int, value: Input, number_format: str = "", formula: str = "") -> None:
        """Write a cell; nothing is written for nothing."""
        if value is not None:
            self.cells[row, column] = Cell(value, number_format, formula)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a range of more than one cell."""
        if (top, left) != (bottom, right):
            self.merges.append(Area(top, left, bottom, right))

    def extent(self) -> tuple[int, int]:
        """Rows and columns in use."""
        rows = [row for row, _ in self.cells] + [each.bottom for each in self.merges]
        columns = [column for _, column in self.cells] + [each.right for each in self.merges]
        return max(rows, default=-1) + 1, max(columns, default=-1) + 1


@dataclass(slots=True)
class Field:
    """A column of a true table. Any of `names` is right, also with the unit in brackets or beside it.

    A unit of "" is not asked for; `kind` says how values are compared.
    """

    names: tuple[str, ...]
    kind: str = "label"
    unit: str = ""
    tags: frozenset[str] = frozenset()


@dataclass(slots=True)
class Truth:
    """A tidy table as a careful statistician would make it, and where each of its cells stands in the file."""

    fields: list[Field]
    rows: list[list[Value]] = field(default_factory=list)
    places: list[list[Place | None]] = field(default_factory=list)
    tags: list[list[frozenset[str]]] = field(default_factory=list)

    def add(self, values: list[Value], places: list[Place | None], tags: list[frozenset[str]]) -> None:
        """A further row."""
        self.rows.append(values)
        self.places.append(places)
        self.tags.append(tags)


@dataclass(slots=True)
class Book:
    """A workbook with its truth. `layouts` names the shapes of sheet that were put together."""

    name: str
    format: str
    pages: list[Page]
    truths: list[Truth]
    layouts: set[str] = field(default_factory=set)
    encoding: str = "cp932"
    is_clean: bool = False

    def cells(self) -> Iterator[tuple[Place, Input]]:
        """All cells that hold something."""
        for page in self.pages:
            for (row, column), cell in page.cells.items():
                yield (page.name, row, column), cell.value

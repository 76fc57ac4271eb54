"""What the fixer reads and gives: workbook, tables, changes, questions, proposal, recipe.

Rows and columns count from 0 and are absolute positions on the sheet; people see `ref` ("C5", "C5:C6"). A cell
is text, number, truth value or `None`; dates, times and durations are read as ISO 8601 text. `rule` is the
number of the check in 総務省「統計表における機械判読可能なデータの表記方法の統一ルール」（令和2年12月18日）.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

__all__ = [
    "LEFT_OUT",
    "Block",
    "Change",
    "Column",
    "ColumnKind",
    "Note",
    "Part",
    "Position",
    "Proposal",
    "Question",
    "Range",
    "Recipe",
    "Refusal",
    "Restored",
    "Sheet",
    "Table",
    "Value",
    "Workbook",
    "WorkbookFacts",
    "column_letters",
]

Value = str | int | float | bool | None
"""One cell. Whole numbers are `int`, whatever the file stored."""

Position = tuple[int, int]
"""(row, column), both from 0."""

Block = tuple[tuple[Value, ...], ...]
"""The cells of a range, row by row."""

ColumnKind = Literal["text", "integer", "number", "date", "month", "year", "boolean", "empty"]
"""`month` is YYYY-MM text; `year` a Western year as a number (calendar or fiscal, see the column's name)."""


class Refusal(Exception):
    """The file cannot be read. `code`: `empty`, `corrupt`, `password_protected`, `unknown_format`, `too_large`,
    `zip_bomb`, `too_many_columns`, `too_many_rows`, `too_many_cells`, `undecodable`, `unclosed_quote`.

    `params` are facts for the sentence shown (limits, line, byte, sheet).
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def column_letters(index: int) -> str:
    """The letters of a column counted from 0: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Range(NamedTuple):
    """A rectangle of cells, all four edges included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def ref(self) -> str:
        """C5 or C5:C6."""
        first = f"{column_letters(self.left)}{self.top + 1}"
        if self.top == self.bottom and self.left == self.right:
            return first
        return f"{first}:{column_letters(self.right)}{self.bottom + 1}"


@dataclass(slots=True)
class Sheet:
    """One sheet as it was read. Rows may be of different length; what is missing is empty."""

    name: str
    rows: list[list[Value]]
    merges: tuple[Range, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formulas: frozenset[Position] = frozenset()
    """Cells whose value is the result of a formula; known only for files within the detail limit."""
    formats: Mapping[Position, str] = field(default_factory=dict)
    """Number formats other than the general one, likewise."""
    comments: Mapping[Position, str] = field(default_factory=dict)
    objects: int = 0
    """Pictures, charts and shapes that lie on the sheet."""

    def cell(self, row: int, column: int) -> Value:
        """The cell, `None` beyond the edge."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """What a file carries beside its cells; the personal-data gate looks at it.

    `complete` is false when the file was too large to be looked at in detail.
    """

    properties: Mapping[str, str] = field(default_factory=dict)
    hidden_sheets: tuple[str, ...] = ()
    hidden_rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    hidden_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    comments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    objects: Mapping[str, int] = field(default_factory=dict)
    defined_names: tuple[str, ...] = ()
    has_macros: bool = False
    has_external_links: bool = False
    complete: bool = True


@dataclass(slots=True)
class Workbook:
    """A file as it was read. `format` is xlsx, xls, xlsb, ods, csv or tsv."""

    sheets: list[Sheet]
    format: str = "csv"
    encoding: str = ""
    had_bom: bool = False
    name: str = ""
    facts: WorkbookFacts = field(default_factory=WorkbookFacts)

    @property
    def is_text(self) -> bool:
        """Whether cells have no type of their own: 「5」 in a CSV is the number itself."""
        return self.format in {"csv", "tsv"}


LEFT_OUT: Final = None
"""`after` of a change that leaves cells out of the data (title, note, total, blank row)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done to the input. Nothing differs from the input without one.

    `action` is the code of the sentence shown to staff. `before` is the cell, or a `Block` for a range. `after`
    is the new cell, the new header name, or `LEFT_OUT`. `also` names further rules that the same cell broke.
    `structural` changes (tables split or joined, columns added) are taken back by working the file anew.
    """

    rule: str
    action: str
    sheet: str
    range: Range
    before: Value | Block
    after: Value | Block
    params: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    structural: bool = False

    @property
    def ref(self) -> str:
        """C5 or C5:C6."""
        return self.range.ref

    @property
    def id(self) -> str:
        """The same for the same change of the same file."""
        return f"{self.sheet}!{self.ref}/{self.action}"

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "rule": self.rule,
            "also": list(self.also),
            "action": self.action,
            "sheet": self.sheet,
            "ref": self.ref,
            "before": self.before,
            "after": self.after,
            "params": dict(self.params),
            "structural": self.structural,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can decide. The cells stay as they are until somebody does."""

    code: str
    sheet: str
    range: Range
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """C5 or C5:C6."""
        return self.range.ref

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {"code": self.code, "sheet": self.sheet, "ref": self.ref, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Note:
    """Text that stood around the table. `kind`: title, unit, date, source, note, heading."""

    kind: str
    text: str
    sheet: str
    ref: str


@dataclass(slots=True)
class Column:
    """A column of the tidy table. `unit` 人, 千円, %; `markers` counts what stood for 「no number」."""

    name: str
    kind: ColumnKind = "text"
    unit: str = ""
    markers: dict[str, int] = field(default_factory=dict)
    eras: dict[int, str] = field(default_factory=dict)
    """Western year → how the file wrote it (2019 → 令和元年度), for showing both side by side (rule 1-11)."""
    derived_from: str = ""
    """The column that this one was made from (年度 for 年度_和暦), or `sheet` for a column of sheet names."""


@dataclass(slots=True)
class Part:
    """Where one stretch of a table stands on a sheet."""

    sheet: int
    header_rows: tuple[int, ...]
    columns: tuple[int | None, ...]
    """The sheet's column for each of the table's columns; `None` for one that was made."""
    rows: tuple[int, ...]
    """Every row of the body in order, also those left out."""
    dropped: dict[int, str] = field(default_factory=dict)
    """Row → id of the change that leaves it out."""


@dataclass(slots=True)
class Table:
    """A tidy table. `header` are unique names, one for each value of a row."""

    name: str
    header: list[str]
    rows: list[list[Value]]
    columns: list[Column] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    title: str = ""
    parts: list[Part] = field(default_factory=list)
    origins: list[tuple[int, int]] = field(default_factory=list)
    """(part, row of the sheet) of each row."""
    sheet_names: list[str] = field(default_factory=list)
    """The sheet of each part."""
    head_raw: dict[int, Value] = field(default_factory=dict)
    """Column → its header cell, where that was a number (2019)."""
    literals: dict[Position, str] = field(default_factory=dict)
    """(row, column of this table) → how a CSV wrote a number that reads the same (12.50 for 12.5)."""


@dataclass(slots=True)
class Proposal:
    """Everything the fixer would do to a file, and what it would give."""

    tables: list[Table]
    changes: list[Change]
    notes: list[Note] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    differences: list[Question] = field(default_factory=list)
    """Where the file does not fit the recipe it was worked with."""
    skipped: frozenset[str] = frozenset()
    """Ids of the changes that were taken back."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is remembered of a proposal for next year's file of the same layout. `to_data` is plain JSON."""

    tables: tuple[Mapping[str, Any], ...]
    skipped: tuple[str, ...] = ()
    version: int = 1

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "version": self.version,
            "tables": [dict(t) for t in self.tables],
            "skipped": list(self.skipped),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Recipe":
        """Reads `to_data`; raises `ValueError` for another version."""
        if data.get("version") != 1:
            raise ValueError("version")
        return cls(tuple(data["tables"]), tuple(data.get("skipped", ())))


@dataclass(slots=True)
class Restored:
    """The input, made again from the output: non-empty cells and merged ranges by sheet name."""

    cells: dict[str, dict[Position, Value]]
    merges: dict[str, frozenset[Range]]


def digest(values: Sequence[str]) -> str:
    """A short fingerprint of a layout."""
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:16]

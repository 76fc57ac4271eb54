"""Tables whose rows become cards on a phone: each cell knows the heading of its column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kencho.foundation.ui._parts import Status, Text


@dataclass(frozen=True)
class Column:
    """A heading; ``sort_url`` sorts by it, ``sorted`` is empty, "ascending" or "descending"."""

    label: Text
    number: bool = False
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Cell:
    """Text, a link, a state or a moment (``datetime`` is its machine-readable form)."""

    text: Text | int | None = ""
    url: str = ""
    status: Status | None = None
    datetime: str = ""


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns; the first one names the row."""

    cells: Sequence[Cell]
    attention: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption; ``hide_caption`` keeps it for screen readers where a heading says the same."""

    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Row]
    hide_caption: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for a row that does not fit the columns."""
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{len(row.cells)} cells for {len(self.columns)} columns")

    @property
    def body(self) -> Iterator[tuple[Row, list[tuple[Column, Cell]]]]:
        """Each row with its cells beside their columns."""
        for row in self.rows:
            yield row, list(zip(self.columns, row.cells, strict=True))

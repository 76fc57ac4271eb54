"""Do the values of a table hold what its standard asks for?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from kencho.catalog.standards.shapes import Match, Problem, Standard
from kencho.catalog.standards.validators import problem

__all__ = ["Conformance", "conform"]

FIRST_ROWS: Final = 10
FIRST_EXAMPLES: Final = 3
HEADER_ROWS: Final = 1
MOST_KNOWN: Final = 100_000


class Values(Protocol):
    """A list, or a polars Series."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Conformance:
    """`cells` that belong to an item, of which `wrong` are not what it asks for; the problems one by one."""

    cells: int
    wrong: int
    problems: tuple[Problem, ...]

    @property
    def share(self) -> float:
        """The share of cells that are right; 1 when there are none."""
        return 1 - self.wrong / self.cells if self.cells else 1.0


class _Found:
    """The cells with one problem in one column."""

    def __init__(self) -> None:
        self.count = 0
        self.rows: list[int] = []
        self.examples: dict[str, None] = {}

    def add(self, row: int, value: Any) -> None:
        self.count += 1
        if len(self.rows) < FIRST_ROWS:
            self.rows.append(row)
        if len(self.examples) < FIRST_EXAMPLES:
            self.examples[str(value)[:80]] = None


def conform(
    columns: Mapping[str, Values],
    matches: Iterable[Match],
    standard: Standard,
    *,
    body_code: str = "",
    doubtful: Mapping[str, Sequence[int]] | None = None,
) -> Conformance:
    """Checks every value of the matched columns; equal values are checked once.

    Empty cells are wrong only where the item is required (`required_empty`). A postal code must agree with the
    address of its row. `doubtful` gives, for some columns, the only indexes that need a look.
    """
    pairs = [(each.column, each.item) for each in matches if each.item and each.column in columns]
    address = _address_column(pairs, standard)
    addresses = columns[address] if address else None
    cells = wrong = 0
    problems: list[Problem] = []
    for column, name in pairs:
        item = standard.item(name)
        if item is None:
            continue
        found = _column(
            columns[column],
            item.content,
            required=item.required,
            body_code=body_code,
            addresses=addresses if item.content == "postal_code" else None,
            indexes=(doubtful or {}).get(column),
        )
        cells += len(columns[column])
        wrong += sum(each.count for each in found.values())
        problems += [
            Problem(column, name, code, each.count, tuple(each.rows), tuple(each.examples))
            for code, each in found.items()
        ]
    return Conformance(cells, wrong, tuple(problems))


def _address_column(pairs: Sequence[tuple[str, str]], standard: Standard) -> str:
    for column, name in pairs:
        item = standard.item(name)
        if item is not None and item.content == "address":
            return column
    return ""


def _column(
    values: Values,
    content: str,
    *,
    required: bool,
    body_code: str,
    addresses: Values | None,
    indexes: Sequence[int] | None,
) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    known: dict[tuple[Any, Any], str] = {}
    for index in range(len(values)) if indexes is None else indexes:
        value, row = values[index], index + 1 + HEADER_ROWS
        if value is None or value == "":
            if required:
                found.setdefault("required_empty", _Found()).add(row, "")
            continue
        near = addresses[index] if addresses is not None else None
        key = (value, near)
        code = known.get(key)
        if code is None:
            code = problem(content, value, body_code=body_code, context={"address": near} if near else None)
            if len(known) < MOST_KNOWN:
                known[key] = code
        if code:
            found.setdefault(code, _Found()).add(row, value)
    return found

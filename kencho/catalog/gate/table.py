"""A table as the detectors see it: texts, numbers, dates, and what it seems to be about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import polars as pl

from kencho.catalog.gate import names
from kencho.catalog.gate.headers import Header, read_header
from kencho.catalog.gate.masks import mask
from kencho.catalog.gate.series import TextColumn, as_frame, first_rows
from kencho.catalog.gate.shapes import Finding, Severity

__all__ = ["NameColumn", "Table"]

EXAMPLES: Final = 3
MOSTLY: Final = 0.3
"""Share of a sample that must be known names before the column is taken for one of names without a hint."""
MOSTLY_HINTED: Final = 0.1


@dataclass(frozen=True, slots=True)
class NameColumn:
    """A column of names of persons. `is_public`: the header names an office, a work or a trade."""

    column: TextColumn
    is_public: bool
    kind: str
    """`full`, `kana`, `family` or `given`."""


@dataclass
class Table:
    """All columns by name, in order. `title` helps to tell what is counted."""

    columns: Mapping[str, Sequence[Any] | pl.Series]
    title: str = ""
    series: dict[str, pl.Series] = field(init=False)

    def __post_init__(self) -> None:
        self.series = as_frame(self.columns)

    @cached_property
    def texts(self) -> list[TextColumn]:
        """The columns of text."""
        return [TextColumn(name, each) for name, each in self.series.items() if each.dtype == pl.String]

    @cached_property
    def numbers(self) -> list[tuple[Header, str, pl.Series]]:
        """The numeric columns."""
        return [(read_header(n), n, each) for n, each in self.series.items() if each.dtype.is_numeric()]

    @cached_property
    def headers(self) -> dict[str, Header]:
        """The hints of every header."""
        return {name: read_header(name) for name in self.series}

    @property
    def height(self) -> int:
        """Number of rows."""
        return max((len(each) for each in self.series.values()), default=0)

    @cached_property
    def name_columns(self) -> list[NameColumn]:
        """The columns of names."""
        found = [each for each in map(_name_column, self.texts) if each is not None]
        return found or _family_and_given(self.texts)

    @cached_property
    def is_register_of_persons(self) -> bool:
        """Whether each row seems to be a private person."""
        if any(not each.is_public for each in self.name_columns):
            return True
        if any(header.birth or header.my_number for header in self.headers.values()):
            return True
        return (
            self.sex is not None
            and any(header.age for header in self.headers.values())
            and not self.has_counts
        )

    @cached_property
    def lists_things(self) -> bool:
        """Whether a column names facilities, offices or events: a 連絡先 is then theirs."""
        return not self.is_register_of_persons and any(header.subject for header in self.headers.values())

    @cached_property
    def has_counts(self) -> bool:
        """Whether rows are already counts of people."""
        return any(header.counts for header, _name, _series in self.numbers)

    @cached_property
    def sex(self) -> str | None:
        """The column of sexes."""
        return next((n for n, h in self.headers.items() if h.sex and not h.counts), None)

    def finding(
        self,
        kind: str,
        severity: Severity,
        column: str,
        rows: pl.Series,
        shown: Sequence[str] = (),
        *,
        remedy: str = "",
        **params: Any,
    ) -> Finding:
        """A finding for the rows of a mask, with masked examples."""
        examples = tuple(dict.fromkeys(filter(None, (mask(kind, each) for each in shown))))[:EXAMPLES]
        return Finding(kind, severity, column, int(rows.sum()), first_rows(rows), examples, remedy, params)


def _name_column(column: TextColumn) -> NameColumn | None:
    header, sample = column.header, column.sample
    if not len(sample) or header.address or header.my_number:
        return None
    hinted = header.name or header.office
    alone = _alone(column)
    if alone is not None:
        return alone
    share = _share(names.full_names(sample))
    if share >= (MOSTLY_HINTED if hinted and not header.thing else MOSTLY):
        return NameColumn(column, header.office or (header.thing and not header.name), "full")
    if hinted and not header.thing and _share(names.look_like_names(sample)) >= MOSTLY:
        return NameColumn(column, header.office, "kana" if header.kana else "full")
    if (header.kana or hinted) and _share(names.full_names_kana(sample)) >= MOSTLY:
        return NameColumn(column, header.office or (header.thing and not header.name), "kana")
    return None


def _alone(column: TextColumn) -> NameColumn | None:
    """姓 and 名 in columns of their own, as their headers say."""
    for is_family, said in ((True, column.header.surname), (False, column.header.given)):
        if said and _share(names.known(column.sample, family=is_family)) >= MOSTLY:
            return NameColumn(column, is_public=False, kind="family" if is_family else "given")
    return None


def _family_and_given(columns: Sequence[TextColumn]) -> list[NameColumn]:
    """Two neighbours, of which the first are family names and the second given names."""
    for first, second in pairwise(columns):
        if first.header.area or first.header.address or not len(first.sample):
            continue
        pair = (names.known(first.sample, family=True), names.known(second.sample, family=False))
        if min(map(_share, pair)) >= 0.7:
            return [
                NameColumn(first, is_public=False, kind="family"),
                NameColumn(second, is_public=False, kind="given"),
            ]
    return []


def _share(found: pl.Series) -> float:
    return float(found.sum()) / len(found) if len(found) else 0.0

"""The rows behind a figure, a page at a time: what everybody may see, and what they are for those who may know."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from kencho.foundation.indicators import Asked, EvidenceRow, IndicatorSpec
from kencho.organization.models import Body, Unit
from kencho.policy.models import Indicator, IndicatorDefinition, Snapshot
from kencho.policy.queries._proof import asked_again, spec_behind
from kencho.policy.queries._readings import asked_of, spec_of, unbound_reason
from kencho.policy.snapshots import PART_ROWS, Leaf, unpack

PAGE_ROWS = 50
"""Rows of a page. It divides `PART_ROWS`, so that a page lies within one stored part."""


@dataclass(frozen=True)
class EvidenceLine:
    """One row. ``label`` and ``url`` are empty for the public, and when the row no longer exists."""

    id: str
    version: str
    on: date
    unit: str
    counts: Decimal
    of: Decimal
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class EvidencePage:
    """A page of rows; ``number`` begins at 1. Of a live figure the total is not counted."""

    lines: tuple[EvidenceLine, ...]
    number: int
    has_next: bool
    total: int | None = None

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before it."""
        return self.number > 1


EMPTY = EvidencePage((), 1, has_next=False, total=0)


def evidence_of_snapshot(snapshot: Snapshot, page: int = 1, *, with_labels: bool = False) -> EvidencePage:
    """The kept rows of a frozen figure; two or three queries at any size. A page beyond the last is empty."""
    start = (max(page, 1) - 1) * PAGE_ROWS
    part = snapshot.parts.filter(number=start // PART_ROWS).first()
    within = start % PART_ROWS
    leaves = unpack(bytes(part.packed))[within : within + PAGE_ROWS] if part else []
    known = _labels(snapshot, leaves) if with_labels and leaves else {}
    names = unit_names(snapshot.indicator.node.plan.body, (leaf.unit for leaf in leaves))
    return EvidencePage(
        lines=tuple(_line(leaf, names, known.get(leaf.id)) for leaf in leaves),
        number=max(page, 1),
        has_next=start + PAGE_ROWS < snapshot.row_count,
        total=snapshot.row_count,
    )


def evidence_live(
    indicator: Indicator,
    definition: IndicatorDefinition | None,
    year: int,
    as_of: datetime,
    page: int = 1,
    *,
    with_labels: bool = False,
) -> EvidencePage:
    """The rows of a live figure, as known at ``as_of``; empty when it is not bound or its app lists no rows."""
    if definition is None or unbound_reason(definition):
        return EMPTY
    spec = spec_of(definition.binding_code)
    if spec is None or spec.rows is None:
        return EMPTY
    start = (max(page, 1) - 1) * PAGE_ROWS
    asked = asked_of(indicator, definition, year, as_of)
    rows = list(islice(spec.rows(asked), start, start + PAGE_ROWS + 1))
    names = unit_names(indicator.node.plan.body, (row.unit for row in rows))
    return EvidencePage(
        lines=tuple(_line(row, names, row if with_labels else None) for row in rows[:PAGE_ROWS]),
        number=max(page, 1),
        has_next=len(rows) > PAGE_ROWS,
    )


def _line(row: Leaf | EvidenceRow, names: Mapping[str, str], known: EvidenceRow | None) -> EvidenceLine:
    return EvidenceLine(
        id=row.id,
        version=row.version,
        on=row.on,
        unit=names.get(row.unit, row.unit),
        counts=row.counts,
        of=row.of,
        label=known.label if known else "",
        url=known.url if known else "",
    )


def _labels(snapshot: Snapshot, leaves: list[Leaf]) -> dict[str, EvidenceRow]:
    """The rows as they are today, as far as they still exist."""
    spec = spec_behind(snapshot)
    if spec is None or spec.rows is None:
        return {}
    wanted = {leaf.id for leaf in leaves}
    rows = _until(spec, asked_again(snapshot, snapshot.as_of), leaves[-1].id)
    return {row.id: row for row in rows if row.id in wanted}


def _until(spec: IndicatorSpec, asked: Asked, last: str) -> Iterator[EvidenceRow]:
    for row in spec.rows(asked) if spec.rows else ():
        if row.id > last:
            return
        yield row


def unit_names(body: Body, codes: Iterable[str]) -> dict[str, str]:
    """Names of units by code, the newest name of each."""
    rows = Unit.objects.filter(body=body, code__in=set(codes)).order_by("valid_from")
    return dict(rows.values_list("code", "name"))

"""集計を記録する: count, keep the rows, and prove them by one root."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, IndicatorSpec, Reading
from kencho.policy import queries
from kencho.policy.models import Indicator, IndicatorDefinition, Snapshot, SnapshotLeaves
from kencho.policy.queries import LiveReading
from kencho.policy.rules import Missing
from kencho.policy.services._errors import UnableToRecord
from kencho.policy.snapshots import Leaf, count, ordered, pack
from kencho.policy.versions import code_version

PARTS_AT_ONCE = 20
"""Stored parts held before they are written: a few megabytes."""


def binding_text(spec: IndicatorSpec, definition: IndicatorDefinition) -> str:
    """What was counted and how, in one text; in Japanese whoever reads it, for its hash must not depend on them."""
    with translation.override("ja"):
        told = {
            "code": spec.code,
            "version": spec.version,
            "title": str(spec.title),
            "unit": str(spec.unit),
            "measure": spec.measure.value,
            "explanation": str(spec.explanation),
            "decimals": spec.decimals,
            "factor": spec.factor,
            "parameters": definition.parameters,
            "definition_version": definition.version,
            "definition": definition.explanation,
        }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)


def exact_text(raw: Fraction | None) -> str:
    """The raw value as a fraction, without loss: 474/10."""
    return "" if raw is None else f"{raw.numerator}/{raw.denominator}"


class _Keeper:
    """Writes the parts of a snapshot as they come, some at a time."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._waiting: list[SnapshotLeaves] = []
        self._number = 0

    def __call__(self, part: Sequence[Leaf]) -> None:
        made = SnapshotLeaves(
            snapshot=self._snapshot,
            number=self._number,
            rows=len(part),
            first_id=part[0].id,
            packed=pack(part),
        )
        self._number += 1
        self._waiting.append(made)
        if len(self._waiting) >= PARTS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        SnapshotLeaves.objects.bulk_create(self._waiting)
        self._waiting = []


def take(
    *,
    indicator: Indicator,
    definition: IndicatorDefinition,
    year: int,
    as_of: datetime,
    by: Actor,
    at: datetime,
) -> Snapshot:
    """Count a year as known at ``as_of`` and keep everything. Call in a transaction. Raises UnableToRecord.

    The rows run by once: hashed, summed and stored on the way, so that millions never stand in memory.
    """
    found = queries.reading_of(indicator, definition, year, as_of)
    if found.spec is None or found.asked is None or found.reading is None:
        why = found.problem or _("%(year)s年度はまだ始まっていません。") % {"year": year}
        raise UnableToRecord("not_measured", FiscalYear(year).label, why=why)
    if isinstance(found.value, Missing):
        raise UnableToRecord("not_measured", FiscalYear(year).label, why=_("数える対象がありません。"))
    snapshot = _begun(Counting(indicator, definition, year, found.spec, found.asked, found.reading), found)
    snapshot.taken_at, snapshot.taken_by = at, by.name
    snapshot.save(force_insert=True)
    if found.spec.rows is not None:
        _keep_rows(snapshot, found.spec, found.asked, found.reading)
    audit.record(
        "policy.snapshot.take",
        snapshot,
        by=by,
        at=at,
        label=indicator.name,
        body=indicator.node.plan.body.code,
        details={"year": year, "rows": snapshot.row_count, "root": snapshot.root},
    )
    return snapshot


@dataclass(frozen=True)
class Counting:
    """What is counted, by which definition, and what came out."""

    indicator: Indicator
    definition: IndicatorDefinition
    year: int
    spec: IndicatorSpec
    asked: Asked
    reading: Reading


def _begun(counting: Counting, found: LiveReading) -> Snapshot:
    reading, asked = counting.reading, counting.asked
    text = binding_text(counting.spec, counting.definition)
    earlier = Snapshot.objects.filter(
        indicator=counting.indicator, definition=counting.definition, year=counting.year
    )
    return Snapshot(
        indicator=counting.indicator,
        definition=counting.definition,
        year=counting.year,
        first=asked.first,
        end=asked.end,
        as_of=asked.as_of,
        binding_text=text,
        binding_digest=hashlib.sha256(text.encode()).hexdigest(),
        parameters=counting.definition.parameters,
        code_version=code_version(),
        numerator=reading.numerator,
        denominator=reading.denominator,
        raw=exact_text(found.raw),
        official=None if isinstance(found.value, Missing) else found.value,
        notes=[[str(label), told] for label, told in reading.notes],
        doubts=[str(doubt) for doubt in reading.doubts],
        has_rows=counting.spec.rows is not None,
        supersedes=earlier.order_by("-pk").first(),
    )


def _keep_rows(snapshot: Snapshot, spec: IndicatorSpec, asked: Asked, reading: Reading) -> None:
    if spec.rows is None:
        return
    keeper = _Keeper(snapshot)
    counted = count(ordered(spec.rows(asked)), store=keeper)
    keeper.flush()
    snapshot.root, snapshot.row_count = counted.root, counted.rows
    if not counted.agrees_with(reading, spec.measure):
        snapshot.doubts = [*snapshot.doubts, str(_("行の合計が値と合いません。"))]
    # The row is written once for everybody else: all of this is one transaction.
    Snapshot.objects.filter(pk=snapshot.pk).update(
        root=snapshot.root, row_count=snapshot.row_count, doubts=snapshot.doubts
    )

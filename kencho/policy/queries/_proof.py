"""Rule SNAP: the rows behind a frozen figure, whether the same rows still give it, and the proof of one row among them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kencho.foundation import merkle
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, IndicatorSpec
from kencho.organization.models import Body
from kencho.policy import rules
from kencho.policy.models import Actual, ActualStatus, DriftReport, Indicator, Snapshot
from kencho.policy.queries._readings import exact_value, spec_of
from kencho.policy.snapshots import ChangeKind, Leaf, RowChange, compare, count, hash_of, ordered, unpack


@dataclass(frozen=True)
class Agreement:
    """The same rows give the same figure and root."""

    snapshot: Snapshot
    as_of: datetime


@dataclass(frozen=True)
class Drift:
    """The figure comes out differently: by which rows, and from what to what.

    ``changes`` are all rows that differ, in the order of their ids; ``reasons`` say in words what else is different
    (the rule of counting, the app that counted, the stored rows themselves).
    """

    snapshot: Snapshot
    as_of: datetime
    before: Decimal | None
    now: Decimal | None
    changes: tuple[RowChange, ...] = ()
    reasons: tuple[str, ...] = field(default=())

    def _of(self, kind: ChangeKind) -> tuple[RowChange, ...]:
        return tuple(each for each in self.changes if each.kind == kind)

    @property
    def added(self) -> tuple[RowChange, ...]:
        """Rows that were not there."""
        return self._of(ChangeKind.ADDED)

    @property
    def removed(self) -> tuple[RowChange, ...]:
        """Rows that are gone."""
        return self._of(ChangeKind.REMOVED)

    @property
    def changed(self) -> tuple[RowChange, ...]:
        """Rows of which something changed that counts."""
        return self._of(ChangeKind.CHANGED)

    @property
    def value_differs(self) -> bool:
        """Whether the official figure itself would be another."""
        return self.before != self.now


@dataclass(frozen=True)
class Proof:
    """That one row stands in a figure, without showing the others (RFC 9162 inclusion proof)."""

    id: str
    version: str
    index: int
    size: int
    hashes: tuple[str, ...]
    root: str

    def holds(self) -> bool:
        """Whether the hashes lead from the row to the root."""
        leaf = merkle.leaf_hash(f"{self.id}\n{self.version}".encode())
        path = [bytes.fromhex(each) for each in self.hashes]
        return merkle.verify_inclusion(leaf, self.index, self.size, path, bytes.fromhex(self.root))


def snapshots_of(body: Body) -> QuerySet[Snapshot]:
    """All frozen figures of a body, oldest first."""
    return (
        Snapshot.objects.filter(indicator__node__plan__body=body)
        .select_related("indicator__node__plan__body", "definition")
        .order_by("pk")
    )


def snapshot_of(body: Body, pk: int) -> Snapshot | None:
    """One frozen figure of a body."""
    return snapshots_of(body).filter(pk=pk).first()


def leaves_of(snapshot: Snapshot) -> Iterator[Leaf]:
    """The kept rows in the order of their ids; one part in memory at a time."""
    for part in snapshot.parts.order_by("number").iterator(chunk_size=1):
        yield from unpack(bytes(part.packed))


def is_intact(snapshot: Snapshot) -> bool:
    """Whether the kept rows still give the root that was written beside them."""
    if not snapshot.has_rows:
        return True
    found = count(leaves_of(snapshot))
    return (found.root, found.rows) == (snapshot.root, snapshot.row_count)


def recompute(snapshot: Snapshot, *, as_of: datetime | None = None) -> Agreement | Drift:
    """Count again as known at the snapshot's own ``as_of``; with another instant, as known then.

    The first must agree for ever as long as no row was changed or erased. The second is the drift report of late
    events (rule STAT): it never moves the recorded figure.
    """
    instant = as_of or snapshot.as_of
    spec = spec_behind(snapshot)
    if spec is None:
        code = json.loads(snapshot.binding_text)["code"]
        why = _("結び付けた指標「%(code)s」は、この環境では使えません。") % {"code": code}
        return Drift(snapshot, instant, snapshot.official, None, reasons=(why,))
    asked = asked_again(snapshot, instant)
    raw = exact_value(spec, spec.read(asked))
    now = None if raw is None else rules.official(raw, snapshot.indicator.decimals)
    same_rows = _same_rows(snapshot, spec, asked)
    same_value = now == snapshot.official and _text(raw) == snapshot.raw
    if same_rows and same_value:
        return Agreement(snapshot, instant)
    changes = () if same_rows or spec.rows is None else _changes(snapshot, spec, asked)
    return Drift(snapshot, instant, snapshot.official, now, changes, tuple(_reasons(snapshot, spec, changes)))


def spec_behind(snapshot: Snapshot) -> IndicatorSpec | None:
    """The declared indicator that a snapshot counted; None when no app declares it any more."""
    return spec_of(str(json.loads(snapshot.binding_text)["code"]))


def asked_again(snapshot: Snapshot, instant: datetime) -> Asked:
    """The question of a snapshot, as known at an instant."""
    return Asked(
        body=snapshot.indicator.node.plan.body.code,
        year=FiscalYear(snapshot.year),
        first=snapshot.first,
        end=snapshot.end,
        as_of=instant,
        parameters={code: tuple(values) for code, values in snapshot.parameters.items()},
    )


def _text(raw: Fraction | None) -> str:
    return "" if raw is None else f"{raw.numerator}/{raw.denominator}"


def _same_rows(snapshot: Snapshot, spec: IndicatorSpec, asked: Asked) -> bool:
    if spec.rows is None or not snapshot.has_rows:
        return True
    found = count(ordered(spec.rows(asked)))
    return (found.root, found.rows) == (snapshot.root, snapshot.row_count)


def _changes(snapshot: Snapshot, spec: IndicatorSpec, asked: Asked) -> tuple[RowChange, ...]:
    if spec.rows is None:
        return ()
    return tuple(compare(leaves_of(snapshot), ordered(spec.rows(asked))))


def _reasons(snapshot: Snapshot, spec: IndicatorSpec, changes: tuple[RowChange, ...]) -> Iterator[str]:
    for kind in ChangeKind:
        number = sum(each.kind == kind for each in changes)
        if number:
            yield f"{number:,}: {kind.reason}"
    version = json.loads(snapshot.binding_text)["version"]
    if spec.version != version:
        yield _("数え方が変わりました（%(before)s版から%(now)s版）。") % {
            "before": version,
            "now": spec.version,
        }
    if not changes and not is_intact(snapshot):
        yield _("記録した行が、記録したときのハッシュと合いません。")


def drift_of(actual: Actual, at: datetime) -> Agreement | Drift | None:
    """What the rows say now of a recorded figure: late events after 確定. None when it was recorded by hand."""
    return None if actual.snapshot is None else recompute(actual.snapshot, as_of=at)


def final_actuals(body: Body, at: datetime) -> list[Actual]:
    """The figures that are final and stand at an instant, with rows behind them: those whose drift is watched."""
    final = [ActualStatus.CONFIRMED, ActualStatus.CORRECTED, ActualStatus.RESTATED]
    rows = (
        Actual.objects.filter(indicator__node__plan__body=body, status__in=final, recorded_at__lte=at)
        .select_related("snapshot__indicator__node__plan__body", "indicator__node__plan__body")
        .order_by("pk")
    )
    # A later row replaces an earlier one; one typed by hand has no rows that could drift.
    newest = {(row.indicator_id, row.year): row for row in rows}
    return [row for row in newest.values() if row.snapshot_id is not None]


def drift_reports(body: Body) -> QuerySet[DriftReport]:
    """All reports of late events, the newest first."""
    return (
        DriftReport.objects.filter(actual__indicator__node__plan__body=body)
        .select_related("actual__indicator__node")
        .order_by("-pk")
    )


def proof_of(snapshot: Snapshot, row_id: str) -> Proof | None:
    """The proof that a row stands in a figure; None when it does not."""
    hashes: list[bytes] = []
    found: tuple[int, Leaf] | None = None
    for index, leaf in enumerate(leaves_of(snapshot)):
        hashes.append(hash_of(leaf))
        if leaf.id == row_id:
            found = (index, leaf)
    if found is None:
        return None
    index, leaf = found
    path = merkle.inclusion_proof(hashes, index)
    return Proof(leaf.id, leaf.version, index, len(hashes), tuple(each.hex() for each in path), snapshot.root)


def snapshots_in(indicator: Indicator, year: int) -> QuerySet[Snapshot]:
    """The frozen figures of an indicator in a year, the newest first."""
    return Snapshot.objects.filter(indicator=indicator, year=year).order_by("-pk")

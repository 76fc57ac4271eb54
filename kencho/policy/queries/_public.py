"""What everybody may read: published sheets, and the frozen figures that stand on one of them."""

from collections.abc import Iterator

from kencho.organization.models import Body
from kencho.policy import frozen
from kencho.policy.models import PolicyNode, SheetRevision, Snapshot
from kencho.policy.queries._proof import snapshot_of
from kencho.policy.sheet import Sheet


def published_revisions(measure: PolicyNode) -> list[SheetRevision]:
    """All published revisions of a measure, the newest first."""
    found = SheetRevision.objects.filter(node=measure, state=SheetRevision.State.PUBLISHED)
    return list(found.order_by("-sheet_year", "-number"))


def snapshots_on(sheet: Sheet) -> Iterator[int]:
    """The frozen figures behind the cells of a sheet."""
    for row in (*sheet.primary, *sheet.secondary):
        for year in row.years:
            for cell in (year.target, year.actual, year.achievement):
                if cell.snapshot is not None:
                    yield cell.snapshot


def public_snapshot(body: Body, pk: int) -> Snapshot | None:
    """A frozen figure that stands on a published sheet; None for all others, so that drafts stay inside."""
    snapshot = snapshot_of(body, pk)
    if snapshot is None:
        return None
    for revision in published_revisions(snapshot.indicator.node):
        if pk in snapshots_on(frozen.restore(revision.content)):
            return snapshot
    return None

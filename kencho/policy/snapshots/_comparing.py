"""Two lists of rows side by side: which were added, which are gone, which changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.policy.snapshots._leaves import Leaf


class ChangeKind(StrEnum):
    """What happened to a row since the snapshot."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def reason(self) -> Promise:
        """What that means, in a sentence for people."""
        return _REASONS[self.value]


_REASONS: dict[str, Promise] = {
    "added": _("記録の後に届いた、または後から数えることになった行です。"),
    "removed": _("取り消された、ほかの年度に移った、または保存期間が満了して消された行です。"),
    "changed": _("数え方に関わる内容が、記録の後に変わった行です。"),
}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that differs; ``before`` is None when it was added, ``now`` when it is gone."""

    kind: ChangeKind
    before: Leaf | None
    now: Leaf | None

    @property
    def id(self) -> str:
        """The opaque id of the row."""
        leaf = self.before or self.now
        return leaf.id if leaf else ""


def compare(before: Iterable[Leaf], now: Iterable[Leaf]) -> Iterator[RowChange]:
    """The differences, in the order of ids. Both lists must stand in that order; neither is held in memory."""
    old, new = iter(before), iter(now)
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.id < right.id):
            yield RowChange(ChangeKind.REMOVED, left, None)
            left = next(old, None)
        elif left is None or right.id < left.id:
            yield RowChange(ChangeKind.ADDED, None, right)
            right = next(new, None)
        else:
            if left.version != right.version:
                yield RowChange(ChangeKind.CHANGED, left, right)
            left, right = next(old, None), next(new, None)

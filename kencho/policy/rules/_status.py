"""Rule STAT: the status of an actual. A confirmed number never moves by itself; what comes late is drift."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.policy.rules._errors import RuleError
from kencho.policy.rules._values import Cell, Missing

__all__ = ["Drift", "Figure", "Status", "advance", "may_advance", "recomputed"]


class Status(StrEnum):
    """live moves by itself; the others stand still until somebody moves them."""

    LIVE = "live"
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    RESTATED = "restated"

    @property
    def text(self) -> Promise:
        """The word on the sheet."""
        return _TEXTS[self]


_TEXTS: dict[str, Promise] = {
    "live": _("速報値"),
    "provisional": _("見込値"),
    "confirmed": _("確定値"),
    "corrected": _("訂正"),
    "restated": _("遡及改定"),
}

_NEXT: dict[Status, frozenset[Status]] = {
    Status.LIVE: frozenset({Status.PROVISIONAL}),
    # A newer estimate replaces an older one as long as nothing is confirmed.
    Status.PROVISIONAL: frozenset({Status.PROVISIONAL, Status.CONFIRMED}),
    Status.CONFIRMED: frozenset({Status.CORRECTED, Status.RESTATED}),
    Status.CORRECTED: frozenset({Status.CORRECTED, Status.RESTATED}),
    Status.RESTATED: frozenset({Status.CORRECTED, Status.RESTATED}),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """An actual: its value, its status, the time as of which it was known, who signed it, why it was changed."""

    value: Cell
    status: Status = Status.LIVE
    as_of: datetime | None = None
    signed_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """What the rows say now against what was frozen: a line of the drift report."""

    frozen: Cell
    now: Cell
    difference: Decimal | None


def may_advance(before: Status, after: Status) -> bool:
    """live → provisional → confirmed → corrected or restated, and those again; never back."""
    return after in _NEXT[before]


def advance(
    figure: Figure,
    to: Status,
    *,
    value: Cell,
    as_of: datetime | None,
    cutoff_passed: bool,
    signed_by: str = "",
    reason: str = "",
    cell: str,
) -> Figure:
    """The figure in its next status.

    Every status after live has a time as of which it was known. Confirmed and after needs a value, a passed cut-off
    and a signature; a correction or restatement needs its reason. Raises `RuleError`: `status_not_allowed`,
    `as_of_missing`, `value_missing`, `cutoff_not_passed`, `not_signed`, `reason_missing`.
    """
    if not may_advance(figure.status, to):
        raise RuleError("status_not_allowed", cell, before=figure.status.text, after=to.text)
    if as_of is None:
        raise RuleError("as_of_missing", cell)
    if to is not Status.PROVISIONAL:
        _check_final(value, cutoff_passed, signed_by, cell)
    if to in {Status.CORRECTED, Status.RESTATED} and not reason.strip():
        raise RuleError("reason_missing", cell)
    return Figure(value, to, as_of, signed_by.strip(), reason.strip())


def recomputed(figure: Figure, now: Cell, *, at: datetime) -> tuple[Figure, Drift | None]:
    """What happens when the rows give another value: a live figure takes it; any other stays and reports the drift."""
    if figure.status is Status.LIVE:
        return replace(figure, value=now, as_of=at), None
    if now == figure.value:
        return figure, None
    if isinstance(now, Missing) or isinstance(figure.value, Missing):
        return figure, Drift(figure.value, now, None)
    return figure, Drift(figure.value, now, now - figure.value)


def _check_final(value: Cell, cutoff_passed: bool, signed_by: str, cell: str) -> None:
    if isinstance(value, Missing):
        raise RuleError("value_missing", cell)
    if not cutoff_passed:
        raise RuleError("cutoff_not_passed", cell)
    if not signed_by.strip():
        raise RuleError("not_signed", cell)

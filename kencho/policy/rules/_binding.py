"""Rule BIND: how the three numbers of 施策406 are made, on plain values; the oracle of the SQL that makes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from kencho.foundation.fiscal import FiscalYear
from kencho.policy.rules._errors import RuleError
from kencho.policy.rules._values import Missing

__all__ = ["Received", "Share", "UnitCount", "count_received", "distinct_units", "positive_share"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of positive answers as percent, with the figures that are always printed beside it."""

    numerator: int
    denominator: int
    percent: Fraction | Missing
    eligible: int
    returned: int
    response_rate: Fraction | Missing


def positive_share(
    tallies: Mapping[str, int],
    *,
    positive: frozenset[str],
    invalid: frozenset[str],
    eligible: int,
    returned: int,
    cell: str,
) -> Share:
    """Positive answers ÷ valid answers × 100 of the official cycle. `invalid` names options that are no answer.

    Without a valid answer the share is `not_applicable`, not 0. Raises `RuleError`: `unknown_option`,
    `negative_count`, `more_than_returned`, `more_than_eligible`.
    """
    for option in sorted(positive | invalid):
        if option not in tallies:
            raise RuleError("unknown_option", cell, option=option)
    for count in (*tallies.values(), eligible, returned):
        if count < 0:
            raise RuleError("negative_count", cell, count=count)
    answers = sum(tallies.values())
    if answers > returned:
        raise RuleError("more_than_returned", cell, count=answers, returned=returned)
    if returned > eligible:
        raise RuleError("more_than_eligible", cell, returned=returned, eligible=eligible)
    denominator = sum(count for option, count in tallies.items() if option not in invalid)
    numerator = sum(count for option, count in tallies.items() if option in positive - invalid)
    return Share(
        numerator,
        denominator,
        _percent(numerator, denominator),
        eligible,
        returned,
        _percent(returned, eligible),
    )


def _percent(part: int, whole: int) -> Fraction | Missing:
    return Fraction(part * 100, whole) if whole else Missing.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many units used something in the year. It is provisional while `unmapped` splits wait for a person."""

    units: frozenset[str]
    existing: int
    unmapped: frozenset[str]

    @property
    def count(self) -> int:
        """The number to print, with `existing` (所属 on 1 April) beside it."""
        return len(self.units)

    @property
    def provisional(self) -> bool:
        """Whether a split unit still has no mapping."""
        return bool(self.unmapped)


def distinct_units(
    uses: Iterable[str],
    *,
    successors: Mapping[str, Sequence[str]],
    existing: int,
    mapped: Mapping[str, Sequence[str]],
    cell: str,
) -> UnitCount:
    """The distinct units of the year's uses; a use names the unit at the moment of use.

    `successors` are those of the year. One successor: the use passes to it, so merged units count once. None: an
    abolished unit still counts for that year. Several (a split): a person says in `mapped` which of them used it;
    until then the old unit stands for itself and the figure is provisional. Raises `RuleError` `successors_circle`.
    """
    counted: set[str] = set()
    for unit in set(uses):
        counted |= _heirs(unit, successors, mapped, (), cell)
    unmapped = {unit for unit in counted if len(successors.get(unit, ())) > 1 and not mapped.get(unit)}
    return UnitCount(frozenset(counted), existing, frozenset(unmapped))


def _heirs(
    unit: str,
    successors: Mapping[str, Sequence[str]],
    mapped: Mapping[str, Sequence[str]],
    passed: tuple[str, ...],
    cell: str,
) -> set[str]:
    if unit in passed:
        raise RuleError("successors_circle", cell)
    following = successors.get(unit, ())
    if len(following) > 1:
        following = mapped.get(unit, ())
    found: set[str] = set() if following else {unit}
    for after in following:
        # A unit may be among its own heirs: what is left of it after a split keeps its code.
        found |= {unit} if after == unit else _heirs(after, successors, mapped, (*passed, unit), cell)
    return found


@dataclass(frozen=True, slots=True)
class Received:
    """One receipt as the application system recorded it. A retry or an amended resubmission bears the same id."""

    application: str
    received_at: datetime
    recorded_at: datetime
    online: bool = True
    draft: bool = False
    test: bool = False
    spam: bool = False
    withdrawn: bool = False


def count_received(receipts: Iterable[Received], *, year: FiscalYear, as_of: datetime) -> int:
    """Distinct applications received online in the fiscal year (server's clock, Asia/Tokyo), as known at `as_of`.

    Drafts, tests and spam are out; what was withdrawn later was received all the same.
    """
    return len(
        {
            receipt.application
            for receipt in receipts
            if receipt.online
            and not (receipt.draft or receipt.test or receipt.spam)
            and receipt.recorded_at <= as_of
            and year.contains(receipt.received_at)
        }
    )

"""Rule ACH: 目標達成状況, evaluated in one fixed order, by the parameters of a profile.

All numbers are exact inside. Where the rule leaves a choice, it is made so that a better actual never prints less:
- A negative baseline makes the series a signed one, so that 20 of a loss of 50 on the way to a gain of 10 and 5 of
  a gain are measured by the same rule, the way come from the baseline.
- A target that the baseline has already reached (a reversed target) has no way to it: a miss is then `undefined`.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kencho.policy.rules._errors import RuleError
from kencho.policy.rules._profiles import Band, Method, PrintAs, Profile, RatioOf, Rounding, Test
from kencho.policy.rules._values import RAW_PLACES, Cell, ExactCell, Missing, cut_off, exact, official

__all__ = ["Achievement", "Direction", "Range", "State", "achieve", "grade_of", "is_met"]


class Direction(StrEnum):
    """Which actual is a good one."""

    HIGHER = "higher_is_better"
    LOWER = "lower_is_better"
    RANGE = "range"


class State(StrEnum):
    """met and unmet; missing: a value is not there; undefined: unmet, and how far cannot be said."""

    MET = "met"
    UNMET = "unmet"
    MISSING = "missing"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Range:
    """A target that is met inside it, ends included. Raises `RuleError` `reversed_range`."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise RuleError("reversed_range", f"{self.low}～{self.high}", low=self.low, high=self.high)


@dataclass(frozen=True, slots=True)
class Achievement:
    """目標達成状況 of one cell.

    `met` is known even where the state is `undefined`. `raw` is uncapped and cut off after 12 decimals, so that
    comparing it with the edge of a band gives the same as the exact ratio. `grade` is the profile's band.
    """

    state: State
    raw: Decimal | None
    display: str
    met: bool | None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class _Aim:
    """A target as a line to reach: from below (higher is better) or from above."""

    value: Fraction
    direction: Direction


def achieve(
    *,
    actual: ExactCell,
    target: ExactCell | Range,
    baseline: Cell,
    direction: Direction,
    decimals: int,
    profile: Profile,
    expected: ExactCell = Missing.NOT_SET,
    cell: str = "実績値",
) -> Achievement | None:
    """目標達成状況 of an actual, `None` where the profile switches it off (monitor only).

    Rule VAL: actual and baseline count as rounded to `decimals`, the indicator's own. The method
    `ratio_to_expected` sets the actual against `expected` (rule EXP) in the place of the target, unless the target
    is a range. `cell` is how messages call the actual. Raises `RuleError`: `range_needed`, `number_needed`,
    `not_a_number`.
    """
    if profile.monitor_only:
        return None
    _check_kind(target, direction, cell)
    if profile.method is Method.RATIO_TO_EXPECTED and not isinstance(target, Range):
        target = expected
    if isinstance(actual, Missing) or isinstance(target, Missing):
        return Achievement(State.MISSING, None, profile.missing_mark, None)
    value = Fraction(official(actual, decimals))
    base = None if isinstance(baseline, Missing) else Fraction(official(baseline, decimals))
    aim = _aim(value, target, direction, cell)
    met = _meets(value, aim)
    if profile.method is Method.COMPARE_BASELINE:
        return _compared(value, base, target, direction, met, profile)
    plain = None if direction is Direction.RANGE else _plain_ratio(value, base, aim, met)
    # Inside a range no place is better than another, so there is no way that could be more than complete.
    way = None if direction is Direction.RANGE and met else _way(value, base, aim)
    raw = _ratio(plain, way, met, profile)
    return _with_ratio(raw, met, profile)


def is_met(actual: Decimal, target: Decimal | Range, direction: Direction) -> bool:
    """Whether an official actual meets its target: at least, at most, or inside, ends included."""
    value = exact(actual, str(actual))
    _check_kind(target, direction, str(target))
    return _meets(value, _aim(value, target, direction, str(target)))


def grade_of(raw: Fraction | Decimal, bands: tuple[Band, ...]) -> str:
    """The first band, from the top, whose lower edge the unrounded ratio reaches. The last band is open below."""
    return next((band.grade for band in bands if raw >= band.at_least), bands[-1].grade)


def _check_kind(target: ExactCell | Range, direction: Direction, cell: str) -> None:
    if isinstance(target, Missing):
        return
    if direction is Direction.RANGE and not isinstance(target, Range):
        raise RuleError("range_needed", cell)
    if direction is not Direction.RANGE and isinstance(target, Range):
        raise RuleError("number_needed", cell)


def _aim(value: Fraction, target: Decimal | Fraction | Range, direction: Direction, cell: str) -> _Aim:
    """The line to reach; of a range the end on whose outer side the value lies."""
    if not isinstance(target, Range):
        return _Aim(exact(target, cell), direction)
    low, high = exact(target.low, cell), exact(target.high, cell)
    return _Aim(high, Direction.LOWER) if value > high else _Aim(low, Direction.HIGHER)


def _meets(value: Fraction, aim: _Aim) -> bool:
    return value <= aim.value if aim.direction is Direction.LOWER else value >= aim.value


def _ratio(plain: Fraction | None, way: Fraction | None, met: bool, profile: Profile) -> Fraction | None:
    """The raw ratio, uncapped; `None` where it is undefined."""
    if profile.ratio_of is RatioOf.PROGRESS:
        return Fraction(1) if way is None and met else way
    if plain is not None:
        return plain
    return Fraction(1) if met else way


def _plain_ratio(value: Fraction, base: Fraction | None, aim: _Aim, met: bool) -> Fraction | None:
    """The quotient of the values, where they have a sign and a size for which it means something."""
    if aim.direction is Direction.LOWER:
        if aim.value == 0:
            return Fraction(met)
        return aim.value / value if min(value, aim.value) > 0 else None
    signed = value < 0 or aim.value <= 0 or (base is not None and base < 0)
    return None if signed else value / aim.value


def _way(value: Fraction, base: Fraction | None, aim: _Aim) -> Fraction | None:
    """The way come from the baseline as a share of the way to the aim, floored at 0."""
    if base is None or _meets(base, aim):
        return None
    return max((value - base) / (aim.value - base), Fraction(0))


def _with_ratio(raw: Fraction | None, met: bool, profile: Profile) -> Achievement:
    if raw is None:
        return Achievement(State.UNDEFINED, None, profile.missing_mark, met)
    state = State.MET if met else State.UNMET
    grade = grade_of(raw, profile.bands)
    found = Achievement(state, cut_off(raw, RAW_PLACES), grade, met, grade)
    if profile.print_as is PrintAs.GRADE:
        return found
    return replace(found, display=_printed(raw, met, profile))


def _printed(raw: Fraction, met: bool, profile: Profile) -> str:
    """The ratio as it is printed. A missed target never prints as a reached one where the profile says so."""
    percent = profile.print_as is PrintAs.PERCENT
    full = Decimal(100 if percent else 1)
    shown = raw if profile.cap is None else min(raw, Fraction(profile.cap))
    rounded = cut_off if profile.rounding is Rounding.DOWN else official
    number = rounded(shown * int(full), profile.decimals)
    if profile.no_round_up and not met and number >= full:
        number = full - Decimal(f"1E-{profile.decimals}")
    return f"{number:,}%" if percent else f"{number:,}"


def _compared(
    value: Fraction,
    base: Fraction | None,
    target: Decimal | Fraction | Range,
    direction: Direction,
    met: bool,
    profile: Profile,
) -> Achievement:
    """The grade of the first question answered yes. Without a baseline only the question about the target has one."""
    state = State.MET if met else State.UNMET
    for entry in profile.comparisons:
        if entry.test is Test.TARGET_MET:
            answer = met
        elif base is None:
            return Achievement(State.UNDEFINED, None, profile.missing_mark, met)
        else:
            answer = _answer(entry.test, _loss(value, base, target, direction), abs(base), profile)
        if answer:
            return Achievement(state, None, entry.grade, met, entry.grade)
    raise RuleError("bands_empty", profile.code)


def _answer(test: Test, loss: Fraction, size: Fraction, profile: Profile) -> bool:
    if test is Test.BETTER:
        return loss < 0
    return test is Test.OTHERWISE or loss <= Fraction(profile.tolerance) * size


def _loss(
    value: Fraction, base: Fraction, target: Decimal | Fraction | Range, direction: Direction
) -> Fraction:
    """By how much the value is worse than the baseline; of a range, how much further outside it lies."""
    if isinstance(target, Range):
        return _distance(value, target) - _distance(base, target)
    return value - base if direction is Direction.LOWER else base - value


def _distance(value: Fraction, target: Range) -> Fraction:
    return max(Fraction(target.low) - value, value - Fraction(target.high), Fraction(0))

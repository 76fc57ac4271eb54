"""Rule ACH: 目標達成状況."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kencho.policy.rules import (
    Achievement,
    Cell,
    Direction,
    ExactCell,
    Missing,
    Profile,
    Range,
    RatioOf,
    Rounding,
    RuleError,
    State,
    achieve,
    grade_of,
    is_met,
)
from kencho.policy.tests.rules.oracle import ach_grid
from kencho.policy.tests.rules.vectors import Row, cell, number, profiles, rows, stored

MIE = profiles()["mie-2020"]
NUMBERS = st.decimals(-1000, 1000, places=1, allow_nan=False)
WAYS = st.sampled_from([Direction.HIGHER, Direction.LOWER])
BASES = st.one_of(NUMBERS, st.just(Missing.NO_BASELINE))


def target_of(value: str | Sequence[str]) -> ExactCell | Range:
    return cell(value) if isinstance(value, str) else Range(Decimal(value[0]), Decimal(value[1]))


def found(row: Row) -> Achievement:
    achievement = achieve(
        actual=cell(row["actual"]),
        target=target_of(row["target"]),
        baseline=stored(row["baseline"]),
        direction=Direction(row["direction"]),
        decimals=row.get("decimals", 0),
        profile=profiles()[row["profile"]],
        expected=cell(row.get("expected", "~not_set")),
    )
    assert achievement is not None
    return achievement


@pytest.mark.parametrize("row", rows("ach_spec"))
def test_vectors(row: Row) -> None:
    achievement = found(row)
    assert achievement.state == row["state"]
    assert achievement.display == row["display"]
    assert achievement.met is {"met": True, "missing": None}.get(row["state"], False)
    assert achievement.raw == (None if row["raw"] == "-" else number(row["raw"]))
    assert achievement.grade == (None if row["grade"] == "-" else row["grade"])


@pytest.mark.parametrize("row", rows("ach_grid"))
def test_small_numbers(row: Row) -> None:
    achievement = found(row)
    assert (achievement.state, achievement.display, achievement.grade or "-") == (
        row["state"],
        row["display"],
        row["grade"],
    )


def test_the_grid_is_that_of_the_oracle() -> None:
    assert rows("ach_grid") == ach_grid()


def mie(
    actual: Cell, target: ExactCell | Range, baseline: Cell, way: Direction, profile: Profile = MIE
) -> Achievement:
    achievement = achieve(
        actual=actual, target=target, baseline=baseline, direction=way, decimals=1, profile=profile
    )
    assert achievement is not None
    return achievement


@pytest.mark.parametrize(
    ("actual", "target", "baseline", "met"),
    [("-3000", "-2700", "~no_baseline", False), ("-2600", "-2700", "~no_baseline", True)],
)
def test_met_is_known_without_a_ratio(actual: str, target: str, baseline: str, met: bool) -> None:
    assert mie(stored(actual), stored(target), stored(baseline), Direction.HIGHER).met is met


def test_of_a_missing_actual_nothing_is_known() -> None:
    assert mie(Missing.FUTURE, Decimal(5), Decimal(1), Direction.HIGHER).met is None
    assert mie(Decimal(5), Missing.NOT_SET, Decimal(1), Direction.RANGE).met is None


def test_a_plan_that_is_only_monitored_has_no_achievement() -> None:
    assert (
        achieve(
            actual=Decimal(5),
            target=Decimal(4),
            baseline=Decimal(1),
            direction=Direction.HIGHER,
            decimals=0,
            profile=profiles()["monitor-only"],
        )
        is None
    )


@pytest.mark.parametrize(
    ("change", "actual", "target", "display"),
    [
        ({}, "150", "100", "1.00"),
        ({"cap": None}, "150", "100", "1.50"),
        ({"cap": Decimal("1.2")}, "150", "100", "1.20"),
        ({"cap": Decimal("1.2")}, "110", "100", "1.10"),
        ({"cap": None}, "123456.7", "100", "1,234.57"),
        ({"decimals": 1}, "99.9", "100", "0.9"),
        ({"decimals": 0}, "99.9", "100", "0"),
        ({"decimals": 3}, "99.9", "100", "0.999"),
        ({"decimals": 4}, "99.9", "100", "0.9990"),
        ({"no_round_up": False}, "99.9", "100", "1.00"),
        ({"no_round_up": False}, "98.4", "100", "0.98"),
        ({"rounding": Rounding.DOWN}, "98.9", "100", "0.98"),
        ({"rounding": Rounding.DOWN, "cap": None}, "101.9", "100", "1.01"),
    ],
)
def test_parameters_of_printing(change: dict[str, object], actual: str, target: str, display: str) -> None:
    profile = replace(MIE, **change)  # type: ignore[arg-type]  # the table mixes the types of the fields on purpose
    assert (
        mie(Decimal(actual), Decimal(target), Missing.NO_BASELINE, Direction.HIGHER, profile).display
        == display
    )


@pytest.mark.parametrize(
    ("change", "display"),
    [({}, "120.7%"), ({"rounding": Rounding.HALF_UP}, "120.8%"), ({"cap": Decimal("1.1")}, "110.0%")],
)
def test_both_roundings_that_ibaraki_printed(change: dict[str, object], display: str) -> None:
    """雇用創出数 H27: 2,415 ÷ 2,000 was once printed as 120.8%, later figures are cut off."""
    profile = replace(profiles()["ibaraki-kpi"], **change)  # type: ignore[arg-type]  # as above
    achievement = achieve(
        actual=Decimal(2415),
        target=Decimal(10000),
        baseline=Decimal(0),
        direction=Direction.HIGHER,
        decimals=0,
        profile=profile,
        expected=Decimal(2000),
    )
    assert achievement is not None
    assert achievement.display == display


def test_an_expected_range_is_the_target_itself() -> None:
    achievement = achieve(
        actual=Decimal(15),
        target=Range(Decimal(10), Decimal(20)),
        baseline=Missing.NO_BASELINE,
        direction=Direction.RANGE,
        decimals=0,
        profile=profiles()["shizuoka"],
    )
    assert achievement is not None
    assert achievement.state is State.MET


def test_a_comparison_without_an_answer_is_refused() -> None:
    profile = replace(profiles()["nagayo"], comparisons=profiles()["nagayo"].comparisons[:1])
    with pytest.raises(RuleError) as caught:
        mie(Decimal(1), Decimal(5), Decimal(2), Direction.HIGHER, profile)
    assert (caught.value.code, caught.value.cell) == ("bands_empty", "nagayo")


@pytest.mark.parametrize(
    ("target", "way", "code"),
    [
        (Decimal(5), Direction.RANGE, "range_needed"),
        (Range(Decimal(1), Decimal(2)), Direction.HIGHER, "number_needed"),
        (Range(Decimal(1), Decimal(2)), Direction.LOWER, "number_needed"),
        (Decimal("NaN"), Direction.HIGHER, "not_a_number"),
        (Range(Decimal("-Infinity"), Decimal(2)), Direction.RANGE, "not_a_number"),
        (Range(Decimal(1), Decimal("Infinity")), Direction.RANGE, "not_a_number"),
    ],
)
def test_targets_of_the_wrong_kind_name_the_cell(target: Decimal | Range, way: Direction, code: str) -> None:
    with pytest.raises(RuleError) as caught:
        achieve(
            actual=Decimal(1),
            target=target,
            baseline=Missing.NO_BASELINE,
            direction=way,
            decimals=0,
            profile=MIE,
            cell="令和3年度 主指標",
        )
    assert (caught.value.code, caught.value.cell) == (code, "令和3年度 主指標")
    assert "令和3年度 主指標" in caught.value.message
    with pytest.raises(RuleError) as caught:
        achieve(
            actual=Decimal(1),
            target=target,
            baseline=Missing.NO_BASELINE,
            direction=way,
            decimals=0,
            profile=MIE,
        )
    assert caught.value.cell == "実績値"


def test_a_reversed_range_names_both_ends() -> None:
    with pytest.raises(RuleError) as caught:
        Range(Decimal(3), Decimal(2))
    assert caught.value.code == "reversed_range"
    assert caught.value.message == "「3～2」の下限（3）が上限（2）を超えています。"
    assert Range(Decimal(2), Decimal(2)).low == 2


@pytest.mark.parametrize(
    ("actual", "target", "way", "met"),
    [
        ("5", "5", Direction.HIGHER, True),
        ("4.9", "5", Direction.HIGHER, False),
        ("5", "5", Direction.LOWER, True),
        ("5.1", "5", Direction.LOWER, False),
        ("1", ["1", "2"], Direction.RANGE, True),
        ("2", ["1", "2"], Direction.RANGE, True),
        ("2.1", ["1", "2"], Direction.RANGE, False),
        ("0.9", ["1", "2"], Direction.RANGE, False),
    ],
)
def test_met(actual: str, target: str | list[str], way: Direction, met: bool) -> None:
    goal = target_of(target)
    assert isinstance(goal, Decimal | Range)
    assert is_met(Decimal(actual), goal, way) is met


@pytest.mark.parametrize(
    ("actual", "target", "way", "code", "cell_name"),
    [
        (Decimal("NaN"), Decimal(1), Direction.HIGHER, "not_a_number", "NaN"),
        (Decimal(1), Decimal("NaN"), Direction.HIGHER, "not_a_number", "NaN"),
        (Decimal(1), Decimal(2), Direction.RANGE, "range_needed", "2"),
    ],
)
def test_met_of_what_cannot_be_compared(
    actual: Decimal, target: Decimal, way: Direction, code: str, cell_name: str
) -> None:
    with pytest.raises(RuleError) as caught:
        is_met(actual, target, way)
    assert (caught.value.code, caught.value.cell) == (code, cell_name)


def printed(achievement: Achievement) -> Decimal | None:
    return None if achievement.display == "—" else Decimal(achievement.display)


@given(NUMBERS, NUMBERS, NUMBERS, BASES, WAYS)
def test_monotone_in_the_actual(
    one: Decimal, two: Decimal, target: Decimal, base: Cell, way: Direction
) -> None:
    """A better actual never prints less, and is never unmet where a worse one is met."""
    worse, better = sorted((one, two), reverse=way is Direction.LOWER)
    low, high = mie(worse, target, base, way), mie(better, target, base, way)
    assert not (low.met and not high.met)
    below, above = printed(low), printed(high)
    if below is not None and above is not None:
        assert below <= above


@given(NUMBERS, NUMBERS, BASES, WAYS)
def test_never_prints_full_when_missed(actual: Decimal, target: Decimal, base: Cell, way: Direction) -> None:
    achievement = mie(actual, target, base, way)
    assert (achievement.display == "1.00") == (achievement.state is State.MET)
    if achievement.state is State.UNMET:
        assert achievement.raw is not None
        assert 0 <= achievement.raw < 1


@given(st.integers(1, 10**7), st.integers(0, 60))
def test_a_hair_short_of_the_target(target: int, short: int) -> None:
    assume(short < target)
    achievement = mie(Decimal(target - short), Decimal(target), Missing.NO_BASELINE, Direction.HIGHER)
    assert (achievement.display == "1.00") == (short == 0)


@given(NUMBERS, NUMBERS, BASES, WAYS, st.sampled_from([Decimal(2), Decimal(10), Decimal("1000")]))
def test_the_unit_does_not_matter(
    actual: Decimal, target: Decimal, base: Cell, way: Direction, scale: Decimal
) -> None:
    bigger = base if isinstance(base, Missing) else base * scale
    assert mie(actual, target, base, way) == mie(actual * scale, target * scale, bigger, way)


@given(NUMBERS, BASES, WAYS, st.sampled_from(list(Missing)))
def test_missing_never_becomes_a_number(value: Decimal, base: Cell, way: Direction, reason: Missing) -> None:
    for achievement in (mie(reason, value, base, way), mie(value, reason, base, way)):
        assert (achievement.state, achievement.raw, achievement.display) == (State.MISSING, None, "—")


@given(NUMBERS, NUMBERS, NUMBERS, WAYS, st.sampled_from(sorted(profiles())))
def test_progress_and_points_agree_on_who_met(
    actual: Decimal, target: Decimal, base: Decimal, way: Direction, code: str
) -> None:
    achievement = achieve(
        actual=actual,
        target=target,
        baseline=base,
        direction=way,
        decimals=1,
        profile=replace(profiles()[code], ratio_of=RatioOf.PROGRESS),
        expected=target,
    )
    if achievement is not None:
        assert achievement.met is is_met(actual, target, way)
        if achievement.raw is not None:
            assert (achievement.raw >= 1) == achievement.met


@given(st.fractions(0, 2))
def test_bands_leave_no_gap(raw: Fraction) -> None:
    edges = {"A": Fraction(1), "B": Fraction(17, 20), "C": Fraction(7, 10), "D": Fraction(0)}
    assert grade_of(raw, MIE.bands) == max((edge, name) for name, edge in edges.items() if edge <= raw)[1]


def test_a_ratio_below_every_band_is_in_the_last_one() -> None:
    assert grade_of(Decimal(-1), MIE.bands) == "D"

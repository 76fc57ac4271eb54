"""Rule HRS: exact where it can be, honest in simulation where it cannot."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.reforms import hours
from kencho.reforms.hours import Baseline, Saved, TooFewSamples, baseline_of, joined, per_year, saved_by

TEN = [Decimal(each) for each in (8, 9, 9, 10, 10, 10, 10, 11, 11, 12)]
MINUTES = st.decimals(min_value="0.001", max_value="1440", places=3)
SAMPLES = st.lists(MINUTES, min_size=hours.LEAST_SAMPLES, max_size=40)
CASES = st.dictionaries(
    st.decimals(min_value=0, max_value=600, places=3), st.integers(1, 500), min_size=1, max_size=20
)


def test_each_case_saves_what_is_left_of_the_baseline_and_never_less_than_nothing() -> None:
    found = saved_by(baseline_of(TEN), {Decimal(0): 100, Decimal("2.5"): 10, Decimal(45): 3})
    assert found.minutes == 100 * 10 + 10 * Decimal("7.5")


def test_deductions_may_turn_the_total_below_nothing() -> None:
    found = saved_by(baseline_of(TEN), {Decimal(0): 3}).less(Decimal(90))
    assert found.minutes == -60
    assert found.low < found.minutes < found.high < 0


@pytest.mark.parametrize("n", [0, 1, hours.LEAST_SAMPLES - 1])
def test_too_few_samples_are_no_baseline(n: int) -> None:
    with pytest.raises(TooFewSamples):
        baseline_of(TEN[:n])


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(9, "2.2622"), (14, "2.1448"), (19, "2.0930"), (29, "2.0452"), (120, "1.9799")]
)
def test_student_quantiles_are_those_of_the_printed_table(freedom: int, quantile: str) -> None:
    assert abs(hours.student_quantile(Decimal(freedom)) - Decimal(quantile)) < Decimal("0.0001")


def test_without_skewness_the_interval_is_students() -> None:
    baseline = baseline_of(TEN)
    reach = hours.student_quantile(Decimal(9)) * baseline.deviation / Decimal(10).sqrt()
    assert abs(baseline.low - (10 - reach)) < Decimal("1e-9")
    assert abs(baseline.high - (10 + reach)) < Decimal("1e-9")


def test_a_few_long_cases_stretch_the_interval_upwards() -> None:
    baseline = baseline_of([*TEN[:-2], Decimal(25), Decimal(40)])
    assert baseline.high - baseline.mean > 2 * (baseline.mean - baseline.low)


def test_more_cases_do_not_make_the_shared_error_smaller() -> None:
    baseline = baseline_of(TEN)
    few, many = saved_by(baseline, {Decimal(0): 10}), saved_by(baseline, {Decimal(0): 10_000})
    assert (many.high - many.low) / many.minutes == (few.high - few.low) / few.minutes


def test_samples_that_are_all_alike_have_no_interval() -> None:
    assert baseline_of([Decimal(5)] * 10) == Baseline(10, Decimal(5), Decimal(5), Decimal(5), Decimal(0))


def test_a_year_is_reckoned_from_the_days_and_not_from_none() -> None:
    pace = per_year(Saved(Decimal(116), Decimal(100), Decimal(130)), 92)
    assert pace.minutes.quantize(Decimal("0.1")) == Decimal("460.2")
    with pytest.raises(ValueError, match="0"):
        per_year(pace, 0)


def test_one_sample_joined_alone_stays_as_it_is() -> None:
    alone = saved_by(baseline_of([*TEN[:-1], Decimal(30)]), {Decimal(0): 7, Decimal(3): 2})
    together = joined([alone])
    close = Decimal("1e-15")
    assert together.minutes == alone.minutes
    assert abs(together.low - alone.low) < close
    assert abs(together.high - alone.high) < close


def test_nothing_joined_is_exactly_nothing() -> None:
    assert joined([]) == Saved(Decimal(0), Decimal(0), Decimal(0))


@given(SAMPLES)
def test_the_mean_lies_in_its_interval_which_starts_at_no_time(samples: list[Decimal]) -> None:
    baseline = baseline_of(samples)
    assert 0 <= baseline.low <= baseline.mean <= baseline.high


@given(SAMPLES, CASES, st.decimals(min_value=0, max_value=600, places=3))
def test_one_more_case_never_saves_less_and_never_more_than_the_baseline(
    samples: list[Decimal], cases: dict[Decimal, int], human: Decimal
) -> None:
    baseline = baseline_of(samples)
    before = saved_by(baseline, cases)
    after = saved_by(baseline, Counter(cases) + Counter({human: 1}))
    assert 0 <= after.minutes - before.minutes <= baseline.mean + Decimal("1e-15")
    assert after.low >= before.low
    assert after.high >= before.high


@given(SAMPLES, CASES)
def test_more_human_minutes_never_save_more(samples: list[Decimal], cases: dict[Decimal, int]) -> None:
    baseline = baseline_of(samples)
    harder = {human + 1: number for human, number in cases.items()}
    assert saved_by(baseline, harder).minutes <= saved_by(baseline, cases).minutes


@given(st.lists(st.tuples(SAMPLES, CASES), min_size=1, max_size=4))
def test_joined_savings_hold_their_sum_and_are_no_wider_than_end_to_end(
    parts: list[tuple[list[Decimal], dict[Decimal, int]]],
) -> None:
    each = [saved_by(baseline_of(samples), cases) for samples, cases in parts]
    together, close = joined(each), Decimal("1e-9")
    assert together.minutes == sum(one.minutes for one in each)
    assert sum(one.low for one in each) - close <= together.low <= together.minutes
    assert together.minutes <= together.high <= sum(one.high for one in each) + close


Draw = Callable[[random.Random], float]
WORLDS: dict[str, tuple[Draw, float]] = {
    # How long a clerk takes for a case: most as usual, some much longer.
    "gamma, a third of the mean": (lambda r: r.gammavariate(9, 12 / 9), 12.0),
    "gamma, half of the mean": (lambda r: r.gammavariate(4, 3.0), 12.0),
    "log-normal, sigma 0.4": (lambda r: r.lognormvariate(2.4, 0.4), 2.718281828459045 ** (2.4 + 0.08)),
    "log-normal, sigma 0.5": (lambda r: r.lognormvariate(2.4, 0.5), 2.718281828459045 ** (2.4 + 0.125)),
    "normal": (lambda r: max(0.01, r.gauss(12, 3)), 12.0),
}
ROUNDS = 4000


def _samples(draw: Draw, chance: random.Random, n: int) -> list[Decimal]:
    return [max(Decimal("0.001"), Decimal(f"{draw(chance):.3f}")) for _each in range(n)]


# A year's cases: most need nobody, some a look, few take longer than by hand before.
CASES_OF_A_YEAR = {Decimal(0): 1200, Decimal("0.5"): 300, Decimal(2): 60, Decimal(6): 20, Decimal(60): 4}


def _true(mean: float) -> float:
    return sum(number * max(0.0, mean - float(human)) for human, number in CASES_OF_A_YEAR.items())


def _coverage(worlds: Sequence[tuple[Draw, float]], n: int, seed: str) -> float:
    chance, held, upkeep = random.Random(seed), 0, Decimal(2400)
    truth = sum(_true(mean) for _draw, mean in worlds) - float(upkeep)
    for _round in range(ROUNDS):
        parts = [saved_by(baseline_of(_samples(draw, chance, n)), CASES_OF_A_YEAR) for draw, _mean in worlds]
        found = joined(parts).less(upkeep)
        held += float(found.low) <= truth <= float(found.high)
    return held / ROUNDS


@pytest.mark.parametrize("n", [10, 20, 30])
@pytest.mark.parametrize("world", WORLDS)
def test_the_interval_holds_the_true_saving_in_93_to_97_of_100_years(world: str, n: int) -> None:
    assert 0.93 <= _coverage([WORLDS[world]], n, seed=f"{world} {n}") <= 0.97


def test_so_does_the_interval_of_several_reforms_together() -> None:
    worlds = list(WORLDS.values())[:3]
    assert 0.93 <= _coverage(worlds, 15, seed="several") <= 0.97

"""``reforms.hours_saved``: what enters it, what stands beside it, and that a number of last year comes out again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, Reading, indicators
from kencho.organization.testing import Cast, make_cast
from kencho.reforms import queries, services
from kencho.reforms.datasets import rows as dataset_rows
from kencho.reforms.models import EffectRecord, ReformCase
from kencho.reforms.testing import SYSTEM, TEN, complete, instant, make_reform, measure

YEAR = FiscalYear(2026)
DAY = date(2026, 6, 1)
LATER = instant(date(2027, 5, 1))
SPEC = indicators.get("reforms.hours_saved")


@pytest.fixture
def reform(cast: Cast) -> ReformCase:
    return make_reform(cast.division)


def ask(cast: Cast, **chosen: str) -> Asked:
    parameters = {key: (value,) for key, value in chosen.items()}
    return Asked.whole(YEAR, body=cast.body.code, as_of=LATER, parameters=parameters)


def notes(reading: Reading) -> dict[str, str]:
    return {str(label): text for label, text in reading.notes}


def rounded(reading: Reading) -> Decimal | None:
    return None if reading.numerator is None else round(reading.numerator, 6)


class TestWhatEnters:
    """Cases against a measured baseline, less what the new way costs."""

    def test_hours_are_cases_times_baseline_less_deductions(self, cast: Cast, reform: ReformCase) -> None:
        measure(reform)
        complete(cast.body, reform, range(60), day=DAY)
        complete(cast.body, reform, range(60, 66), day=DAY, human=Decimal(4))
        complete(cast.body, reform, [66], day=DAY, human=Decimal(90))
        for kind, minutes in (("upkeep", 30), ("correction", 15), ("setup", 600)):
            services.record_deduction(
                reform=reform, kind=kind, on=DAY, minutes=Decimal(minutes), by=SYSTEM, at=instant(DAY)
            )
        reading = SPEC.read(ask(cast))
        assert rounded(reading) == round(Decimal(60 * 10 + 6 * 6 - 45) / 60, 6)
        told = notes(reading)
        assert told["完了した件数"] == "67"
        assert told["差し引いた維持管理（時間）"] == "0.5"
        assert told["導入の作業（差し引いていない。時間）"] == "10.0"
        assert "10件、平均10.0分" in told[f"基準：{reform.title}"]
        assert "2026-04-01測定" in told[f"基準：{reform.title}"]
        assert told["95％信頼区間"].endswith("時間")

    def test_without_a_measured_baseline_nothing_is_measured_and_that_is_not_0(
        self, cast: Cast, reform: ReformCase
    ) -> None:
        complete(cast.body, reform, range(5), day=DAY)
        reading = SPEC.read(ask(cast))
        assert reading.numerator is None
        assert "5件は数えていません" in str(reading.doubts[0])
        assert list(queries.evidence_rows(ask(cast))) == []

    def test_nine_timed_cases_are_no_baseline(self, cast: Cast, reform: ReformCase) -> None:
        measure(reform, TEN[:9])
        complete(cast.body, reform, range(5), day=DAY)
        assert SPEC.read(ask(cast)).numerator is None

    def test_an_estimate_never_enters(self, cast: Cast, reform: ReformCase) -> None:
        services.record_study(
            reform=reform,
            basis="estimate",
            measured_on=DAY,
            method="業者の提案書",
            stated_minutes=Decimal(60),
            by=SYSTEM,
            at=instant(DAY),
        )
        complete(cast.body, reform, range(5), day=DAY)
        assert SPEC.read(ask(cast)).numerator is None
        measure(reform)
        assert rounded(SPEC.read(ask(cast))) == round(Decimal(50) / 60, 6)

    def test_with_a_baseline_but_no_case_nothing_was_saved_and_upkeep_is_a_loss(
        self, cast: Cast, reform: ReformCase
    ) -> None:
        measure(reform)
        assert SPEC.read(ask(cast)).numerator == 0
        services.record_deduction(
            reform=reform, kind="upkeep", on=DAY, minutes=Decimal(90), by=SYSTEM, at=instant(DAY)
        )
        assert SPEC.read(ask(cast)).numerator == Decimal("-1.5")

    def test_the_baseline_in_force_on_the_day_of_the_case_counts(
        self, cast: Cast, reform: ReformCase
    ) -> None:
        measure(reform, on=date(2026, 4, 1))
        measure(reform, [each * 2 for each in TEN], on=date(2026, 7, 1))
        complete(cast.body, reform, [1], day=date(2026, 6, 30))
        complete(cast.body, reform, [2], day=date(2026, 7, 1))
        assert rounded(SPEC.read(ask(cast))) == round(Decimal(30) / 60, 6)

    def test_a_baseline_measured_afterwards_counts_for_earlier_cases(
        self, cast: Cast, reform: ReformCase
    ) -> None:
        complete(cast.body, reform, [1], day=DAY)
        measure(reform, on=DAY + timedelta(days=30))
        assert rounded(SPEC.read(ask(cast))) == round(Decimal(10) / 60, 6)

    def test_the_year_begins_and_ends_at_midnight_in_japan(self, cast: Cast, reform: ReformCase) -> None:
        measure(reform)
        for number, day in enumerate(
            (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1))
        ):
            services.record_effect(
                body=cast.body,
                subject=reform.subject,
                evidence=f"robots.item:{number}",
                human_minutes=Decimal(0),
                completed_at=instant(day, 0, 30),
                at=instant(day, 0, 30),
            )
        assert notes(SPEC.read(ask(cast)))["完了した件数"] == "2"

    def test_parameters_choose_solutions_and_reforms(self, cast: Cast, reform: ReformCase) -> None:
        paper = make_reform(cast.division, "paper", solution="ocr", subject="intake.procedure:card")
        for each, number in ((reform, 3), (paper, 4)):
            measure(each)
            complete(cast.body, each, range(number), day=DAY)
        assert notes(SPEC.read(ask(cast)))["完了した件数"] == "7"
        assert notes(SPEC.read(ask(cast, solution="ocr")))["完了した件数"] == "4"
        assert notes(SPEC.read(ask(cast, reform=reform.code)))["完了した件数"] == "3"
        assert [code for code, _title in SPEC.parameters[1].choices(cast.body.code)] == ["ledger", "paper"]

    def test_another_body_reads_nothing_of_it(self, cast: Cast, reform: ReformCase) -> None:
        measure(reform)
        complete(cast.body, reform, range(3), day=DAY)
        asked = Asked.whole(YEAR, body=cast.other_body.code, as_of=LATER)
        assert SPEC.read(asked).numerator is None

    def test_samples_all_alike_raise_a_doubt(self, cast: Cast, reform: ReformCase) -> None:
        measure(reform, [Decimal(10)] * 10)
        assert "すべて同じ" in str(SPEC.read(ask(cast)).doubts[0])


class TestRows:
    """The rows add up to the number, and change exactly when something that counts has changed."""

    def test_rows_add_up_exactly(self, cast: Cast, reform: ReformCase) -> None:
        measure(reform, [Decimal(each) / 7 for each in range(20, 33)])
        for number in range(40):
            complete(cast.body, reform, [number], day=DAY, human=Decimal(number) / 11)
        for day in (DAY, DAY + timedelta(days=1)):
            for kind in ("upkeep", "correction"):
                services.record_deduction(
                    reform=reform, kind=kind, on=day, minutes=Decimal("0.7"), by=SYSTEM, at=instant(day)
                )
        rows = list(queries.evidence_rows(ask(cast)))
        assert sum(row.counts for row in rows) == SPEC.read(ask(cast)).numerator
        assert [row.id for row in rows] == sorted({row.id for row in rows})
        assert len(rows) == 44
        months = [SPEC.read(ask(cast).month(first)).numerator or Decimal(0) for first in YEAR.months()]
        assert sum(months) == SPEC.read(ask(cast)).numerator

    def test_a_row_changes_when_its_baseline_does(self, cast: Cast, reform: ReformCase) -> None:
        study = measure(reform)
        complete(cast.body, reform, [1], day=DAY)
        [before] = queries.evidence_rows(ask(cast))
        services.add_samples(study=study, minutes=[Decimal(10)], by=SYSTEM, at=instant(DAY))
        [same] = queries.evidence_rows(ask(cast))
        services.add_samples(study=study, minutes=[Decimal(30)], by=SYSTEM, at=instant(DAY))
        [after] = queries.evidence_rows(ask(cast))
        assert before.version == same.version != after.version
        assert before.id == after.id

    def test_divisions_add_up_to_the_body(self, cast: Cast, reform: ReformCase) -> None:
        other = make_reform(cast.other_division, "other")
        for each, number in ((reform, 6), (other, 12)):
            measure(each)
            complete(cast.body, each, range(number), day=DAY)
        assert SPEC.by_unit is not None
        units = {each.code: each.reading.numerator for each in SPEC.by_unit(ask(cast))}
        assert set(units) == {cast.division.code, cast.other_division.code}
        assert sum(value or 0 for value in units.values()) == SPEC.read(ask(cast)).numerator


class TestAsKnownThen:
    """A number of last year can be made again."""

    def test_what_was_recorded_or_withdrawn_later_is_not_known_yet(
        self, cast: Cast, reform: ReformCase
    ) -> None:
        known = instant(date(2026, 7, 1))
        later = instant(date(2026, 8, 1))
        study = measure(reform, [*TEN, Decimal(32)], at=instant(DAY))
        complete(cast.body, reform, [1], day=DAY)
        upkeep = services.record_deduction(
            reform=reform, kind="upkeep", on=DAY, minutes=Decimal(2), by=SYSTEM, at=instant(DAY)
        )
        asked = Asked.whole(YEAR, body=cast.body.code, as_of=known)
        before = SPEC.read(asked)
        assert rounded(before) == round(Decimal(12 - 2) / 60, 6)
        complete(cast.body, reform, [2], day=DAY, at=later)
        longest = study.samples.get(minutes=32)
        services.withdraw_sample(sample=longest, reason="止め忘れ", by=SYSTEM, at=later)
        services.withdraw_deduction(deduction=upkeep, reason="誤り", by=SYSTEM, at=later)
        assert SPEC.read(asked) == before
        assert rounded(SPEC.read(ask(cast))) == round(Decimal(20) / 60, 6)
        services.withdraw_study(study=study, reason="別の業務だった", by=SYSTEM, at=later)
        assert SPEC.read(asked) == before
        assert SPEC.read(ask(cast)).numerator is None


def test_open_data_has_a_line_for_each_month_with_cases(cast: Cast, reform: ReformCase) -> None:
    measure(reform)
    complete(cast.body, reform, range(6), day=date(2026, 5, 1))
    complete(cast.body, reform, range(6, 9), day=date(2026, 7, 31))
    found = list(dataset_rows(cast.body.code))
    assert [(row[0], row[1], row[5], row[6]) for row in found] == [
        (2026, 5, 6, Decimal("1.0")),
        (2026, 7, 3, Decimal("0.5")),
    ]


class TestPolling(TestCase):
    """Whatever a robot tells, and how often, each completed case counts once and an empty run counts nothing."""

    @settings(max_examples=15)
    @given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=30))
    def test_runs_that_found_nothing_add_nothing(self, runs: list[tuple[int, bool]]) -> None:
        cast = make_cast()
        reform = make_reform(cast.division)
        measure(reform)
        done: set[int] = set()
        for item, found_work in runs:
            before = SPEC.read(ask(cast)).numerator or Decimal(0)
            if found_work:
                complete(cast.body, reform, [item], day=DAY)
            after = SPEC.read(ask(cast)).numerator or Decimal(0)
            assert after - before == (queries.hours(Decimal(10)) if found_work and item not in done else 0)
            done |= {item} if found_work else set()
        assert EffectRecord.objects.count() == len(done)

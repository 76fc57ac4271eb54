"""Writes: each case once, samples that name nobody, nothing erased, nobody outside the division."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kencho.audit.models import Entry
from kencho.foundation.actors import Actor
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, desk, grant
from kencho.reforms import services
from kencho.reforms.models import (
    BaselineSample,
    BaselineStudy,
    Deduction,
    EffectRecord,
    ReformCase,
    RunningTiming,
)
from kencho.reforms.services import Reason, ReformText
from kencho.reforms.testing import SYSTEM, TEN, instant, make_reform, measure

DAY = date(2026, 6, 1)
AT = instant(DAY)
TEXT = ReformText("台帳への入力", "rpa", "robots.robot:ledger", DAY)


@pytest.fixture
def reform(cast: Cast) -> ReformCase:
    return make_reform(cast.division)


@pytest.fixture
def study(reform: ReformCase) -> BaselineStudy:
    return measure(reform, (), on=DAY)


def by(cast: Cast, part: str = "clerk") -> Actor:
    return desk(getattr(cast, part), DAY).actor


class TestEffects:
    """A case is recorded once, however often it is told."""

    def test_a_case_is_recorded_once_and_the_first_word_stands(self, cast: Cast, reform: ReformCase) -> None:
        found = [
            services.record_effect(
                body=cast.body,
                subject=reform.subject,
                evidence="robots.item:1",
                human_minutes=Decimal(minutes),
                completed_at=AT,
                at=AT,
            )
            for minutes in ("1.5", "9")
        ]
        assert found[0] == found[1]
        assert EffectRecord.objects.get().human_minutes == Decimal("1.5")

    def test_without_a_reform_of_that_subject_nothing_is_recorded(
        self, cast: Cast, reform: ReformCase
    ) -> None:
        for body, subject in ((cast.body, "robots.robot:other"), (cast.other_body, reform.subject)):
            assert (
                services.record_effect(
                    body=body,
                    subject=subject,
                    evidence="robots.item:1",
                    human_minutes=Decimal(0),
                    completed_at=AT,
                    at=AT,
                )
                is None
            )
        assert not EffectRecord.objects.exists()

    def test_minutes_below_nothing_are_refused(self, cast: Cast, reform: ReformCase) -> None:
        with pytest.raises(services.UnableToRecordEffect):
            services.record_effect(
                body=cast.body,
                subject=reform.subject,
                evidence="robots.item:1",
                human_minutes=Decimal("-0.1"),
                completed_at=AT,
                at=AT,
            )

    def test_a_correction_is_deducted_once(self, cast: Cast, reform: ReformCase) -> None:
        for _time in range(2):
            services.record_correction(
                body=cast.body,
                subject=reform.subject,
                evidence="robots.item:1",
                minutes=Decimal(12),
                on=DAY,
                at=AT,
            )
        assert Deduction.objects.get().minutes == 12


class TestReforms:
    """Registered by the division that does the work."""

    def test_the_own_division_registers_and_changes(self, cast: Cast) -> None:
        for title in ("台帳への入力", "台帳への登録"):
            text = ReformText(title, "rpa", "robots.robot:ledger", DAY)
            services.save_reform(
                body=cast.body, division=cast.division, code="ledger", text=text, by=by(cast), at=AT
            )
        assert ReformCase.objects.get().title == "台帳への登録"
        assert Entry.objects.filter(action="reforms.reform_case.save").count() == 2

    @pytest.mark.parametrize("part", ["other_division_clerk", "other_body_clerk"])
    def test_others_do_not(self, cast: Cast, part: str) -> None:
        with pytest.raises(services.UnableToSaveReform) as refusal:
            services.save_reform(
                body=cast.body, division=cast.division, code="ledger", text=TEXT, by=by(cast, part), at=AT
            )
        assert refusal.value.reason == Reason.NOT_ALLOWED

    def test_planning_staff_do_for_every_division_of_the_body(self, cast: Cast) -> None:
        grant(cast.other_division_clerk, RoleAssignment.Role.PLANNER)
        planner = by(cast, "other_division_clerk")
        services.save_reform(
            body=cast.body, division=cast.division, code="ledger", text=TEXT, by=planner, at=AT
        )
        with pytest.raises(services.UnableToSaveReform):
            services.save_reform(
                body=cast.other_body,
                division=cast.foreign_division,
                code="x",
                text=TEXT,
                by=planner,
                at=AT,
            )

    def test_another_division_cannot_take_a_reform_over(self, cast: Cast, reform: ReformCase) -> None:
        with pytest.raises(services.UnableToSaveReform):
            services.save_reform(
                body=cast.body,
                division=cast.other_division,
                code=reform.code,
                text=TEXT,
                by=by(cast, "other_division_clerk"),
                at=AT,
            )

    def test_a_subject_belongs_to_one_reform(self, cast: Cast, reform: ReformCase) -> None:
        with pytest.raises(services.UnableToSaveReform) as refusal:
            services.save_reform(
                body=cast.body, division=cast.division, code="second", text=TEXT, by=SYSTEM, at=AT
            )
        assert refusal.value.reason == Reason.SUBJECT_TAKEN


class TestBaselines:
    """Timed cases: all or none, kept for good, naming nobody."""

    def test_samples_are_added_all_or_none(self, study: BaselineStudy, cast: Cast) -> None:
        with pytest.raises(services.UnableToRecordBaseline):
            services.add_samples(study=study, minutes=[*TEN, Decimal(0)], by=by(cast), at=AT)
        assert not BaselineSample.objects.exists()
        services.add_samples(study=study, minutes=TEN, by=by(cast), at=AT)
        assert study.samples.count() == len(TEN)

    @pytest.mark.parametrize("minutes", ["0", "-3", "0.0004", "1440.001"])
    def test_unlikely_lengths_are_refused(self, study: BaselineStudy, minutes: str) -> None:
        with pytest.raises(services.UnableToRecordBaseline):
            services.add_samples(study=study, minutes=[Decimal(minutes)], by=SYSTEM, at=AT)

    def test_an_estimate_takes_no_samples(self, reform: ReformCase) -> None:
        estimate = services.record_study(
            reform=reform,
            basis="estimate",
            measured_on=DAY,
            method="業者の提案書",
            stated_minutes=Decimal(30),
            by=SYSTEM,
            at=AT,
        )
        with pytest.raises(services.UnableToRecordBaseline) as refusal:
            services.add_samples(study=estimate, minutes=TEN, by=SYSTEM, at=AT)
        assert refusal.value.reason == Reason.NOT_MEASURED

    def test_the_future_has_not_been_measured(self, reform: ReformCase) -> None:
        with pytest.raises(services.UnableToRecordBaseline):
            measure(reform, on=DAY + timedelta(days=1), at=AT)

    def test_other_divisions_do_not_measure(self, study: BaselineStudy, cast: Cast) -> None:
        with pytest.raises(services.UnableToRecordBaseline) as refusal:
            services.add_samples(study=study, minutes=TEN, by=by(cast, "other_division_clerk"), at=AT)
        assert refusal.value.reason == Reason.NOT_ALLOWED

    def test_a_sample_is_taken_out_once_with_a_reason(self, study: BaselineStudy) -> None:
        [sample] = services.add_samples(study=study, minutes=[Decimal(9)], by=SYSTEM, at=AT)
        with pytest.raises(services.UnableToRecordBaseline):
            services.withdraw_sample(sample=sample, reason=" ", by=SYSTEM, at=AT)
        services.withdraw_sample(sample=sample, reason="止め忘れ", by=SYSTEM, at=AT)
        sample.refresh_from_db()
        assert (sample.withdrawn_at, sample.withdrawn_reason) == (AT, "止め忘れ")
        with pytest.raises(services.UnableToRecordBaseline):
            services.withdraw_sample(sample=sample, reason="もう一度", by=SYSTEM, at=AT)

    def test_the_log_says_how_many_but_not_how_long(self, study: BaselineStudy) -> None:
        services.add_samples(study=study, minutes=[Decimal("7.125")], by=SYSTEM, at=AT)
        entry = Entry.objects.get(action="reforms.baseline_study.add_samples")
        assert "7.125" not in str(vars(entry))


class TestTheWatch:
    """Start, pause, go on, stop."""

    def test_interruptions_are_not_counted(self, study: BaselineStudy, cast: Cast) -> None:
        clerk = desk(cast.clerk, DAY).actor
        services.start_timing(study=study, by=clerk, at=AT)
        services.pause_timing(study=study, by=clerk, at=AT + timedelta(minutes=4))
        services.resume_timing(study=study, by=clerk, at=AT + timedelta(minutes=34))
        sample = services.stop_timing(study=study, by=clerk, at=AT + timedelta(minutes=40, seconds=30))
        assert sample.minutes == Decimal("10.5")
        assert not RunningTiming.objects.exists()

    def test_two_people_time_two_cases_of_one_study(self, study: BaselineStudy, cast: Cast) -> None:
        people = [desk(each, DAY).actor for each in (cast.clerk, cast.chief)]
        for number, person in enumerate(people, start=1):
            services.start_timing(study=study, by=person, at=AT)
            services.stop_timing(study=study, by=person, at=AT + timedelta(minutes=number))
        assert sorted(study.samples.values_list("minutes", flat=True)) == [1, 2]

    def test_a_watch_is_started_once(self, study: BaselineStudy, cast: Cast) -> None:
        clerk = desk(cast.clerk, DAY).actor
        services.start_timing(study=study, by=clerk, at=AT)
        with pytest.raises(services.UnableToTime) as refusal:
            services.start_timing(study=study, by=clerk, at=AT)
        assert refusal.value.reason == Reason.RUNNING

    @pytest.mark.parametrize(
        ("after", "reason"),
        [(timedelta(milliseconds=400), Reason.TOO_SHORT), (timedelta(hours=25), Reason.TOO_LONG)],
    )
    def test_a_slip_and_a_forgotten_watch_are_not_counted(
        self, study: BaselineStudy, cast: Cast, after: timedelta, reason: Reason
    ) -> None:
        clerk = desk(cast.clerk, DAY).actor
        services.start_timing(study=study, by=clerk, at=AT)
        with pytest.raises(services.UnableToTime) as refusal:
            services.stop_timing(study=study, by=clerk, at=AT + after)
        assert refusal.value.reason == reason
        services.discard_timing(study=study, by=clerk, at=AT + after)
        assert not study.samples.exists()

    def test_a_withdrawn_study_is_timed_no_more(self, study: BaselineStudy, cast: Cast) -> None:
        clerk = desk(cast.clerk, DAY).actor
        services.start_timing(study=study, by=clerk, at=AT)
        services.withdraw_study(study=study, reason="別の業務だった", by=clerk, at=AT)
        with pytest.raises(services.UnableToTime):
            services.stop_timing(study=study, by=clerk, at=AT + timedelta(minutes=3))
        with pytest.raises(services.UnableToRecordBaseline):
            services.start_timing(study=study, by=clerk, at=AT)


class TestDeductions:
    """What the new way costs."""

    def test_the_same_evidence_is_deducted_once(self, reform: ReformCase) -> None:
        for _time in range(2):
            services.record_deduction(
                reform=reform,
                kind="upkeep",
                on=DAY,
                minutes=Decimal(30),
                evidence="ticket:7",
                by=SYSTEM,
                at=AT,
            )
        assert Deduction.objects.get().minutes == 30

    @pytest.mark.parametrize("minutes", ["0", "-1", "1000000.001"])
    def test_unlikely_minutes_are_refused(self, reform: ReformCase, minutes: str) -> None:
        with pytest.raises(services.UnableToDeduct):
            services.record_deduction(
                reform=reform, kind="upkeep", on=DAY, minutes=Decimal(minutes), by=SYSTEM, at=AT
            )

    def test_other_divisions_neither_enter_nor_withdraw(self, reform: ReformCase, cast: Cast) -> None:
        stranger = desk(cast.other_division_clerk, DAY).actor
        with pytest.raises(services.UnableToDeduct):
            services.record_deduction(
                reform=reform, kind="upkeep", on=DAY, minutes=Decimal(1), by=stranger, at=AT
            )
        entered = services.record_deduction(
            reform=reform, kind="upkeep", on=DAY, minutes=Decimal(1), by=SYSTEM, at=AT
        )
        with pytest.raises(services.UnableToDeduct):
            services.withdraw_deduction(deduction=entered, reason="誤り", by=stranger, at=AT)
        services.withdraw_deduction(deduction=entered, reason="誤り", by=SYSTEM, at=AT)
        with pytest.raises(services.UnableToDeduct):
            services.withdraw_deduction(deduction=entered, reason="誤り", by=SYSTEM, at=AT)

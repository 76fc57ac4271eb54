"""From plan to record, and everything that may go wrong on the way."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kencho.audit.models import Entry
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, indicators
from kencho.foundation.models import Task
from kencho.organization import services as organization
from kencho.organization.models import Unit
from kencho.organization.testing import Cast, actor, make_staff
from kencho.workplace import queries, services
from kencho.workplace.models import DayState, SessionState, Source, TeleworkUnitDay
from kencho.workplace.services import Reason, UnableTo
from kencho.workplace.testing import SYSTEM, approved, instant, make_rule, planned, teleworked

MONDAY = date(2026, 6, 1)
TUESDAY = date(2026, 6, 2)
YEAR = FiscalYear(2026)
LATER = instant(date(2027, 3, 31), 23)


@pytest.fixture(autouse=True)
def _rule(cast: Cast) -> None:
    make_rule(cast.body)


def value(cast: Cast, code: str = "workplace.telework_divisions", **kinds: tuple[str, ...]) -> int:
    asked = Asked.whole(YEAR, body=cast.body.code, as_of=LATER, parameters=kinds)
    reading = indicators.get(code).read(asked)
    assert reading.numerator is not None
    return int(reading.numerator)


def ledger() -> list[tuple[str, int]]:
    return list(TeleworkUnitDay.objects.order_by("pk").values_list("kind", "sign"))


def test_plan_approval_start_end_make_one_unit_day(cast: Cast) -> None:
    decision = approved(cast.clerk, cast.chief, [(MONDAY, "mobile")], at=instant(MONDAY, 8))
    assert decision.articles == ["第8条第1項"]
    session = services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY, 9))
    assert (session.kind, session.unit_at_use, session.state) == ("mobile", cast.division, "running")
    assert value(cast) == 0
    services.end_session(session=session, by=actor(cast.clerk), at=instant(MONDAY, 17))
    session.refresh_from_db()
    assert session.state == SessionState.CONFIRMED
    assert ledger() == [("mobile", 1)]
    assert value(cast) == 1
    assert value(cast, "workplace.telework_days") == 1
    assert value(cast, kinds=("home",)) == 0
    acts = set(Entry.objects.values_list("action", flat=True))
    assert {
        "workplace.telework_plan.save",
        "workplace.telework_plan.submit",
        "workplace.telework_plan.approve",
        "workplace.telework_session.start",
        "workplace.telework_session.confirm",
    } <= acts
    assert Task.objects.filter(name="workplace.TeleworkPlanSubmitted").count() == 1


def test_a_second_person_of_the_division_adds_no_unit_day(cast: Cast) -> None:
    other = make_staff(cast.division, "S0100", "担当 十子")
    teleworked(cast.clerk, cast.chief, MONDAY)
    teleworked(other, cast.chief, MONDAY)
    assert ledger() == [("mobile", 1)]
    assert queries.ledger_differences(cast.body, YEAR.start, YEAR.end) == []


def test_the_last_one_cancelled_reverses_it_and_the_past_stays_known(cast: Cast) -> None:
    other = make_staff(cast.division, "S0100", "担当 十子")
    first, second = teleworked(cast.clerk, cast.chief, MONDAY), teleworked(other, cast.chief, MONDAY)
    at = instant(TUESDAY)
    services.cancel_session(session=first, reason="誤って報告した。", by=actor(cast.clerk), at=at)
    assert ledger() == [("mobile", 1)]
    services.cancel_session(session=second, reason="誤って報告した。", by=actor(cast.chief), at=at)
    assert ledger() == [("mobile", 1), ("mobile", -1)]
    assert value(cast) == 0
    before = Asked.whole(YEAR, body=cast.body.code, as_of=at - timedelta(minutes=1))
    reading = indicators.get("workplace.telework_divisions").read(before)
    assert reading.numerator == 1


def test_a_correction_moves_the_unit_day_to_the_right_kind(cast: Cast) -> None:
    session = teleworked(cast.clerk, cast.chief, MONDAY)
    services.correct_session(
        session=session,
        started_at=session.started_at,
        ended_at=session.started_at + timedelta(hours=4),
        kind="home",
        place="own_home",
        reason="自宅で行った。",
        by=actor(cast.clerk),
        at=instant(TUESDAY),
    )
    assert ledger() == [("mobile", 1), ("mobile", -1), ("home", 1)]
    assert (value(cast), value(cast, kinds=("home",))) == (0, 1)
    assert queries.ledger_differences(cast.body, YEAR.start, YEAR.end) == []


def refusal(error: "pytest.ExceptionInfo[UnableTo]") -> Reason:
    return error.value.reason


class TestFaults:
    """Each with its reason."""

    def test_start_without_plan(self, cast: Cast) -> None:
        with pytest.raises(services.UnableToStart) as error:
            services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY))
        assert refusal(error) == Reason.NO_PLAN
        assert "第8条第1項" in error.value.message

    def test_start_before_it_is_approved(self, cast: Cast) -> None:
        planned(cast.clerk, [(MONDAY, "home")], at=instant(MONDAY, 8))
        with pytest.raises(services.UnableToStart) as error:
            services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY))
        assert refusal(error) == Reason.NO_PLAN

    def test_start_twice(self, cast: Cast) -> None:
        approved(cast.clerk, cast.chief, [(MONDAY, "home")], at=instant(MONDAY, 8))
        services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY, 9))
        with pytest.raises(services.UnableToStart) as error:
            services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY, 10))
        assert refusal(error) == Reason.RUNNING

    def test_overlap_with_what_was_recorded(self, cast: Cast) -> None:
        teleworked(cast.clerk, cast.chief, MONDAY)
        with pytest.raises(services.UnableToRecord) as error:
            services.record_session(
                staff=cast.clerk,
                started_at=instant(MONDAY, 16),
                ended_at=instant(MONDAY, 18),
                source=Source.VPN,
                by=SYSTEM,
                at=instant(TUESDAY),
            )
        assert refusal(error) == Reason.OVERLAP

    def test_half_open_sessions_touch_without_overlap(self, cast: Cast) -> None:
        teleworked(cast.clerk, cast.chief, MONDAY, hours=3)
        services.record_session(
            staff=cast.clerk,
            started_at=instant(MONDAY, 12),
            ended_at=instant(MONDAY, 13),
            source=Source.VPN,
            by=SYSTEM,
            at=instant(TUESDAY),
        )
        assert ledger() == [("mobile", 1)]

    @pytest.mark.parametrize(
        ("hour", "reason"), [(8, Reason.BACKWARD), (9, Reason.BACKWARD), (19, Reason.FUTURE)]
    )
    def test_end_at_an_impossible_time(self, cast: Cast, hour: int, reason: Reason) -> None:
        approved(cast.clerk, cast.chief, [(MONDAY, "home")], at=instant(MONDAY, 8))
        session = services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY, 9))
        with pytest.raises(services.UnableToEnd) as error:
            services.end_session(
                session=session,
                by=actor(cast.clerk),
                at=instant(MONDAY, 18),
                ended_at=instant(MONDAY, hour),
            )
        assert refusal(error) == reason

    def test_over_midnight_counts_for_the_first_day(self, cast: Cast) -> None:
        approved(cast.clerk, cast.chief, [(MONDAY, "home")], at=instant(MONDAY, 8))
        session = services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY, 20))
        services.end_session(session=session, by=actor(cast.clerk), at=instant(TUESDAY, 2))
        assert list(TeleworkUnitDay.objects.values_list("day", flat=True)) == [MONDAY]

    def test_a_forgotten_end_is_refused_late_and_accepted_with_its_time(self, cast: Cast) -> None:
        approved(cast.clerk, cast.chief, [(MONDAY, "home")], at=instant(MONDAY, 8))
        session = services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY, 9))
        late = instant(TUESDAY, 9)
        with pytest.raises(services.UnableToEnd) as error:
            services.end_session(session=session, by=actor(cast.clerk), at=late)
        assert refusal(error) == Reason.AGAINST_RULE
        assert "第9条第1項" in error.value.message
        assert list(queries.running_since_before(cast.body, late - timedelta(hours=12))) == [session]
        services.end_session(session=session, by=actor(cast.clerk), at=late, ended_at=instant(MONDAY, 17, 15))
        assert ledger() == [("home", 1)]

    def test_somebody_else_reports(self, cast: Cast) -> None:
        approved(cast.clerk, cast.chief, [(MONDAY, "home")], at=instant(MONDAY, 8))
        for who in (cast.chief, cast.other_body_clerk):
            with pytest.raises(services.UnableToStart) as error:
                services.start_session(staff=cast.clerk, by=actor(who), at=instant(MONDAY))
            assert refusal(error) == Reason.NOT_ALLOWED

    def test_retired_staff(self, cast: Cast) -> None:
        approved(cast.clerk, cast.chief, [(MONDAY, "home"), (TUESDAY, "home")], at=instant(MONDAY, 8))
        organization.retire(staff=cast.clerk, on=TUESDAY, by=actor(cast.org_admin), at=instant(MONDAY, 9))
        cast.clerk.refresh_from_db()
        with pytest.raises(services.UnableToStart) as error:
            services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(TUESDAY))
        assert refusal(error) == Reason.NOT_SERVING
        with pytest.raises(services.UnableToPlan):
            planned(cast.clerk, [(TUESDAY + timedelta(days=1), "home")], at=instant(MONDAY, 10))

    def test_urgent_use_is_entered_by_the_head_under_its_article(self, cast: Cast) -> None:
        def enter(by: object, note: str = "大雨で出勤できなかった。") -> object:
            return services.record_session(
                staff=cast.clerk,
                started_at=instant(MONDAY, 9),
                ended_at=instant(MONDAY, 17),
                source=Source.MANUAL,
                kind="home",
                place="own_home",
                note=note,
                by=by,  # type: ignore[arg-type]  # an Actor in each call
                at=instant(TUESDAY),
            )

        for who, note in ((cast.clerk, "x"), (cast.other_division_clerk, "x"), (cast.chief, " ")):
            with pytest.raises(services.UnableToRecord):
                enter(actor(who), note)
        session = enter(actor(cast.chief))
        assert session.article == "第9条第3項"  # type: ignore[attr-defined]  # a TeleworkSession


class TestMoves:
    """The division is that of the moment of use."""

    def move(self, cast: Cast, on: date) -> None:
        organization.reassign(
            staff=cast.clerk,
            unit=cast.other_division,
            post=cast.posts["CLERK"],
            on=on,
            by=actor(cast.org_admin),
            at=instant(MONDAY, 8),
        )

    def test_a_plan_of_the_old_division_does_not_carry(self, cast: Cast) -> None:
        approved(cast.clerk, cast.chief, [(TUESDAY, "home")], at=instant(MONDAY, 8))
        self.move(cast, TUESDAY)
        with pytest.raises(services.UnableToStart) as error:
            services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(TUESDAY))
        assert refusal(error) == Reason.MOVED
        released = services.release_after_move(staff=cast.clerk, on=TUESDAY, by=SYSTEM, at=instant(MONDAY))
        assert released == 1
        day = cast.clerk.telework_days.get()
        assert (day.state, day.division) == (DayState.DRAFT, cast.other_division)

    def test_use_before_the_move_stays_with_the_old_division(self, cast: Cast) -> None:
        teleworked(cast.clerk, cast.chief, MONDAY)
        self.move(cast, TUESDAY)
        head = make_staff(cast.other_division, "S0200", "課長 人子", post="DIVISION_DIRECTOR")
        teleworked(cast.clerk, head, TUESDAY)
        units = TeleworkUnitDay.objects.order_by("day").values_list("unit__code", flat=True)
        assert list(units) == ["03009", "03004"]
        assert value(cast) == 2

    def test_a_renamed_division_keeps_its_plans_and_counts_once(self, cast: Cast) -> None:
        teleworked(cast.clerk, cast.chief, MONDAY)
        approved(cast.clerk, cast.chief, [(TUESDAY, "mobile")], at=instant(MONDAY, 18))
        renamed = organization.rename_unit(
            unit=Unit.objects.get(pk=cast.division.pk),
            name="デジタル戦略課",
            on=TUESDAY,
            by=actor(cast.org_admin),
            at=instant(MONDAY),
        )
        session = services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(TUESDAY))
        services.end_session(session=session, by=actor(cast.clerk), at=instant(TUESDAY, 17))
        assert session.unit_at_use == renamed
        assert value(cast) == 1
        assert value(cast, "workplace.telework_days") == 2


def test_starting_and_ending_take_few_queries(cast: Cast) -> None:
    approved(cast.clerk, cast.chief, [(MONDAY, "mobile")], at=instant(MONDAY, 8))
    with CaptureQueriesContext(
        connection,
    ) as starting:
        session = services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY))
    with CaptureQueriesContext(connection) as ending:
        services.end_session(session=session, by=actor(cast.clerk), at=instant(MONDAY, 17))
    assert len(starting) <= 14
    assert len(ending) <= 14

"""The standard processing period, counted by hand: 翌日起算, days of the office, amendments left out."""

from datetime import date, datetime
from typing import Any

import pytest

from kencho.applications import services
from kencho.applications.models import Application
from kencho.applications.testing import apply, publish
from kencho.applications.tests.test_states import undated
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import ClosedDay
from kencho.organization.testing import Cast, desk

# 1 June 2026 is a Monday. Closed then: 20 July, 21 to 23 September, 29 April, 4 to 6 May, 29 December to 3 January.
BUSINESS = [
    ("2026-06-01", 5, "2026-06-08"),
    ("2026-06-05", 1, "2026-06-08"),
    ("2026-06-06", 1, "2026-06-08"),
    ("2026-06-07", 1, "2026-06-08"),
    ("2026-06-01", 10, "2026-06-15"),
    ("2026-07-17", 1, "2026-07-21"),
    ("2026-07-13", 5, "2026-07-21"),
    ("2026-09-18", 1, "2026-09-24"),
    ("2026-09-17", 2, "2026-09-24"),
    ("2026-12-28", 1, "2027-01-04"),
    ("2026-12-28", 3, "2027-01-06"),
    ("2027-01-08", 1, "2027-01-12"),
    ("2026-04-28", 1, "2026-04-30"),
    ("2026-05-01", 1, "2026-05-07"),
]
CALENDAR = [
    ("2026-06-01", 15, "2026-06-16"),
    ("2026-06-05", 1, "2026-06-06"),
    ("2026-12-20", 15, "2027-01-04"),
    ("2027-02-13", 15, "2027-02-28"),
]
# Arrival on Monday 1 June, five days of business (or fifteen of the calendar); pauses from the day of asking to the
# day of the answer, which counts again.
PAUSED = [
    ([("2026-06-03", "2026-06-05")], "business", 5, "2026-06-10"),
    ([("2026-06-03", "2026-06-03")], "business", 5, "2026-06-08"),
    ([("2026-06-05", "2026-06-08")], "business", 5, "2026-06-09"),
    ([("2026-06-06", "2026-06-08")], "business", 5, "2026-06-08"),
    ([("2026-06-01", "2026-06-04")], "business", 5, "2026-06-10"),
    ([("2026-06-02", "2026-06-03"), ("2026-06-04", "2026-06-05")], "business", 5, "2026-06-10"),
    ([("2026-06-03", "2026-06-10")], "calendar", 15, "2026-06-23"),
    ([("2026-06-10", "2026-06-12")], "business", 5, "2026-06-08"),
    ([("2026-06-03", "2026-07-01")], "business", 5, "2026-07-06"),
]


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02d}:{minute:02d}").replace(tzinfo=clock.JST)


def arrived(cast: Cast, when: datetime, period: dict[str, Any]) -> Application:
    version = publish(cast, routes=False, standard_processing_period=period)
    return apply(version, seed=undated(version, clock.day_of(when)), at=when)


@pytest.mark.parametrize(("day", "days", "due"), BUSINESS)
def test_days_of_business(cast: Cast, day: str, days: int, due: str) -> None:
    application = arrived(cast, at(day), {"days": days, "count": "business"})
    assert application.due_on == date.fromisoformat(due)


@pytest.mark.parametrize(("day", "days", "due"), CALENDAR)
def test_days_of_the_calendar_end_on_any_day(cast: Cast, day: str, days: int, due: str) -> None:
    application = arrived(cast, at(day), {"days": days, "count": "calendar"})
    assert application.due_on == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("when", "due"),
    [(at("2026-06-01", 23, 59), "2026-06-08"), (at("2026-06-02", 0, 0), "2026-06-09")],
)
def test_the_day_of_arrival_is_the_day_in_japan(cast: Cast, when: datetime, due: str) -> None:
    application = arrived(cast, when, {"days": 5, "count": "business"})
    assert application.due_on == date.fromisoformat(due)


def test_a_day_on_which_this_office_is_closed_does_not_count(cast: Cast) -> None:
    ClosedDay.objects.create(body=cast.body, day=date(2026, 6, 3), name="県民の日の代わり")
    application = arrived(cast, at("2026-06-01", 10, 17), {"days": 5, "count": "business"})
    assert application.due_on == date(2026, 6, 9)


@pytest.mark.parametrize(("pauses", "count", "days", "due"), PAUSED)
def test_amendments_stop_the_clock(
    cast: Cast, pauses: list[tuple[str, str]], count: str, days: int, due: str
) -> None:
    application = arrived(cast, at("2026-06-01", 9), {"days": days, "count": count})
    by, guest = desk(cast.clerk).actor, Actor(ActorKind.GUEST, application.number, "")
    services.accept(application=application, by=by, at=at("2026-06-01", 10))
    services.review(application=application, by=by, at=at("2026-06-01", 10))
    for asked, answered in pauses:
        services.request_amendment(
            application=application,
            items=[services.AskedItem("telephone", "番号を確かめてください。")],
            due_on=date(2026, 7, 31),
            message="",
            by=by,
            at=at(asked, 11),
        )
        application.refresh_from_db()
        overdue_already = date.fromisoformat(due) < date.fromisoformat(asked)
        assert (application.due_on is None) != overdue_already
        services.amend(application=application, answers=application.answers, by=guest, at=at(answered, 15))
    application.refresh_from_db()
    assert application.due_on == date.fromisoformat(due)

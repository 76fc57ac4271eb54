"""Helpers for tests: a rule, an approved day, a session, through the real services."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from kencho.foundation import actors, clock
from kencho.organization.models import Body, StaffMember
from kencho.organization.queries import actor_of
from kencho.workplace import queries, services
from kencho.workplace.models import Kind, Place, PlanDecision, TeleworkPlan, TeleworkRule, TeleworkSession
from kencho.workplace.services import WantedDay
from kencho.workplace.telework_rules import read_rule

SYSTEM = actors.system("tests")
PLACE_OF = {
    Kind.HOME: Place.OWN_HOME,
    Kind.MOBILE: Place.ANYWHERE,
    Kind.SATELLITE: Place.SATELLITE_OFFICE,
}
RULE: dict[str, Any] = {
    "schema": "kencho.telework-rule/1",
    "title": "テレワーク実施要領",
    "in_force_from": "2015-04-01",
    "kinds": {"article": "第2条", "allowed": ["home", "mobile", "satellite"]},
    "spans": {"article": "第5条", "allowed": ["day", "half_day"]},
    "places": {"article": "第4条", "allowed": ["own_home", "family_home", "anywhere", "satellite_office"]},
    "eligibility": {"article": "第3条第1項", "exception_article": "第3条第2項"},
    "limits": {
        "article": "第6条第1項",
        "days_per_week": "3",
        "office_days_per_week": "1",
        "exception_article": "第6条第2項",
    },
    "notice": {"article": "第7条第1項", "business_days": "0"},
    "approval": {
        "article": "第8条第1項",
        "substitutes": ["DIVISION_DEPUTY", "SECTION_CHIEF"],
        "substitute_article": "第8条第2項",
    },
    "reporting": {
        "article": "第9条第1項",
        "earliest": "05:00",
        "longest_hours": "12",
        "without_plan_article": "第9条第3項",
    },
    "records": {"article": "第10条", "months": "36", "keepers": ["DIVISION_DEPUTY"]},
}


def rule_data(**parts: dict[str, Any]) -> dict[str, Any]:
    """``RULE`` with parts changed: ``rule_data(limits={"days_per_week": "1"})``."""
    return {key: {**value, **parts[key]} if key in parts else value for key, value in RULE.items()}


def make_rule(body: Body, *, at: datetime | None = None, **parts: dict[str, Any]) -> TeleworkRule:
    """Register a rule for a body."""
    return services.save_rule(body=body, rule=read_rule(rule_data(**parts)), by=SYSTEM, at=at or clock.now())


def instant(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of a day in Japan."""
    return datetime.combine(day, time(hour, minute), clock.JST)


def planned(
    staff: StaffMember, days: Sequence[tuple[date, str]], *, at: datetime, reason: str = ""
) -> TeleworkPlan:
    """A plan of one month that waits for the head."""
    wanted = [WantedDay(day, kind, PLACE_OF[Kind(kind)]) for day, kind in days]
    month = queries.month_of(days[0][0])
    plan = services.save_plan(staff=staff, month=month, days=wanted, by=actor_of(staff), at=at)
    return services.submit_plan(plan=plan, reason=reason, by=actor_of(staff), at=at)


def approved(
    staff: StaffMember,
    head: StaffMember,
    days: Sequence[tuple[date, str]],
    *,
    at: datetime,
    reason: str = "",
) -> PlanDecision:
    """The same, approved."""
    plan = planned(staff, days, at=at, reason=reason)
    digest = queries.digest_of(queries.waiting_days(plan))
    return services.approve_plan(plan=plan, digest=digest, by=actor_of(head), at=at)


def teleworked(
    staff: StaffMember, head: StaffMember, day: date, kind: str = Kind.MOBILE, *, hours: int = 8
) -> TeleworkSession:
    """A confirmed session from plan to end, all in real order on that day."""
    approved(staff, head, [(day, kind)], at=instant(day, 8))
    session = services.start_session(staff=staff, by=actor_of(staff), at=instant(day, 9))
    return services.end_session(
        session=session, by=actor_of(staff), at=instant(day, 9) + timedelta(hours=hours)
    )

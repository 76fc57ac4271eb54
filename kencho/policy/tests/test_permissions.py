"""Who may plan, read and see rows: one table for the whole cast."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, desk, grant
from kencho.policy import permissions, services
from kencho.policy.models import DriftReport, Indicator, PolicyNode
from kencho.policy.search import find_measures
from kencho.policy.tasks import report_drift
from kencho.policy.testing import SETUP, Fact, Ledger
from kencho.policy.tests.conftest import NOW


@pytest.mark.parametrize(
    ("who", "plans", "reads", "sees_rows"),
    [
        ("planner", True, True, True),
        ("auditor", False, True, True),
        ("chief", False, True, False),
        ("governor", False, True, False),
        ("foreign_planner", False, False, False),
    ],
)
def test_who_may_do_what(
    measure: PolicyNode, cast: Cast, who: str, plans: bool, reads: bool, sees_rows: bool
) -> None:
    roles = {"planner": RoleAssignment.Role.PLANNER, "auditor": RoleAssignment.Role.AUDITOR}
    staff = {
        "planner": cast.clerk,
        "auditor": cast.other_division_clerk,
        "foreign_planner": cast.other_body_clerk,
    }.get(who) or getattr(cast, who)
    role = roles.get(who.removeprefix("foreign_"))
    if role:
        grant(staff, role)
    actor = desk(staff).actor
    assert permissions.may_edit(actor, measure) is plans
    assert permissions.may_plan(actor, measure.plan.body) is plans
    assert permissions.may_read(actor, measure) is reads
    assert permissions.may_see_rows(actor, measure) is sees_rows


def test_residents_and_guests_read_only_what_is_published(measure: PolicyNode) -> None:
    for kind in (ActorKind.RESIDENT, ActorKind.GUEST):
        somebody = Actor(kind, "1", "県民", "240001", roles=frozenset({"planner"}))
        assert not permissions.may_read(somebody, measure)
        assert not permissions.may_edit(somebody, measure)
    assert permissions.may_edit(SETUP, measure)


def test_the_search_box_stays_in_the_body(measure: PolicyNode, cast: Cast) -> None:
    request = RequestFactory().get("/")
    assert find_measures(request, "406", 5) == []
    request.desk = desk(cast.clerk)  # type: ignore[attr-defined]  # the middleware's own attribute
    assert [hit.title for hit in find_measures(request, "406", 5)] == ["406 スマート自治体の推進"]
    assert find_measures(request, "  ", 5) == []
    request.desk = desk(cast.other_body_clerk)  # type: ignore[attr-defined]  # the middleware's own attribute
    assert find_measures(request, "406", 5) == []


def test_the_queue_looks_for_late_events(measure: PolicyNode, received: Indicator, ledger: Ledger) -> None:
    ledger.add(Fact("a", NOW.date().replace(year=2020, month=6), NOW - timedelta(days=900)))
    services.freeze_actual(indicator=received, year=2020, status="confirmed", by=SETUP, at=NOW)
    ledger.add(Fact("late", NOW.date().replace(year=2020, month=6), NOW + timedelta(days=1)))
    with clock.simulated(NOW + timedelta(days=2)):
        report_drift()
    assert DriftReport.objects.get().added == 1

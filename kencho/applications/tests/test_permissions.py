"""Who may do what: clerk, chief, another division, another body, strangers, the applicant, the system."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from kencho.applications import permissions, queries, services
from kencho.applications.models import OPEN, WITHDRAWABLE, Application, Status
from kencho.applications.testing import AT, apply, publish
from kencho.foundation import actors
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.testing import Cast, desk, grant

DAY = date(2026, 6, 1)
Rule = Callable[[Actor, Application], bool]
DIVISION = {"clerk", "chief", "system"}
APPLICANT = {"resident", "guest"}
RULES: list[tuple[Rule, set[str], frozenset[str]]] = [
    (permissions.may_view, DIVISION | {"auditor"}, frozenset(Status.values)),
    (permissions.works_on, DIVISION, frozenset(Status.values)),
    (permissions.may_examine, DIVISION, OPEN),
    (permissions.may_accept, DIVISION, frozenset({Status.SUBMITTED})),
    (
        permissions.may_transfer,
        DIVISION,
        frozenset({Status.SUBMITTED, Status.ACCEPTED, Status.IN_REVIEW}),
    ),
    (permissions.is_applicant, APPLICANT, frozenset(Status.values)),
    (permissions.may_withdraw, DIVISION | APPLICANT, WITHDRAWABLE),
    (permissions.may_amend, DIVISION | APPLICANT, frozenset({Status.AWAITING_AMENDMENT})),
]


@pytest.fixture
def application(cast: Cast) -> Application:
    made = apply(publish(cast, routes=False))
    Application.objects.filter(pk=made.pk).update(user=cast.resident)
    return Application.objects.select_related("body", "division").get(pk=made.pk)


@pytest.fixture
def people(cast: Cast, application: Application) -> dict[str, Actor]:
    grant(cast.org_admin, "auditor")
    return {
        "clerk": desk(cast.clerk, DAY).actor,
        "chief": desk(cast.chief, DAY).actor,
        "head": desk(cast.head, DAY).actor,
        "other division": desk(cast.other_division_clerk, DAY).actor,
        "other body": desk(cast.other_body_clerk, DAY).actor,
        "auditor": desk(cast.org_admin, DAY).actor,
        "resident": Actor(ActorKind.RESIDENT, str(cast.resident.pk), ""),
        "other resident": Actor(ActorKind.RESIDENT, str(cast.resident.pk + 1), ""),
        "guest": Actor(ActorKind.GUEST, application.number, ""),
        "guest of another number": Actor(ActorKind.GUEST, "24000-08-000002-0", ""),
        "new guest": Actor(ActorKind.GUEST, "new", ""),
        # The same division number under another body's name opens nothing.
        "forged": Actor(
            ActorKind.STAFF, "242012:T0001", "", body="242012", division_id=application.division_id
        ),
        "resident with a division": Actor(
            ActorKind.RESIDENT, "0", "", body="240001", division_id=application.division_id
        ),
        "system": actors.system("worker"),
    }


def test_the_rules_in_every_state(application: Application, people: dict[str, Actor]) -> None:
    for rule, allowed, states in RULES:
        for status in Status.values:
            application.status = status
            found = {name for name, who in people.items() if rule(who, application)}
            assert found == (allowed if status in states else set()), (rule.__name__, status)


def test_services_ask_the_same_rules(application: Application, people: dict[str, Actor]) -> None:
    """Whoever is outside the division cannot act, whatever view they come from."""
    acts: list[Callable[[Actor], object]] = [
        lambda by: services.accept(application=application, by=by, at=AT),
        lambda by: services.review(application=application, by=by, at=AT),
        lambda by: services.assign(application=application, staff=None, by=by, at=AT),
        lambda by: services.remark(application=application, text="メモ", by=by, at=AT),
        lambda by: services.answer_checklist(application=application, findings={}, by=by, at=AT),
        lambda by: services.refuse(application=application, grounds="理由", by=by, at=AT),
        lambda by: services.complete(application=application, by=by, at=AT),
        lambda by: services.transfer(
            application=application, division=application.division, reason="", by=by, at=AT
        ),
        lambda by: services.draft_decision(
            application=application, kind="disclose", grounds="", text="", by=by, at=AT
        ),
        lambda by: services.request_amendment(
            application=application, items=[], due_on=DAY, message="直してください", by=by, at=AT
        ),
    ]
    before = Application.objects.filter(pk=application.pk).values().get()
    for name in people.keys() - DIVISION:
        for act in acts:
            with pytest.raises(PermissionDenied):
                act(people[name])
    assert Application.objects.filter(pk=application.pk).values().get() == before


def test_strangers_do_not_withdraw(application: Application, people: dict[str, Actor]) -> None:
    for name in people.keys() - DIVISION - APPLICANT:
        with pytest.raises(PermissionDenied):
            services.withdraw(application=application, reason="", by=people[name], at=AT)
    services.withdraw(application=application, reason="", by=people["resident"], at=AT + timedelta(hours=1))


def test_after_a_transfer_only_the_new_division_works(
    cast: Cast, application: Application, people: dict[str, Actor]
) -> None:
    services.transfer(
        application=application, division=cast.other_division, reason="", by=people["clerk"], at=AT
    )
    with pytest.raises(PermissionDenied):
        services.accept(application=application, by=people["clerk"], at=AT)
    services.accept(application=application, by=people["other division"], at=AT)


def test_a_transfer_stays_in_the_body_and_goes_to_a_living_division(
    cast: Cast, application: Application, people: dict[str, Actor]
) -> None:
    cast.other_division.valid_to = DAY
    cast.other_division.save()
    for division in (cast.division, cast.foreign_division, cast.department, cast.other_division):
        with pytest.raises(services.UnableToTransfer):
            services.transfer(
                application=application, division=division, reason="", by=people["clerk"], at=AT
            )


def test_only_those_who_work_there_are_put_in_charge(
    cast: Cast, application: Application, people: dict[str, Actor]
) -> None:
    for staff in (cast.other_division_clerk, cast.other_body_clerk):
        with pytest.raises(services.UnableToAssign):
            services.assign(application=application, staff=staff, by=people["clerk"], at=AT)
    assert services.assign(application=application, staff=cast.chief, by=people["clerk"], at=AT).assignee == (
        cast.chief
    )


def test_lists_hold_only_what_the_desk_may_see(cast: Cast, application: Application) -> None:
    grant(cast.org_admin, "auditor")
    seen = {
        name: queries.case(desk(staff, DAY), application.pk) is not None
        for name, staff in cast.staff().items()
    }
    assert {name for name, found in seen.items() if found} == {"clerk", "chief", "org_admin"}


def test_a_guest_proves_number_and_code(application: Application) -> None:
    receipt = services.secret_for(application.idempotency_key)
    assert queries.knows_secret(application, receipt.lower().replace("-", " "))
    assert not queries.knows_secret(application, receipt[:-1])
    assert not queries.knows_secret(application, "")

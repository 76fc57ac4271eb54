"""Random people and acts on one application: whatever anybody tries, the rules of its life hold."""

import itertools
import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kencho.applications import services
from kencho.applications.models import OPEN, TRANSITIONS, Application, Decision, Status
from kencho.applications.testing import AT, apply, publish
from kencho.approvals import queries as approval_queries
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest, RequestState
from kencho.audit.models import Entry
from kencho.foundation import actors, clock, queue
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion
from kencho.records.office_seals import make_demo_seals

REFUSALS = (
    PermissionDenied,
    services.UnableToMove,
    services.UnableToAmend,
    services.UnableToAssign,
    services.UnableToRequestAmendment,
    services.UnableToTransfer,
    services.GroundsMissing,
    approvals.UnableTo,
)
WHO = st.sampled_from(
    ["clerk", "clerk", "clerk", "chief", "other_division_clerk", "other_body_clerk", "guest"]
)
APPROVERS = ("chief", "head", "governor")
PREFIX = "applications.application."


def undated(version: ProcedureVersion, on: date | None = None) -> int:
    """A seed whose answers hold on every day, so that they can be sent again as an amendment."""
    day = on or clock.day_of(AT)
    plan = procedures.compiled_of(version)
    return next(
        seed for seed in range(100) if "inspection_on" not in plan.sample(random.Random(seed), on=day)
    )


class ApplicationMachine(RuleBasedStateMachine):
    """One application in the hands of everybody; each example is rolled back."""

    cast: ClassVar[Cast]
    version: ClassVar[ProcedureVersion]

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.at: datetime = AT
        self.pk = 0
        self.due: date | None = None
        self.closed: tuple[Any, ...] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def submit(self) -> None:
        self.pk = apply(self.version, seed=undated(self.version)).pk
        self.due = self.row.due_on
        self.drain()

    @property
    def row(self) -> Application:
        return Application.objects.get(pk=self.pk)

    def by(self, who: str) -> Actor:
        if who == "guest":
            return Actor(ActorKind.GUEST, self.row.number, "")
        return desk(getattr(self.cast, who), date(2026, 6, 1)).actor

    def attempt(self, act: Callable[[], object]) -> bool:
        self.at += timedelta(hours=5)
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            return False
        return True

    def drain(self) -> None:
        with clock.simulated(self.at + timedelta(minutes=1)):
            queue.drain(strict=True)

    @rule(who=WHO)
    def accept(self, who: str) -> None:
        before = self.row
        may = before.status == Status.SUBMITTED and self.works(who)
        done = self.attempt(lambda: services.accept(application=before, by=self.by(who), at=self.at))
        assert done == may

    def works(self, who: str) -> bool:
        return who != "guest" and self.by(who).division_id == self.row.division_id

    @rule(who=WHO)
    def review(self, who: str) -> None:
        before = self.row
        may = before.status in {Status.ACCEPTED, Status.AWAITING_AMENDMENT} and self.works(who)
        done = self.attempt(lambda: services.review(application=before, by=self.by(who), at=self.at))
        assert done == (may and before.status == Status.ACCEPTED)

    @rule(who=WHO, to=st.sampled_from(["clerk", "chief", "other_division_clerk"]))
    def assign(self, who: str, to: str) -> None:
        self.attempt(
            lambda: services.assign(
                application=self.row, staff=getattr(self.cast, to), by=self.by(who), at=self.at
            )
        )

    @rule(who=WHO, back=st.booleans())
    def transfer(self, who: str, back: bool) -> None:
        division = self.cast.division if back else self.cast.other_division
        self.attempt(
            lambda: services.transfer(
                application=self.row, division=division, reason="所管のため", by=self.by(who), at=self.at
            )
        )

    @rule(who=WHO)
    def request_amendment(self, who: str) -> None:
        before = self.row
        done = self.attempt(
            lambda: services.request_amendment(
                application=before,
                items=[services.AskedItem("telephone", "昼間の番号を書いてください。")],
                due_on=clock.day_of(self.at) + timedelta(days=14),
                message="",
                by=self.by(who),
                at=self.at,
            )
        )
        assert done == (before.status == Status.IN_REVIEW and self.works(who))
        if done:
            self.due = before.due_on

    @rule(who=WHO)
    def amend(self, who: str) -> None:
        before = self.row
        may = before.status == Status.AWAITING_AMENDMENT and (who == "guest" or self.works(who))
        done = self.attempt(
            lambda: services.amend(application=before, answers=before.answers, by=self.by(who), at=self.at)
        )
        assert done == may
        if done:
            after = self.row.due_on
            assert after is not None
            assert self.due is not None
            assert after >= self.due

    @rule(who=WHO)
    def withdraw(self, who: str) -> None:
        before = self.row
        may = Status.WITHDRAWN in TRANSITIONS[before.status] and (who == "guest" or self.works(who))
        # Rarely, for nothing comes after it.
        if self.at < AT + timedelta(days=3):
            return
        done = self.attempt(
            lambda: services.withdraw(application=before, reason="", by=self.by(who), at=self.at)
        )
        assert done == may

    @rule(who=WHO, grounds=st.sampled_from(["", "", "必要な書類が出されなかったため"]))
    def refuse(self, who: str, grounds: str) -> None:
        before = self.row
        if self.at < AT + timedelta(days=2):
            return
        may = Status.REFUSED in TRANSITIONS[before.status] and self.works(who) and bool(grounds)
        done = self.attempt(
            lambda: services.refuse(application=before, grounds=grounds, by=self.by(who), at=self.at)
        )
        assert done == may

    @rule(who=WHO)
    def complete(self, who: str) -> None:
        """A matter that ends in a decision is never closed without one."""
        assert not self.attempt(lambda: services.complete(application=self.row, by=self.by(who), at=self.at))

    @rule(
        who=WHO,
        kind=st.sampled_from(["disclose", "withhold"]),
        grounds=st.sampled_from(["", "条例第7条のため"]),
    )
    def draft_decision(self, who: str, kind: str, grounds: str) -> None:
        before = self.row
        done = self.attempt(
            lambda: services.draft_decision(
                application=before,
                kind=kind,
                grounds=grounds,
                text="通知します。",
                by=self.by(who),
                at=self.at,
            )
        )
        may = before.status == Status.IN_REVIEW and self.works(who)
        assert done == (may and (kind == "disclose" or bool(grounds)))

    @rule(who=st.sampled_from(["clerk", "chief"]))
    def submit_for_approval(self, who: str) -> None:
        self.attempt(
            lambda: services.submit_for_approval(
                application=self.row, drafter=getattr(self.cast, who), by=self.by(who), at=self.at
            )
        )

    @precondition(lambda self: self.pk and self.row.status in {Status.ACCEPTED, Status.IN_REVIEW})
    @rule()
    def go_ahead(self) -> None:
        """Chance alone hardly ever gets as far as an approval."""
        division = self.row.division_id
        if division != self.cast.division.pk:
            return
        if self.row.status == Status.ACCEPTED:
            self.review("clerk")
        self.draft_decision("clerk", "disclose", "")
        self.submit_for_approval("clerk")

    @property
    def request(self) -> ApprovalRequest | None:
        decision = Decision.objects.filter(application_id=self.pk).first()
        asked = decision.approval_id if decision else None
        return ApprovalRequest.objects.filter(pk=asked).first() if asked else None

    def entitled(self, request: ApprovalRequest) -> StaffMember | None:
        day = clock.day_of(self.at)
        people: list[StaffMember] = [getattr(self.cast, name) for name in APPROVERS]
        return next(
            (
                each
                for each in people
                if approval_queries.open_steps(each, day).filter(round__request=request).exists()
            ),
            None,
        )

    def pending(self) -> tuple[ApprovalRequest, StaffMember] | None:
        request = self.request
        if request is None or request.state != RequestState.PENDING:
            return None
        staff = self.entitled(request)
        return None if staff is None else (request, staff)

    @precondition(lambda self: self.pk and self.row.status == Status.IN_APPROVAL)
    @rule(at_once=st.booleans())
    def approve(self, at_once: bool) -> None:
        for _step in range(3 if at_once else 1):
            found = self.pending()
            if found is None:
                return
            request, staff = found
            digest = approval_queries.round_of(request).digest
            self.attempt(
                lambda r=request, d=digest, s=staff: approvals.approve(  # type: ignore[misc]  # mypy cannot infer lambdas with defaults
                    request=r, digest=d, by=desk(s, date(2026, 6, 1)).actor, at=self.at
                )
            )
        self.drain()

    @precondition(lambda self: self.pk and self.row.status == Status.IN_APPROVAL)
    @rule(by_drafter=st.booleans())
    def take_out_of_approval(self, by_drafter: bool) -> None:
        found = self.pending()
        if found is None:
            return
        request, staff = found
        if by_drafter:
            drafter = desk(request.drafter, date(2026, 6, 1)).actor
            done = self.attempt(lambda: approvals.pull_back(request=request, by=drafter, at=self.at))
        else:
            who = desk(staff, date(2026, 6, 1)).actor
            done = self.attempt(
                lambda: approvals.send_back(request=request, reason="直すこと", by=who, at=self.at)
            )
        self.drain()
        assert not done or self.row.status == Status.IN_REVIEW

    @invariant()
    def only_ways_of_the_diagram_are_gone(self) -> None:
        if not self.pk:
            return
        steps = list(self.row.changes.order_by("id"))
        assert steps[0].status == Status.SUBMITTED
        for before, after in itertools.pairwise(steps):
            same = before.status == after.status and after.verb == "transfer"
            assert same or after.status in TRANSITIONS[before.status]
        assert steps[-1].status == self.row.status

    @invariant()
    def the_clock_stands_still_exactly_while_the_applicant_is_asked(self) -> None:
        if self.pk:
            paused = self.row.pauses.filter(resumed_at__isnull=True).count()
            assert paused == (self.row.status == Status.AWAITING_AMENDMENT)
            assert self.row.status != Status.AWAITING_AMENDMENT or self.row.due_on is None

    @invariant()
    def every_step_is_told_once_and_audited_once(self) -> None:
        if self.pk:
            told = Counter(self.row.changes.values_list("verb", flat=True))
            actions = Entry.objects.filter(
                subject_type="applications.application", subject_id=str(self.pk)
            ).values_list("action", flat=True)
            audited = Counter(action.removeprefix(PREFIX) for action in actions)
            assert told == {verb: audited[verb] for verb in told}

    @invariant()
    def what_is_closed_stays(self) -> None:
        if not self.pk or self.row.status in OPEN:
            assert self.closed is None
            return
        row = Application.objects.filter(pk=self.pk).values().get()
        now = (row, list(self.row.changes.values()), list(Decision.objects.values()))
        assert row["closed_at"] is not None
        assert self.closed is None or self.closed == now
        self.closed = now


@pytest.fixture
def machine(cast: Cast) -> type[ApplicationMachine]:
    make_demo_seals([cast.body], at=AT - timedelta(days=400))
    ApplicationMachine.cast = cast
    ApplicationMachine.version = publish(cast)
    return ApplicationMachine


def test_the_rules_of_an_application_hold_whatever_is_tried(machine: type[ApplicationMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )


def test_a_filing_is_completed_without_a_decision(cast: Cast) -> None:
    version = publish(cast, routes=False, procedure_type="届出", outcomes=[], flow={"route": "standard"})
    application = apply(version)
    by = desk(cast.clerk).actor
    services.accept(application=application, by=by, at=AT)
    done = services.complete(application=application, by=by, at=AT + timedelta(hours=1))
    assert (done.status, done.closed_at) == (Status.COMPLETED, AT + timedelta(hours=1))


def test_no_way_leads_out_of_a_closed_state() -> None:
    assert {status for status, ways in TRANSITIONS.items() if not ways} == set(Status.values) - OPEN
    reached = {way for ways in TRANSITIONS.values() for way in ways}
    assert reached == set(Status.values) - {Status.SUBMITTED}


def test_only_the_queue_turns_an_approval_into_a_decision(cast: Cast) -> None:
    application = apply(publish(cast))
    by = desk(cast.clerk).actor
    services.accept(application=application, by=by, at=AT)
    services.review(application=application, by=by, at=AT)
    services.draft_decision(
        application=application, kind="disclose", grounds="", text="通知します。", by=by, at=AT
    )
    request = services.submit_for_approval(application=application, drafter=cast.clerk, by=by, at=AT)
    with pytest.raises(PermissionDenied):
        services.decide(application=application, approval_id=request.pk, decided_by="", by=by, at=AT)
    with pytest.raises(services.UnableToMove):
        services.decide(
            application=application,
            approval_id=request.pk + 1,
            decided_by="",
            by=actors.system("worker"),
            at=AT,
        )
    application.refresh_from_db()
    assert application.status == Status.IN_APPROVAL

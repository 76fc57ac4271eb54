"""Random routes, people and acts: whatever anybody tries, the rules of approval hold."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

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

from kencho.approvals import queries, services
from kencho.approvals.document import Document, Section
from kencho.approvals.models import (
    Absence,
    ApprovalRequest,
    ApprovalRound,
    ApprovalStep,
    Capacity,
    Place,
    RequestState,
    StepRole,
    StepState,
)
from kencho.approvals.tests.people import AT, DOCUMENT, Office
from kencho.foundation import clock
from kencho.foundation.models import Task
from kencho.organization.models import Assignment, StaffMember
from kencho.organization.testing import actor

SEATS = (
    (StepRole.CIRCULATE, Place.OWN_DIVISION, "", "SENIOR_CLERK"),
    (StepRole.CIRCULATE, Place.OWN_DIVISION, "", "DIVISION_DEPUTY"),
    (StepRole.CIRCULATE, Place.OWN_DIVISION, "", "DIVISION_DIRECTOR"),
    (StepRole.CONCUR, Place.NAMED, "03004", "DIVISION_DIRECTOR"),
    (StepRole.CONCUR, Place.OWN_DEPARTMENT, "", "DEPARTMENT_DIRECTOR"),
)
PEOPLE = ("clerk", "second_clerk", "deputy_chief", "chief", "head", "concurring_chief", "other_body_clerk")
WHO = st.sampled_from(PEOPLE)
PLAN = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(SEATS)), max_size=4, unique_by=lambda step: step[1]
)


class ApprovalMachine(RuleBasedStateMachine):
    """One case in the hands of everybody; each example is rolled back."""

    office: ClassVar[Office]

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.at: datetime = AT
        self.request: ApprovalRequest | None = None
        self.drafters: dict[int, int] = {}
        self.final: tuple[str, list[dict[str, object]]] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def person(self, name: str) -> StaffMember:
        found: StaffMember = getattr(self.office, name, None) or getattr(self.office.cast, name)
        return found

    def later(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    @property
    def case(self) -> ApprovalRequest:
        assert self.request is not None
        return ApprovalRequest.objects.get(pk=self.request.pk)

    def attempt(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except services.UnableTo:
            return False
        return True

    @initialize(
        steps=PLAN,
        drafter=st.sampled_from(PEOPLE[:4]),
        matter=st.sampled_from(["permit", "grant"]),
        amount=st.none() | st.sampled_from([1, 2_000_000]),
    )
    def put_forward(
        self,
        steps: list[tuple[int, tuple[StepRole, Place, str, str]]],
        drafter: str,
        matter: str,
        amount: int | None,
    ) -> None:
        posts = self.office.cast.posts
        services.save_route(
            matter=getattr(self.office, matter),
            code="random",
            name="任意",
            by=actor(self.office.head),
            at=AT,
            steps=[
                *(
                    services.StepSpec(order, role, place, unit, posts[post])
                    for order, (role, place, unit, post) in steps
                ),
                services.StepSpec(9, StepRole.DECIDE),
            ],
        )
        who = self.person(drafter)
        if not self.attempt(lambda: self.draft(who, matter, amount)):
            # Whoever would decide cannot draft; the clerk always can.
            who = self.person("clerk")
            self.draft(who, matter, amount)
        self.drafters[1] = who.pk

    def draft(self, who: StaffMember, matter: str, amount: int | None) -> None:
        self.request = services.request_approval(
            matter=matter,
            title="任意",
            document=DOCUMENT,
            subject=services.Subject("a.b", "1"),
            route="random",
            division=self.office.cast.division,
            amount=amount,
            by=actor(who),
            at=self.at,
        )

    def entitled(self, case: ApprovalRequest) -> list[str]:
        day, current = clock.day_of(self.at), queries.round_of(case)
        able = []
        for name in PEOPLE:
            turns = queries.open_steps(self.person(name), day).filter(round__request=case)
            found = list(turns.order_by("order", "id"))
            mine = [turn for turn in found if turn.capacity == Capacity.OWN]
            # The short way to one's own step must lead where the full answer leads.
            own = queries.own_step(case, current, self.person(name), day)
            assert own == (mine[0] if mine else None)
            able += [name] if found else []
        return able

    @precondition(lambda self: self.request is not None and self.case.is_pending)
    @rule(pick=st.integers(0, 3), seen=st.sampled_from(["now", "now", "now", "stale"]))
    def approve_in_turn(self, pick: int, seen: str) -> None:
        """Among random people hardly anybody is entitled, so this rule lets cases come to their end."""
        able = self.entitled(self.case)
        if able:
            self.approve(able[pick % len(able)], seen)

    @rule(who=WHO, seen=st.sampled_from(["now", "stale"]))
    def approve_anyhow(self, who: str, seen: str) -> None:
        self.approve(who, seen)

    def approve(self, who: str, seen: str) -> None:
        staff, case = self.person(who), self.case
        allowed = case.is_pending and who in self.entitled(case) and seen == "now"
        digest = queries.round_of(case).digest if seen == "now" else "0" * 64
        done = self.attempt(
            lambda: services.approve(request=case, digest=digest, by=actor(staff), at=self.later())
        )
        assert done == allowed

    @rule(who=WHO, reason=st.sampled_from(["直す", ""]))
    def send_back(self, who: str, reason: str) -> None:
        staff, case = self.person(who), self.case
        turns = queries.open_steps(staff, clock.day_of(self.at)).filter(round__request=case)
        allowed = case.is_pending and turns.exists() and bool(reason)
        done = self.attempt(
            lambda: services.send_back(request=case, reason=reason, by=actor(staff), at=self.later())
        )
        assert done == allowed

    @rule(who=WHO)
    def take_back(self, who: str) -> None:
        self.attempt(
            lambda: services.take_back(request=self.case, by=actor(self.person(who)), at=self.later())
        )

    @rule(who=st.sampled_from(PEOPLE[:2]))
    def pull_back(self, who: str) -> None:
        self.attempt(
            lambda: services.pull_back(request=self.case, by=actor(self.person(who)), at=self.later())
        )

    @precondition(lambda self: self.request is not None and not self.case.is_pending)
    @rule(who=st.sampled_from(PEOPLE[:3]), changed=st.booleans())
    def resubmit(self, who: str, changed: bool) -> None:
        staff, case = self.person(who), self.case
        revision = (
            services.Revision("改", Document((Section(str(self.at)),)), case.amount) if changed else None
        )
        if self.attempt(
            lambda: services.resubmit(request=case, revision=revision, by=actor(staff), at=self.later())
        ):
            self.drafters[self.case.round_number] = staff.pk

    @precondition(lambda self: self.request is not None and not self.case.is_pending)
    @rule(who=WHO)
    def discard(self, who: str) -> None:
        self.attempt(
            lambda: services.discard(
                request=self.case, reason="不要", by=actor(self.person(who)), at=self.later()
            )
        )

    @rule(who=WHO, deputy=st.none() | WHO)
    def leave(self, who: str, deputy: str | None) -> None:
        self.go_away(who, deputy)

    def go_away(self, who: str, deputy: str | None) -> None:
        day = clock.day_of(self.at)
        self.attempt(
            lambda: services.register_absence(
                staff=self.person(who),
                deputy=self.person(deputy) if deputy else None,
                first_day=day,
                last_day=day,
                by=actor(self.person(who)),
                at=self.later(),
            )
        )

    @precondition(lambda self: self.request is not None)
    @rule(who=st.sampled_from(PEOPLE[2:6]))
    def leave_it_to_the_drafter(self, who: str) -> None:
        """The one deputy who must not act."""
        drafter = next(name for name in PEOPLE if self.person(name).pk == self.case.drafter_id)
        self.go_away(who, drafter)

    @rule()
    def come_back(self) -> None:
        absence = Absence.objects.filter(ended_at__isnull=True).order_by("pk").first()
        if absence is not None:
            services.end_absence(absence=absence, by=actor(absence.staff), at=self.later())

    @rule(who=st.sampled_from(PEOPLE[2:4]), to=st.sampled_from(PEOPLE[:4]))
    def hand_over_post(self, who: str, to: str) -> None:
        """人事異動: somebody else takes the seat."""
        held = Assignment.objects.filter(staff=self.person(who)).order_by("pk").first()
        target = self.person(to)
        if held and not Assignment.objects.filter(staff=target, unit=held.unit, post=held.post).exists():
            Assignment.objects.filter(pk=held.pk).update(staff=target)

    def rounds(self) -> list[tuple[ApprovalRound, list[ApprovalStep]]]:
        if self.request is None:
            return []
        return [(each, list(each.steps.all())) for each in ApprovalRound.objects.filter(request=self.request)]

    @invariant()
    def decided_exactly_when_every_required_step_was_given(self) -> None:
        decisions = 0
        for current, steps in self.rounds():
            decide = [step for step in steps if step.role == StepRole.DECIDE]
            assert len(decide) == 1
            if decide[0].state == StepState.APPROVED:
                decisions += 1
                assert current.number == self.case.round_number
                assert all(
                    step.state == StepState.APPROVED
                    or (step.state == StepState.SKIPPED and step.role != StepRole.DECIDE)
                    for step in steps
                )
        assert decisions == (1 if self.request and self.case.state == RequestState.APPROVED else 0)
        assert Task.objects.filter(name="approvals.ApprovalGranted").count() == decisions

    @invariant()
    def nothing_moves_after_a_return(self) -> None:
        for current, steps in self.rounds():
            returned = [step for step in steps if step.state == StepState.RETURNED]
            assert len(returned) <= 1
            closed = current.closed_at is not None
            assert closed == all(step.state not in {StepState.ACTIVE, StepState.WAITING} for step in steps)
            if current.closed_at is not None and returned:
                assert all(step.decided_at is None or step.decided_at <= current.closed_at for step in steps)

    @invariant()
    def steps_come_in_their_order(self) -> None:
        for _current, steps in self.rounds():
            reached = max(
                (
                    s.order
                    for s in steps
                    if s.state in {StepState.ACTIVE, StepState.APPROVED, StepState.RETURNED}
                ),
                default=0,
            )
            assert all(s.state in {StepState.APPROVED, StepState.SKIPPED} for s in steps if s.order < reached)

    @invariant()
    def the_drafter_never_acts_and_nobody_twice_in_one_right(self) -> None:
        for current, steps in self.rounds():
            given = [step for step in steps if step.decided_by_id]
            # Who decides may have been asked before in another post; otherwise one person is heard once.
            acted = [
                (s.decided_by_id, s.decided_as == Capacity.OWN) for s in given if s.role != StepRole.DECIDE
            ]
            assert len(acted) == len(set(acted))
            assert self.drafters[current.number] not in {step.decided_by_id for step in given}

    @invariant()
    def what_is_final_stays(self) -> None:
        if self.request is None:
            return
        if self.case.state in {RequestState.APPROVED, RequestState.DISCARDED}:
            now = (self.case.state, [dict(row) for row in ApprovalStep.objects.order_by("pk").values()])
            assert self.final is None or self.final == now
            self.final = now


def test_the_rules_of_approval_hold_whatever_is_tried(office: Office) -> None:
    ApprovalMachine.office = office
    run_state_machine_as_test(
        ApprovalMachine,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )

"""Requests, seen by those whom they concern."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
)

from kencho.approvals.document import Document, document_of
from kencho.approvals.models import (
    ApprovalRequest,
    ApprovalRound,
    ApprovalStep,
    Capacity,
    Remark,
    RequestState,
    StepRole,
    StepState,
)
from kencho.approvals.queries._seats import holders_of, open_steps, places_of, seats_for, seats_of
from kencho.foundation.indicators import Asked, Reading
from kencho.foundation.prepared import Prepared
from kencho.foundation.statements import PreparedRows
from kencho.organization.models import Assignment, RoleAssignment, StaffMember
from kencho.organization.queries import Desk, valid_on

SECONDS_A_DAY = 86_400
_STEPS = ApprovalStep.objects.select_related(
    "unit", "post", "rule__post", "decided_by", "decided_for", "reviewed_by"
)


def requests_of(body_code: str) -> QuerySet[ApprovalRequest]:
    """All requests of one body."""
    return ApprovalRequest.objects.filter(body__code=body_code)


def requests_of_subject(*, body_code: str, subject_type: str, subject_id: str) -> QuerySet[ApprovalRequest]:
    """The requests about one thing, the newest first."""
    return (
        requests_of(body_code)
        .filter(subject_type=subject_type, subject_id=subject_id)
        .select_related("matter", "drafter", "division", "body")
        .order_by("-requested_at", "-id")
    )


def visible_to(desk: Desk) -> QuerySet[ApprovalRequest]:
    """What a staff member may read: what their own unit drafted or stands on the route of; auditors all of the body."""
    requests = ApprovalRequest.objects.filter(body=desk.body)
    if desk.has_role(RoleAssignment.Role.AUDITOR, RoleAssignment.Role.RECORDS_ADMIN):
        return requests
    places = {*places_of(desk.staff, desk.day), desk.unit.pk, desk.division.pk}
    steps = ApprovalStep.objects.filter(round__request=OuterRef("pk"))
    here = Q(unit__in=places) | Q(unit__successor__in=places, unit__valid_to__lte=desk.day)
    return requests.filter(
        Q(division__in=places)
        | Q(division__successor__in=places, division__valid_to__lte=desk.day)
        | Q(drafter=desk.staff)
        | Q(Exists(steps.filter(here)))
        | Q(Exists(steps.filter(decided_by=desk.staff)))
    )


def search_requests(desk: Desk, words: str) -> QuerySet[ApprovalRequest]:
    """Visible requests whose title or subject holds every word, the newest first."""
    found = visible_to(desk)
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(subject_label__icontains=word))
    return found.select_related("matter").order_by("-requested_at", "-id")


@dataclass(frozen=True)
class StepView:
    """A step with those who sit there today."""

    step: ApprovalStep
    holders: tuple[Assignment, ...]


@dataclass(frozen=True)
class RoundView:
    """A round with its steps grouped by order: a group of several goes side by side."""

    round: ApprovalRound
    groups: tuple[tuple[StepView, ...], ...]

    @property
    def steps(self) -> Iterator[StepView]:
        """All steps in order."""
        for group in self.groups:
            yield from group

    @property
    def document(self) -> Document:
        """The frozen document of the round."""
        return document_of(self.round.document)


@dataclass(frozen=True)
class Case:
    """Everything that one page needs: the request, its rounds (newest first), remarks, and the step that is mine."""

    request: ApprovalRequest
    rounds: tuple[RoundView, ...]
    remarks: tuple[Remark, ...]
    mine: ApprovalStep | None
    capacity: str

    @property
    def current(self) -> RoundView:
        """The newest round."""
        return self.rounds[0]


def _grouped(steps: list[StepView]) -> tuple[tuple[StepView, ...], ...]:
    groups: dict[int, list[StepView]] = {}
    for each in steps:
        groups.setdefault(each.step.order, []).append(each)
    return tuple(tuple(group) for group in groups.values())


def case_of(desk: Desk, pk: int) -> Case | None:
    """One request with everything on its page; None when it is not there for this desk. A fixed number of queries."""
    request = (
        visible_to(desk)
        .select_related("matter", "drafter", "division", "body")
        .prefetch_related(Prefetch("remarks", Remark.objects.select_related("author")))
        .filter(pk=pk)
        .first()
    )
    if request is None:
        return None
    mine = open_steps(desk.staff, desk.day).filter(round__request=request).order_by("order", "id").first()
    return Case(
        request=request,
        rounds=rounds_of(request, desk.day),
        remarks=tuple(request.remarks.all()),
        mine=mine,
        capacity=mine.capacity if mine else "",
    )


def rounds_of(request: ApprovalRequest, day: date) -> tuple[RoundView, ...]:
    """The rounds of a request, the newest first, ready for the fragment ``approvals/_route.html``."""
    rounds = list(
        ApprovalRound.objects.filter(request=request)
        .prefetch_related(Prefetch("steps", _STEPS))
        .order_by("-number")
    )
    sitting = holders_of((step for each in rounds for step in each.steps.all()), day)
    return tuple(
        RoundView(each, _grouped([StepView(step, tuple(sitting[step.pk])) for step in each.steps.all()]))
        for each in rounds
    )


_newest_round = Prepared(
    lambda request: ApprovalRound.objects.filter(request=request).order_by("-number"),
    ApprovalRound,
    ("request",),
)
_steps_in_order = PreparedRows(
    lambda of_round: (
        ApprovalStep.objects.filter(round=of_round).select_related("unit", "rule").order_by("order", "id")
    ),
    ApprovalStep,
    ("round",),
)


def round_of(request: ApprovalRequest) -> ApprovalRound:
    """The newest round of a request."""
    found = _newest_round.one(request.pk)
    if found is None:
        raise ApprovalRound.DoesNotExist
    return found


def steps_of(current: ApprovalRound) -> list[ApprovalStep]:
    """The steps of a round in order, each with its unit and rule."""
    return _steps_in_order.all(current.pk)


def own_step(
    request: ApprovalRequest, current: ApprovalRound, staff: StaffMember, day: date
) -> ApprovalStep | None:
    """Of ``open_steps`` in one case the first that is open in this person's own right, found without its long query."""
    steps = steps_of(current)
    acted = any(step.decided_by_id == staff.pk and step.decided_as == Capacity.OWN for step in steps)
    seats = set(seats_of(staff, day))
    own_draft = request.drafter_id == staff.pk
    for step in steps:
        allowed = not own_draft or (
            step.role == StepRole.DECIDE and step.rule is not None and step.rule.allows_own_draft
        )
        allowed = allowed and (not acted or step.role == StepRole.DECIDE)
        if allowed and step.state == StepState.ACTIVE and not seats.isdisjoint(seats_for(step, day)):
            return step
    return None


def acts_as_drafter(request: ApprovalRequest, staff: StaffMember, day: date) -> bool:
    """The drafter; once the drafter has left the division, whoever works there today."""
    if staff.pk == request.drafter_id:
        return True
    here = Q(unit=request.division_id) | Q(
        unit__predecessors=request.division_id, unit__predecessors__valid_to__lte=day
    )
    in_division = Assignment.objects.filter(valid_on(day), here)
    return (
        not in_division.filter(staff=request.drafter_id).exists() and in_division.filter(staff=staff).exists()
    )


def step_to_take_back(request: ApprovalRequest, staff: StaffMember) -> ApprovalStep | None:
    """The approval that this staff member may still take back: given in the open round, with nobody after it having acted."""
    if request.state != RequestState.PENDING:
        return None
    steps = ApprovalStep.objects.filter(round__request=request, round__number=request.round_number)
    mine = steps.filter(decided_by=staff, state=StepState.APPROVED).order_by("-order", "-id").first()
    if mine is None or steps.filter(order__gt=mine.order, decided_at__isnull=False).exists():
        return None
    return mine


def _granted(asked: Asked) -> QuerySet[ApprovalRequest]:
    return requests_of(asked.body).filter(
        state=RequestState.APPROVED,
        closed_at__gte=asked.starts_at,
        closed_at__lt=asked.ends_at,
        closed_at__lte=asked.as_of,
    )


def granted_in(asked: Asked) -> int:
    """How many cases were decided in the days asked for."""
    return _granted(asked).count()


def days_to_grant(asked: Asked) -> Reading:
    """Days of 24 hours from the first draft to the decision, summed, over the cases decided."""
    taken = ExpressionWrapper(F("closed_at") - F("requested_at"), output_field=DurationField())
    found = _granted(asked).aggregate(total=Sum(taken), number=Count("pk"))
    total = found["total"] or timedelta()
    return Reading(Decimal(str(total.total_seconds())) / SECONDS_A_DAY, Decimal(found["number"]))

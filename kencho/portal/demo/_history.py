"""A year of operation in simulated time: residents apply, clerks examine, approvers decide, the worker issues.

Nothing is inserted past the services; the same seed, period and scale give the same history.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, partial
from heapq import heappop, heappush

from django.db import transaction

from kencho.applications import queries, services
from kencho.applications.models import Application
from kencho.applications.samples import sample_answers
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest, StepState
from kencho.approvals.queries import holders_of, round_of
from kencho.audit import services as audit
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.business_days import BusinessCalendar
from kencho.organization import queries as organization
from kencho.organization.models import Body, StaffMember, Unit
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

GUEST = Actor(ActorKind.GUEST, "new", "")
OPENING = time(9, 0)
MOST_TRIES = 12


class Scale(StrEnum):
    """How much happens in a year."""

    SMALL = "small"
    FULL = "full"

    @property
    def applications(self) -> int:
        """Applications in the whole period."""
        return {"small": 40, "full": 22_000}[self.value]


@dataclass(order=True)
class _Event:
    at: datetime
    order: int
    act: Callable[[datetime], None] = field(compare=False)


class _Drama:
    """The stage: who works where, what happens next."""

    def __init__(self, body: Body, seed: int) -> None:
        self.body = body
        self.rng = random.Random(seed)  # noqa: S311  # a made-up history, the same each time
        self.calendar: BusinessCalendar = organization.calendar_of(body)
        self.events: list[_Event] = []
        self._count = 0
        self._clerks: dict[tuple[int, date], list[StaffMember]] = {}

    @cached_property
    def versions(self) -> list[ProcedureVersion]:
        """Procedures that residents apply for, the popular ones more often."""
        found = list(
            ProcedureVersion.objects.filter(procedure__body=self.body, state=ProcedureVersion.State.PUBLISHED)
            .select_related("procedure__division", "procedure__body")
            .order_by("procedure__code")
        )
        return [version for n, version in enumerate(found) for _again in range(1 + (n * 7) % 5)]

    def later(self, at: datetime, act: Callable[[datetime], None]) -> None:
        """Put something on the stage."""
        self._count += 1
        heappush(self.events, _Event(at, self._count, act))

    def office_time(self, after: datetime, days: int) -> datetime:
        """A moment in office hours, ``days`` business days later."""
        day = self.calendar.next(clock.day_of(after))
        if days:
            day = self.calendar.add(day, days)
        moment = datetime.combine(day, OPENING, clock.JST) + timedelta(minutes=self.rng.randrange(0, 480))
        return max(moment, after + timedelta(minutes=5))

    def clerk_of(self, division: Unit, at: datetime) -> StaffMember:
        """One of the clerks of a division."""
        day = clock.day_of(at)
        key = (division.pk, day.replace(day=1))
        if key not in self._clerks:
            self._clerks[key] = list(
                organization.holders(division, ("CLERK", "SENIOR_CLERK"), day).order_by("number")
            )
        return self.rng.choice(self._clerks[key])

    def actor(self, staff: StaffMember, division: Unit) -> Actor:
        """A clerk acting at the desk of a division."""
        plain = organization.actor_of(staff)
        return Actor(plain.kind, plain.id, plain.name, plain.body, division_id=division.pk)


def drive_history(
    *,
    body: Body,
    first: date,
    last: date,
    scale: Scale,
    seed: int = 406,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Let the period [first, last] happen; returns how many applications arrived."""
    drama = _Drama(body, seed)
    total = scale.applications
    span = int(
        (
            datetime.combine(last, time(20), clock.JST) - datetime.combine(first, time(7), clock.JST)
        ).total_seconds()
    )
    for n in range(total):
        moment = datetime.combine(first, time(7), clock.JST) + timedelta(seconds=drama.rng.randrange(span))
        drama.later(moment, partial(_apply, drama, n))
    arrived = 0
    end = datetime.combine(last, time(23, 59), clock.JST)
    while drama.events and drama.events[0].at <= end:
        # One durable transaction per simulated day keeps the disk out of the way; services nest inside it.
        day = clock.day_of(drama.events[0].at)
        with transaction.atomic():
            arrived += _play_day(drama, day)
        progress(min(arrived, total), total)
    # What happened long ago must not wait for its seal.
    list(audit.seal_all(at=end))
    return arrived


def _play_day(drama: _Drama, day: date) -> int:
    arrived = 0
    while drama.events and clock.day_of(drama.events[0].at) == day:
        event = heappop(drama.events)
        with clock.simulated(event.at):
            event.act(event.at)
            queue.drain(strict=True)
        arrived += isinstance(event.act, partial)
    return arrived


def _apply(drama: _Drama, n: int, at: datetime) -> None:
    version = drama.rng.choice(drama.versions)
    plan = procedures.compiled_of(version)
    key = f"demo-{drama.body.code}-{at:%Y%m%d}-{n}"
    answers = sample_answers(
        plan, drama.rng, body=drama.body, owner=key, by=GUEST, at=at, on=clock.day_of(at)
    )
    try:
        receipt = services.submit(version=version, body=drama.body, answers=answers, key=key, by=GUEST, at=at)
    except services.ReceptionClosed:
        return
    pk = receipt.application.pk
    drama.later(drama.office_time(at, 0), lambda moment: _accept(drama, pk, moment))


def _row(pk: int) -> Application:
    return Application.objects.select_related("body", "procedure", "version", "division").get(pk=pk)


def _accept(drama: _Drama, pk: int, at: datetime) -> None:
    row = _row(pk)
    clerk = drama.clerk_of(row.division, at)
    by = drama.actor(clerk, row.division)
    services.accept(application=row, by=by, at=at)
    services.assign(application=row, staff=clerk, by=by, at=at)
    services.review(application=row, by=by, at=at)
    if drama.rng.random() < 0.03:
        when = at + timedelta(hours=drama.rng.randrange(1, 20))
        drama.later(when, lambda moment: _withdraw(pk, moment))
        return
    days = max(1, _period(row) // 3)
    drama.later(
        drama.office_time(at, drama.rng.randrange(0, days)),
        lambda moment: _examine(drama, pk, clerk, moment, may_amend=True),
    )


def _period(row: Application) -> int:
    period = queries.compiled_of(row).definition.standard_processing_period
    return period.total_days if period else 5


def _withdraw(pk: int, at: datetime) -> None:
    row = _row(pk)
    services.withdraw(
        application=row, reason="都合により取り下げます。", by=Actor(ActorKind.GUEST, row.number, ""), at=at
    )


def _examine(drama: _Drama, pk: int, clerk: StaffMember, at: datetime, *, may_amend: bool) -> None:
    row = _row(pk)
    by = drama.actor(clerk, row.division)
    if may_amend and drama.rng.random() < 0.15:
        _ask(drama, row, clerk, by, at)
        return
    plan = queries.compiled_of(row)
    services.answer_checklist(
        application=row, findings={s.id: ("met", "") for s in plan.definition.review_standards}, by=by, at=at
    )
    if not plan.definition.flow.decisions:
        services.complete(application=row, by=by, at=at)
        return
    _draft(drama, row, clerk, by, at)


def _ask(drama: _Drama, row: Application, clerk: StaffMember, by: Actor, at: datetime) -> None:
    answered = [i.id for i in queries.compiled_of(row).definition.items() if i.id in row.answers]
    item = drama.rng.choice(answered)
    services.request_amendment(
        application=row,
        items=[services.AskedItem(item, "記載が読み取れません。もう一度確かめてください。")],
        due_on=clock.day_of(at) + timedelta(days=queries.AMENDMENT_DAYS),
        message="",
        by=by,
        at=at,
    )
    pk = row.pk
    when = at + timedelta(hours=drama.rng.randrange(6, 150))
    drama.later(when, lambda moment: _amend(drama, pk, clerk, moment))


def _amend(drama: _Drama, pk: int, clerk: StaffMember, at: datetime) -> None:
    row = _row(pk)
    services.amend(application=row, answers=row.answers, by=Actor(ActorKind.GUEST, row.number, ""), at=at)
    drama.later(drama.office_time(at, 1), lambda moment: _examine(drama, pk, clerk, moment, may_amend=False))


def _draft(drama: _Drama, row: Application, clerk: StaffMember, by: Actor, at: datetime) -> None:
    plan = queries.compiled_of(row)
    kinds = plan.definition.flow.decisions
    favourable = [k for k in kinds if k.favourable] or list(kinds)
    others = [k for k in kinds if not k.favourable]
    kind = drama.rng.choice(others) if others and drama.rng.random() < 0.06 else favourable[0]
    grounds = (
        ""
        if kind.favourable and not kind.grounds_required
        else "審査基準に適合すると認めることができないため。"
    )
    services.draft_decision(
        application=row,
        kind=kind.code,
        grounds=grounds,
        text=queries.notice_text(row, kind.code, at),
        by=by,
        at=at,
    )
    request = services.submit_for_approval(application=row, drafter=clerk, by=by, at=at)
    pk = request.pk
    drama.later(drama.office_time(at, 0), lambda moment: _approve(drama, pk, moment))


def _approve(drama: _Drama, request_pk: int, at: datetime, *, tries: int = MOST_TRIES) -> None:
    request = ApprovalRequest.objects.select_related("body", "division").get(pk=request_pk)
    if not request.is_pending or not tries:
        return
    current = round_of(request)
    active = list(current.steps.filter(state=StepState.ACTIVE).select_related("unit", "post"))
    sitting = holders_of(active, clock.day_of(at))
    people = [seat.staff for step in active for seat in sitting.get(step.pk, [])]
    for person in people:
        # Whoever has spoken in this round already is passed over: the step is not open to them.
        with suppress(approvals.UnableToApprove):
            approvals.approve(request=request, digest=current.digest, by=organization.actor_of(person), at=at)
            break
    days = 0 if drama.rng.random() < 0.7 else 1
    drama.later(
        drama.office_time(at, days), lambda moment: _approve(drama, request_pk, moment, tries=tries - 1)
    )

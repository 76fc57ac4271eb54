"""What people do in the history: residents apply, clerks examine, approvers decide. Each act goes through the services.

An act is plain data (when, its name, ids), so that a history that was interrupted can be taken up again.
"""

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import cached_property
from heapq import heappop, heappush
from typing import Any, NamedTuple

from kencho.applications import queries, services
from kencho.applications.models import Application
from kencho.applications.samples import sample_answers
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest, StepState
from kencho.approvals.queries import holders_of, round_of, steps_of
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.business_days import BusinessCalendar
from kencho.foundation.prepared import Prepared
from kencho.organization import queries as organization
from kencho.organization.models import Body, StaffMember, Unit
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

GUEST = Actor(ActorKind.GUEST, "new", "")
OPENING = time(9, 0)
MOST_TRIES = 12

_applications = Prepared(
    lambda pk: (
        Application.objects.select_related("body", "procedure", "version", "division")
        .defer("version__definition")
        .filter(pk=pk)
        .order_by()
    ),
    Application,
    ("id",),
)
_requests = Prepared(
    lambda pk: ApprovalRequest.objects.select_related("body", "division").filter(pk=pk).order_by(),
    ApprovalRequest,
    ("id",),
)


class NobodyReceives(Exception):
    """On this day no procedure of the body can be applied for."""


class Act(NamedTuple):
    """Something that will happen. ``order`` settles which of two at the same instant comes first."""

    at: datetime
    order: int
    name: str
    ids: tuple[int, ...]


class Drama:
    """The stage: who works where, what happens next."""

    def __init__(self, body: Body, seed: int) -> None:
        self.body = body
        self.rng = random.Random(f"{seed}-drama")  # noqa: S311  # a made-up history, the same each time
        self.calendar: BusinessCalendar = organization.calendar_of(body)
        self._acts: list[Act] = []
        self._count = 0
        self._clerks: dict[tuple[int, date], list[StaffMember]] = {}
        self._verbs: Mapping[str, Callable[..., None]] = {
            "accept": self._accept,
            "withdraw": self._withdraw,
            "examine": self._examine,
            "amend": self._amend,
            "approve": self._approve,
        }

    # --- The stage ---

    @property
    def next_at(self) -> datetime | None:
        """When the next act happens."""
        return self._acts[0].at if self._acts else None

    def play_next(self) -> datetime:
        """Let the next act happen; returns when."""
        act = heappop(self._acts)
        with clock.simulated(act.at):
            self._verbs[act.name](act.at, *act.ids)
        return act.at

    def state(self) -> dict[str, Any]:
        """All that is needed to go on later, as JSON values."""
        version, numbers, gauss = self.rng.getstate()
        acts = [[act.at.isoformat(), act.order, act.name, list(act.ids)] for act in sorted(self._acts)]
        return {"rng": [version, list(numbers), gauss], "count": self._count, "acts": acts}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a kept state."""
        version, numbers, gauss = state["rng"]
        self.rng.setstate((version, tuple(numbers), gauss))
        self._count = state["count"]
        self._acts = [
            Act(datetime.fromisoformat(at), order, name, tuple(ids)) for at, order, name, ids in state["acts"]
        ]

    def _later(self, at: datetime, name: str, *ids: int) -> None:
        self._count += 1
        heappush(self._acts, Act(at, self._count, name, ids))

    def _office_time(self, after: datetime, days: int) -> datetime:
        """A moment in office hours, ``days`` business days later."""
        day = self.calendar.next(clock.day_of(after))
        if days:
            day = self.calendar.add(day, days)
        moment = datetime.combine(day, OPENING, clock.JST) + timedelta(minutes=self.rng.randrange(0, 480))
        return max(moment, after + timedelta(minutes=5))

    # --- People and procedures ---

    @cached_property
    def _versions(self) -> list[ProcedureVersion]:
        """What residents apply for, the popular ones more often."""
        found = list(
            ProcedureVersion.objects.filter(procedure__body=self.body, state=ProcedureVersion.State.PUBLISHED)
            .select_related("procedure__division", "procedure__body")
            .defer("definition")
            .order_by("procedure__code", "number")
        )
        codes = list(dict.fromkeys(version.procedure.code for version in found))
        weight = {code: 1 + (n * 7) % 5 for n, code in enumerate(codes)}
        return [version for version in found for _again in range(weight[version.procedure.code])]

    def _clerk_of(self, division: Unit, at: datetime) -> StaffMember:
        day = clock.day_of(at)
        key = (division.pk, day.replace(day=1))
        if key not in self._clerks:
            self._clerks[key] = list(
                organization.holders(division, ("CLERK", "SENIOR_CLERK"), day).order_by("number")
            )
        return self.rng.choice(self._clerks[key])

    @cached_property
    def _staff(self) -> dict[int, StaffMember]:
        return {each.pk: each for each in StaffMember.objects.filter(body=self.body).select_related("body")}

    def _actor(self, staff: StaffMember, division: Unit) -> Actor:
        """A clerk acting at the desk of a division."""
        plain = organization.actor_of(staff)
        return Actor(plain.kind, plain.id, plain.name, plain.body, division_id=division.pk)

    # --- Acts ---

    def apply(self, at: datetime, key: str) -> None:
        """A resident applies for something that can be applied for on this day. Raises NobodyReceives."""
        wanted = [version for version in self._versions if _receives(version, at)]
        if not wanted:
            raise NobodyReceives(at.isoformat())
        version = self.rng.choice(wanted)
        with clock.simulated(at):
            answers = sample_answers(
                procedures.compiled_of(version),
                self.rng,
                body=self.body,
                owner=key,
                by=GUEST,
                at=at,
                on=clock.day_of(at),
            )
            receipt = services.submit(
                version=version, body=self.body, answers=answers, key=key, by=GUEST, at=at
            )
        self._later(self._office_time(at, 0), "accept", receipt.application.pk)

    def _accept(self, at: datetime, pk: int) -> None:
        row = _row(pk)
        clerk = self._clerk_of(row.division, at)
        by = self._actor(clerk, row.division)
        services.accept(application=row, by=by, at=at)
        services.assign(application=row, staff=clerk, by=by, at=at)
        services.review(application=row, by=by, at=at)
        if self.rng.random() < 0.03:
            self._later(at + timedelta(hours=self.rng.randrange(1, 20)), "withdraw", pk)
            return
        days = max(1, _period(row) // 3)
        self._later(self._office_time(at, self.rng.randrange(0, days)), "examine", pk, clerk.pk, True)

    def _withdraw(self, at: datetime, pk: int) -> None:
        row = _row(pk)
        services.withdraw(application=row, reason="都合により取り下げます。", by=_applicant(row), at=at)

    def _examine(self, at: datetime, pk: int, clerk_pk: int, may_amend: int) -> None:
        row = _row(pk)
        clerk = self._staff[clerk_pk]
        by = self._actor(clerk, row.division)
        if may_amend and self.rng.random() < 0.15:
            self._ask(row, clerk, by, at)
            return
        plan = queries.compiled_of(row)
        services.answer_checklist(
            application=row,
            findings={s.id: ("met", "") for s in plan.definition.review_standards},
            by=by,
            at=at,
        )
        if plan.definition.flow.decisions:
            self._draft(row, clerk, by, at)
        else:
            services.complete(application=row, by=by, at=at)

    def _ask(self, row: Application, clerk: StaffMember, by: Actor, at: datetime) -> None:
        answered = [i.id for i in queries.compiled_of(row).definition.items() if i.id in row.answers]
        item = self.rng.choice(answered)
        services.request_amendment(
            application=row,
            items=[services.AskedItem(item, "記載が読み取れません。もう一度確かめてください。")],
            due_on=clock.day_of(at) + timedelta(days=queries.AMENDMENT_DAYS),
            message="",
            by=by,
            at=at,
        )
        self._later(at + timedelta(hours=self.rng.randrange(6, 150)), "amend", row.pk, clerk.pk)

    def _amend(self, at: datetime, pk: int, clerk_pk: int) -> None:
        row = _row(pk)
        services.amend(application=row, answers=row.answers, by=_applicant(row), at=at)
        self._later(self._office_time(at, 1), "examine", pk, clerk_pk, False)

    def _draft(self, row: Application, clerk: StaffMember, by: Actor, at: datetime) -> None:
        kinds = queries.compiled_of(row).definition.flow.decisions
        favourable = [k for k in kinds if k.favourable] or list(kinds)
        others = [k for k in kinds if not k.favourable]
        kind = self.rng.choice(others) if others and self.rng.random() < 0.06 else favourable[0]
        plain = kind.favourable and not kind.grounds_required
        services.draft_decision(
            application=row,
            kind=kind.code,
            grounds="" if plain else "審査基準に適合すると認めることができないため。",
            text=queries.notice_text(row, kind.code, at),
            by=by,
            at=at,
        )
        request = services.submit_for_approval(application=row, drafter=clerk, by=by, at=at)
        self._later(self._office_time(at, 0), "approve", request.pk, MOST_TRIES)

    def _approve(self, at: datetime, request_pk: int, tries: int) -> None:
        request = _requests.one(request_pk)
        if request is None or not request.is_pending or not tries:
            return
        current = round_of(request)
        active = [step for step in steps_of(current) if step.state == StepState.ACTIVE]
        sitting = holders_of(active, clock.day_of(at))
        for person in [self._staff[seat.staff_id] for step in active for seat in sitting[step.pk]]:
            # Whoever has spoken in this round already is passed over: the step is not open to them.
            with suppress(approvals.UnableToApprove):
                by = organization.actor_of(person)
                request = approvals.approve(request=request, digest=current.digest, by=by, at=at)
                break
        if request.is_pending:
            days = 0 if self.rng.random() < 0.7 else 1
            self._later(self._office_time(at, days), "approve", request_pk, tries - 1)


def _receives(version: ProcedureVersion, at: datetime) -> bool:
    begins, ends = version.in_force_from, version.in_force_until
    if begins is None or at < begins or (ends is not None and at >= ends):
        return False
    definition = procedures.compiled_of(version).definition
    first, last, day = definition.receiving_from, definition.receiving_to, clock.day_of(at).isoformat()
    return (not first or first <= day) and (not last or day <= last)


def _row(pk: int) -> Application:
    found = _applications.one(pk)
    if found is None:
        raise Application.DoesNotExist
    return found


def _period(row: Application) -> int:
    period = queries.compiled_of(row).definition.standard_processing_period
    return period.total_days if period else 5


def _applicant(row: Application) -> Actor:
    return Actor(ActorKind.GUEST, row.number, "")

"""Work that waits at the end of the history: whoever signs in to the demo finds something to do."""

import random
from datetime import datetime, timedelta

from kencho.applications import queries, services
from kencho.applications.models import Application
from kencho.applications.samples import sample_answers
from kencho.approvals.models import ApprovalRequest
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization import queries as organization
from kencho.organization.models import Body, StaffMember
from kencho.portal.demo._measure import approve_next
from kencho.portal.demo._setup import CLERK_DIVISION, somebody
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

GUEST = Actor(ActorKind.GUEST, "new", "")
WAITING, IN_REVIEW, IN_APPROVAL = 3, 2, 2


def fill_desk(body: Body, at: datetime, seed: int) -> int:
    """Applications of the last two days at the clerk's own division, in every state; returns how many arrived."""
    clerk = somebody(body, "CLERK", CLERK_DIVISION)
    version = (
        ProcedureVersion.objects.filter(
            procedure__body=body,
            procedure__division__name=CLERK_DIVISION,
            state=ProcedureVersion.State.PUBLISHED,
        )
        .select_related("procedure__division", "procedure__body")
        .order_by("procedure__code")
        .first()
    )
    if clerk is None or version is None:
        return 0
    plain = organization.actor_of(clerk)
    by = Actor(plain.kind, plain.id, plain.name, plain.body, division_id=version.procedure.division_id)
    rng = random.Random(f"{seed}-desk")  # noqa: S311  # a made-up history, the same each time
    total = WAITING + IN_REVIEW + IN_APPROVAL
    for n in range(total):
        moment = at - timedelta(hours=3 * (total - n))
        with clock.simulated(moment):
            row = _arrived(version, rng, moment, f"demo-{body.code}-desk-{n}")
            if n < IN_REVIEW + IN_APPROVAL:
                services.accept(application=row, by=by, at=moment)
                services.assign(application=row, staff=clerk, by=by, at=moment)
                services.review(application=row, by=by, at=moment)
            if n < IN_APPROVAL:
                request = _put_forward(row, by, moment)
                if n == 0:
                    # One has passed the section chief already, so that the head finds something too.
                    approve_next(request, moment)
            queue.drain(strict=True)
    return total


def _arrived(version: ProcedureVersion, rng: random.Random, at: datetime, key: str) -> Application:
    body = version.procedure.body
    answers = sample_answers(
        procedures.compiled_of(version), rng, body=body, owner=key, by=GUEST, at=at, on=clock.day_of(at)
    )
    receipt = services.submit(version=version, body=body, answers=answers, key=key, by=GUEST, at=at)
    return Application.objects.select_related("body", "procedure", "version", "division").get(
        pk=receipt.application.pk
    )


def _put_forward(row: Application, by: Actor, at: datetime) -> ApprovalRequest:
    """Examined, drafted, and on its way to those who decide."""
    definition = queries.compiled_of(row).definition
    kind = next(each for each in definition.flow.decisions if each.favourable)
    services.answer_checklist(
        application=row, findings={each.id: ("met", "") for each in definition.review_standards}, by=by, at=at
    )
    services.draft_decision(
        application=row,
        kind=kind.code,
        grounds="対象の文書に非開示とする情報が含まれないため。" if kind.grounds_required else "",
        text=queries.notice_text(row, kind.code, at),
        by=by,
        at=at,
    )
    drafter = StaffMember.objects.get(body=row.body, number=by.id.partition(":")[2])
    return services.submit_for_approval(application=row, drafter=drafter, by=by, at=at)

"""What the lower apps and the applications need: the cast, applications in several states, one of each thing of the desk."""

import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kencho.accounts import services as accounts
from kencho.accounts.access import actor_of as resident_actor
from kencho.accounts.models import ApiToken
from kencho.applications import queries, services
from kencho.applications.models import Application, ApplicationDocument, ApplicationDraft, Channel
from kencho.applications.samples import sample_answers, sample_pdf
from kencho.applications.testing import GUEST, publish
from kencho.approvals import services as approvals
from kencho.approvals.models import Absence, ApprovalRequest, DelegationRule
from kencho.audit.models import Entry
from kencho.files import services as files
from kencho.files.models import Upload
from kencho.foundation import actors, clock, queue
from kencho.foundation.actors import Actor
from kencho.foundation.models import Task
from kencho.notifications.models import Message
from kencho.notifications.webhooks.models import WebhookDelivery, WebhookEndpoint
from kencho.organization import services as organization
from kencho.organization.models import Assignment, ClosedDay, RoleAssignment
from kencho.organization.testing import Cast, desk, grant
from kencho.procedures import queries as procedures
from kencho.procedures import services as procedure_services
from kencho.procedures.models import ProcedureVersion
from kencho.procedures.queries import InForce
from kencho.records.models import Record

SETUP = actors.system("setup")


@dataclass(frozen=True)
class Ground:
    """The cast and one of everything of ``cast.body`` up to the applications."""

    cast: Cast
    version: ProcedureVersion
    in_review: Application
    awaiting: Application
    issued: Application
    residents: Application
    draft: ApplicationDraft
    approval: ApprovalRequest
    absence: Absence
    rule: DelegationRule
    record: Record
    message: Message
    token: ApiToken
    closed_day: ClosedDay
    role: RoleAssignment
    assignment: Assignment
    document: ApplicationDocument
    paper: ApplicationDraft
    entered: Application
    import_task: Task
    endpoint: WebhookEndpoint
    delivery: WebhookDelivery
    entry: Entry


def _actor(who: Any) -> Actor:
    return desk(who, clock.day_of(clock.now())).actor


def _apply(version: ProcedureVersion, key: str, by: Actor = GUEST, **more: Any) -> Application:
    at = clock.now()
    plan = procedures.compiled_of(version)
    body = version.procedure.body
    answers = sample_answers(
        plan, random.Random(key), body=body, owner=key, by=by, at=at, on=clock.day_of(at)
    )
    return services.submit(
        version=version, body=body, answers=answers, key=key, by=by, at=at, **more
    ).application


def _reviewed(version: ProcedureVersion, key: str, clerk: Actor) -> Application:
    row = _apply(version, key)
    services.accept(application=row, by=clerk, at=clock.now())
    return services.review(application=row, by=clerk, at=clock.now())


def _sent_for_approval(row: Application, cast: Cast) -> ApprovalRequest:
    clerk = _actor(cast.clerk)
    definition = queries.compiled_of(row).definition
    kind = next(k for k in definition.flow.decisions if k.favourable)
    services.draft_decision(
        application=row,
        kind=kind.code,
        grounds="",
        text=queries.notice_text(row, kind.code, clock.now()),
        by=clerk,
        at=clock.now(),
    )
    return services.submit_for_approval(application=row, drafter=cast.clerk, by=clerk, at=clock.now())


def approve_all(request: ApprovalRequest, cast: Cast) -> None:
    """Whoever has the turn approves, until it is decided."""
    for _turn in range(5):
        for staff in (cast.chief, cast.head, cast.governor):
            request.refresh_from_db()
            if not request.is_pending:
                return
            try:
                approvals.approve(
                    request=request,
                    digest=request.rounds.latest("pk").digest,
                    by=_actor(staff),
                    at=clock.now(),
                )
            except approvals.UnableToApprove:
                continue


def make_ground(cast: Cast) -> dict[str, Any]:
    """The fields of ``Ground``, made through the real services."""
    version = publish(cast)
    clerk = _actor(cast.clerk)
    in_review = _reviewed(version, "in-review", clerk)
    awaiting = _reviewed(version, "awaiting", clerk)
    item = next(iter(awaiting.answers))
    services.request_amendment(
        application=awaiting,
        items=[services.AskedItem(item, "もう一度お書きください。")],
        due_on=clock.day_of(clock.now()) + timedelta(days=10),
        message="ご確認ください。",
        by=clerk,
        at=clock.now(),
    )
    issued = _reviewed(version, "issued", clerk)
    approve_all(_sent_for_approval(issued, cast), cast)
    approval = _sent_for_approval(_reviewed(version, "in-approval", clerk), cast)
    residents = _apply(version, "residents", resident_actor(cast.resident), user=cast.resident)
    services.remark(application=in_review, text="電話で確認済み。", by=clerk, at=clock.now())
    found = procedures.in_force(cast.body, version.procedure.code, clock.now())
    if found is None:
        raise AssertionError("not in force")
    draft = services.begin_draft(procedure=found, user=None, at=clock.now())
    queue.drain(strict=True)
    grant(cast.org_admin, *RoleAssignment.Role.values[1:])
    return {
        "cast": cast,
        "version": version,
        "in_review": in_review,
        "awaiting": awaiting,
        "issued": issued,
        "residents": residents,
        "draft": draft,
        "approval": approval,
        "document": ApplicationDocument.objects.create(
            application=in_review, item_id="proxy", upload=_upload(cast), added_at=clock.now()
        ),
        **_trunk(cast),
        **_exchange(cast, found),
    }


def _trunk(cast: Cast) -> dict[str, Any]:
    today = clock.day_of(clock.now())
    absence = approvals.register_absence(
        staff=cast.chief,
        first_day=today + timedelta(days=30),
        last_day=today + timedelta(days=31),
        deputy=cast.clerk,
        by=_actor(cast.chief),
        at=clock.now(),
    )
    organization.set_closed_day(
        body=cast.body,
        day=date(today.year + 1, 4, 18),
        is_open=False,
        name="県民の日",
        by=SETUP,
        at=clock.now(),
    )
    if cast.clerk.user is None:
        raise AssertionError("the clerk signs in")
    issued = accounts.issue_token(
        user=cast.clerk.user,
        label="見本",
        scopes=list(ApiToken.Scope.values)[:1],
        expires_at=None,
        by=_actor(cast.clerk),
        at=clock.now(),
    )
    message = Message.objects.create(
        body=cast.body,
        user=cast.clerk.user,
        template="x",
        subject="見本のお知らせ",
        text="本文",
        created_at=clock.now(),
    )
    return {
        "absence": absence,
        "rule": DelegationRule.objects.filter(matter__body=cast.body).first(),
        "record": Record.objects.filter(body=cast.body, direction="issued").first(),
        "message": message,
        "token": issued.token,
        "closed_day": ClosedDay.objects.get(body=cast.body),
        "role": RoleAssignment.objects.filter(staff__body=cast.body).first(),
        "assignment": Assignment.objects.filter(staff=cast.clerk).first(),
    }


def _upload(cast: Cast) -> Upload:
    return files.receive(
        body=cast.body,
        content=io.BytesIO(sample_pdf()),
        name="見本.pdf",
        owner="world",
        max_bytes=1_000_000,
        kinds=["pdf"],
        by=SETUP,
        at=clock.now(),
    )


def _exchange(cast: Cast, found: InForce) -> dict[str, Any]:
    at, clerk = clock.now(), _actor(cast.clerk)
    paper = services.begin_entry(procedure=found, channel=Channel.COUNTER, staff=cast.clerk, by=clerk, at=at)
    endpoint = WebhookEndpoint.objects.create(
        body=cast.body, label="見本", url="https://example.jp/hook", events=[], seed="0" * 64, created_at=at
    )
    # The same change of a procedure that is in force: a version in work, for the editor's pages.
    procedure_services.begin_version(procedure=found.procedure, by=SETUP, at=at)
    return {
        "paper": paper,
        "entered": _apply(found.version, "entered", channel=Channel.COUNTER),
        "import_task": Task.objects.create(
            kind=Task.Kind.WORK,
            name="applications.import_applications",
            owner=clerk.id,
            body=cast.body.code,
            state="done",
            created_at=at,
            run_at=at,
            finished_at=at,
        ),
        "endpoint": endpoint,
        "delivery": WebhookDelivery.objects.create(
            endpoint=endpoint, event="applications.ApplicationSubmitted", payload={}, created_at=at
        ),
        "entry": Entry.objects.filter(body=cast.body.code).first(),
    }

"""The whole way of one application through the real services and the queue."""

from datetime import date, timedelta

import pytest

from kencho.applications import queries, services
from kencho.applications.models import Application, Status
from kencho.applications.testing import AT, apply, publish
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest
from kencho.files import queries as files
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor
from kencho.notifications.models import Message
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk
from kencho.records.models import Record, SealUse
from kencho.records.office_seals import make_demo_seals, trust_roots
from kencho.records.seals import verify


@pytest.fixture(autouse=True)
def seals(cast: Cast, settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A demo authority for this test run."""
    make_demo_seals([cast.body], at=AT - timedelta(days=400))


def _actor(staff: StaffMember) -> Actor:
    return desk(staff, date(2026, 6, 1)).actor


def _decide(request: ApprovalRequest, cast: Cast) -> None:
    for staff in (cast.chief, cast.head, cast.governor):
        request.refresh_from_db()
        if request.state == "pending":
            try:
                approvals.approve(
                    request=request,
                    digest=request.rounds.latest("pk").digest,
                    by=_actor(staff),
                    at=AT + timedelta(days=3),
                )
            except approvals.UnableToApprove:
                continue


def test_from_submission_to_sealed_notice(cast: Cast) -> None:
    application = apply(publish(cast))
    clerk = _actor(cast.clerk)
    with clock.simulated(AT):
        queue.drain(strict=True)
    application.refresh_from_db()
    assert application.record_id is not None
    assert Record.objects.get(pk=application.record_id).number == "デ企第1号"

    services.accept(application=application, by=clerk, at=AT + timedelta(hours=1))
    services.review(application=application, by=clerk, at=AT + timedelta(hours=2))
    first_due = Application.objects.get(pk=application.pk).due_on
    item = next(
        i.id for i in queries.compiled_of(application).definition.items() if i.id in application.answers
    )
    services.request_amendment(
        application=application,
        items=[services.AskedItem(item, "もう一度お書きください。")],
        due_on=date(2026, 6, 20),
        message="",
        by=clerk,
        at=AT + timedelta(days=1),
    )
    assert Application.objects.get(pk=application.pk).due_on is None
    guest = Actor(by_kind := clerk.kind.__class__("guest"), application.number, "")
    assert by_kind == "guest"
    services.amend(application=application, answers=application.answers, by=guest, at=AT + timedelta(days=4))
    after = Application.objects.get(pk=application.pk)
    assert after.status == Status.IN_REVIEW
    assert first_due is not None
    assert after.due_on is not None
    assert after.due_on > first_due

    kind = queries.compiled_of(application).definition.flow.decisions[0].code
    services.draft_decision(
        application=application,
        kind=kind,
        grounds="",
        text="次のとおり決定しましたので通知します。",
        by=clerk,
        at=AT + timedelta(days=5),
    )
    request = services.submit_for_approval(
        application=application, drafter=cast.clerk, by=clerk, at=AT + timedelta(days=5)
    )
    _decide(request, cast)
    with clock.simulated(AT + timedelta(days=6)):
        queue.drain(strict=True)
    after = Application.objects.get(pk=application.pk)
    assert after.status == Status.ISSUED
    assert after.notice.stored_file is not None
    pdf = files.content(after.notice.stored_file)
    verdict = verify(pdf, trust_roots=trust_roots(), at=AT + timedelta(days=7))
    assert verdict.valid
    assert SealUse.objects.filter(record_id=after.notice.record_id).count() == 1
    assert {m.template.rsplit("/", 1)[1] for m in Message.objects.filter(email=after.applicant_email)} >= {
        "receipt",
        "amendment",
        "notice",
    }

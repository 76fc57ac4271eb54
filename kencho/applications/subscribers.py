"""What applications do when something happens to them or below them."""

from django.db.models import QuerySet

from kencho.applications import services
from kencho.applications.events import (
    AmendmentRequested,
    ApplicationDecided,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    NoticeIssued,
)
from kencho.applications.messages import tell_applicant, tell_division
from kencho.applications.models import Application, Status
from kencho.approvals.events import ApprovalGranted, ApprovalRequested, ApprovalReturned, ApprovalWithdrawn
from kencho.foundation import actors, clock
from kencho.foundation.events import subscriber
from kencho.foundation.prepared import Prepared
from kencho.organization.models import StaffMember

WORKER = actors.system("worker")
SUBJECT_TYPE = "applications.application"


def _applications(pk: int) -> QuerySet[Application]:
    return (
        Application.objects.select_related(
            "body", "procedure", "version", "division", "user", "assignee__user"
        )
        .defer("version__definition")
        .filter(pk=pk)
        .order_by()
    )


_by_key = Prepared(_applications, Application, ("id",))


def _application(pk: int | str) -> Application:
    found = _by_key.one(int(pk))
    if found is None:
        raise Application.DoesNotExist
    return found


def _staff_name(pk: int) -> str:
    return StaffMember.objects.values_list("name", flat=True).get(pk=pk)


@subscriber(ApplicationSubmitted)
def enter_in_register(event: ApplicationSubmitted) -> None:
    """収受番号を付ける。"""
    services.enter_arrived(application_id=event.application_id, by=WORKER)


@subscriber(ApplicationSubmitted)
def send_receipt(event: ApplicationSubmitted) -> None:
    """Confirm the arrival by mail."""
    application = _application(event.application_id)
    tell_applicant(application, "receipt", at=clock.now())


@subscriber(AmendmentRequested)
def ask_for_amendment(event: AmendmentRequested) -> None:
    """Tell the applicant what to put right."""
    tell_applicant(_application(event.application_id), "amendment", at=clock.now(), due_on=event.due_on)


@subscriber(ApplicationWithdrawn)
def confirm_withdrawal(event: ApplicationWithdrawn) -> None:
    """Confirm that it was taken back."""
    tell_applicant(_application(event.application_id), "withdrawal", at=clock.now())


@subscriber(ApplicationRefused)
def tell_refusal(event: ApplicationRefused) -> None:
    """Tell that it was not accepted."""
    tell_applicant(_application(event.application_id), "refusal", at=clock.now())


@subscriber(ApprovalGranted)
def decide(event: ApprovalGranted) -> None:
    """The approved draft becomes the decision."""
    if event.subject_type == SUBJECT_TYPE:
        services.decide(
            application=_application(event.subject_id),
            approval_id=event.approval_id,
            decided_by=_staff_name(event.decided_by_id),
            by=WORKER,
            at=event.decided_at,
        )


@subscriber(ApprovalRequested)
def resume_approval(event: ApprovalRequested) -> None:
    """A returned case was put forward again at its approval."""
    if event.subject_type == SUBJECT_TYPE and event.round_number > 1:
        services.resume_approval(
            application=_application(event.subject_id),
            approval_id=event.approval_id,
            by=WORKER,
            at=event.requested_at,
        )


@subscriber(ApprovalReturned)
def resume_review(event: ApprovalReturned) -> None:
    """The draft came back: the review goes on."""
    if event.subject_type == SUBJECT_TYPE:
        services.take_back_from_approval(
            application=_application(event.subject_id),
            approval_id=event.approval_id,
            by=WORKER,
            at=event.returned_at,
        )


@subscriber(ApprovalWithdrawn)
def resume_after_pull_back(event: ApprovalWithdrawn) -> None:
    """The drafter pulled the draft back."""
    if event.subject_type == SUBJECT_TYPE:
        services.take_back_from_approval(
            application=_application(event.subject_id),
            approval_id=event.approval_id,
            by=WORKER,
            at=event.withdrawn_at,
        )


@subscriber(ApplicationDecided)
def issue_notice(event: ApplicationDecided) -> None:
    """施行する: number, typeset and seal the notice."""
    application = _application(event.application_id)
    if application.status == Status.DECIDED:
        services.issue(application=application, by=WORKER, at=clock.now())


@subscriber(NoticeIssued)
def tell_notice(event: NoticeIssued) -> None:
    """Tell the applicant that the notice lies ready."""
    application = _application(event.application_id)
    tell_applicant(application, "notice", at=clock.now())
    tell_division(application, "issued", at=clock.now())

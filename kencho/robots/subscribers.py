"""Reactions: decided applications become items, approvals make versions usable."""

from datetime import datetime

from kencho.applications.events import ApplicationDecided, NoticeIssued
from kencho.applications.models import Application
from kencho.approvals.events import (
    ApprovalDiscarded,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalReturned,
    ApprovalWithdrawn,
)
from kencho.approvals.subjects import Undecided, subject_of
from kencho.foundation import clock
from kencho.foundation.events import subscriber
from kencho.robots import services
from kencho.robots.feeds import NoSubject
from kencho.robots.feeds import subject_of as item_subject
from kencho.robots.models import Robot, RobotVersion


def _carry(application_id: int, at: datetime, moment: str) -> None:
    """Put a decided application into the queue of every robot that waits for it."""
    application = Application.objects.select_related("procedure").filter(pk=application_id).first()
    if application is None:
        return
    robots = Robot.objects.filter(
        body=application.body_id, start=Robot.Start.EVENT, procedure_code=application.procedure.code
    ).select_related("body", "division", "version__source__body")
    for robot in robots:
        if robot.parameters.get("when", "decided") != moment:
            continue
        try:
            services.enqueue(robot=robot, subject=item_subject(application_id), by=services.KENCHO, at=at)
        except (NoSubject, services.UnableTo):
            # Withdrawn meanwhile, or a package that is gone: the schedule and the console show the latter.
            continue


@subscriber(ApplicationDecided)
def carry_decided(event: ApplicationDecided) -> None:
    """処分が決まった."""
    _carry(event.application_id, clock.now(), "decided")


@subscriber(NoticeIssued)
def carry_issued(event: NoticeIssued) -> None:
    """通知書が施行された, for robots that wait until then."""
    _carry(event.application_id, clock.now(), "issued")


def _version(event: ApprovalRequested | ApprovalGranted | Undecided) -> RobotVersion | None:
    return subject_of(event, services.SUBJECT_TYPE, RobotVersion)


@subscriber(ApprovalGranted)
def approve_version(event: ApprovalGranted) -> None:
    """決裁された: the version may be used."""
    version = _version(event)
    if version is not None:
        services.approve_version(
            version=version, approval_id=event.approval_id, by=services.KENCHO, at=event.decided_at
        )


def _return(event: Undecided, at: datetime) -> None:
    version = _version(event)
    if version is not None:
        services.return_version(version=version, approval_id=event.approval_id, by=services.KENCHO, at=at)


@subscriber(ApprovalReturned)
def return_version(event: ApprovalReturned) -> None:
    """差し戻された."""
    _return(event, event.returned_at)


@subscriber(ApprovalWithdrawn)
def withdraw_version(event: ApprovalWithdrawn) -> None:
    """引き戻された."""
    _return(event, event.withdrawn_at)


@subscriber(ApprovalDiscarded)
def discard_version(event: ApprovalDiscarded) -> None:
    """廃案になった."""
    _return(event, event.discarded_at)


@subscriber(ApprovalRequested)
def take_up_version(event: ApprovalRequested) -> None:
    """もう一度回付された."""
    version = _version(event)
    if version is not None and event.round_number > 1:
        services.take_up_version(
            version=version, approval_id=event.approval_id, by=services.KENCHO, at=event.requested_at
        )

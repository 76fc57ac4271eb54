"""Side exits and the end of filings: 取下げ, 不受理, 完了."""

from datetime import datetime

from django.db import transaction

from kencho.applications import permissions, queries
from kencho.applications.events import ApplicationCompleted, ApplicationRefused, ApplicationWithdrawn
from kencho.applications.models import Application, Status
from kencho.applications.services._common import UnableToMove, locked, move
from kencho.foundation import events
from kencho.foundation.actors import Actor


class GroundsMissing(Exception):
    """A refusal must state its grounds（行政手続法第8条）."""


@transaction.atomic
def withdraw(*, application: Application, reason: str, by: Actor, at: datetime) -> Application:
    """取り下げる。"""
    row = locked(application)
    permissions.require(permissions.is_applicant(by, row) or permissions.works_on(by, row))
    row.pauses.filter(resumed_at__isnull=True).update(resumed_at=at)
    move(row, Status.WITHDRAWN, "withdraw", by=by, at=at, note=reason)
    events.publish(ApplicationWithdrawn(application_id=row.pk), at=at, body=row.body.code)
    return row


@transaction.atomic
def refuse(*, application: Application, grounds: str, by: Actor, at: datetime) -> Application:
    """不受理とする: formal requirements are missing and were not put right（行政手続法第7条）。"""
    row = locked(application)
    permissions.require(permissions.may_examine(by, row))
    if not grounds.strip():
        raise GroundsMissing(row.number)
    row.pauses.filter(resumed_at__isnull=True).update(resumed_at=at)
    move(row, Status.REFUSED, "refuse", by=by, at=at, note=grounds)
    events.publish(ApplicationRefused(application_id=row.pk), at=at, body=row.body.code)
    return row


@transaction.atomic
def complete(*, application: Application, by: Actor, at: datetime) -> Application:
    """届出を完了とする: a filing that meets its formal requirements is done（行政手続法第37条）。"""
    row = locked(application)
    permissions.require(permissions.may_examine(by, row))
    if queries.compiled_of(row).definition.flow.decisions:
        raise UnableToMove(row.number)
    move(row, Status.COMPLETED, "complete", by=by, at=at)
    events.publish(ApplicationCompleted(application_id=row.pk), at=at, body=row.body.code)
    return row

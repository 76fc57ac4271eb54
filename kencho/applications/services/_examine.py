"""Examination by the division in charge: take up, check, remark, assign, transfer."""

from datetime import datetime

from django.db import transaction

from kencho.applications import permissions, queries
from kencho.applications.events import ApplicationAccepted, ApplicationTransferred
from kencho.applications.models import Application, ChecklistAnswer, Remark, Status
from kencho.applications.services._common import UnableToMove, locked, move, step
from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.foundation.prepared import insert
from kencho.foundation.statements import update
from kencho.organization.models import StaffMember, Unit


class UnableToTransfer(Exception):
    """The division is not one of this body's, or is already in charge."""


class UnableToAssign(Exception):
    """The person does not work in the division in charge."""


class UnknownStandard(Exception):
    """The definition has no review standard of this id."""


@transaction.atomic
def accept(*, application: Application, by: Actor, at: datetime) -> Application:
    """受付する: take up what has arrived and begin to examine（行政手続法第7条「遅滞なく審査を開始」）。"""
    row = locked(application)
    permissions.require(permissions.works_on(by, row))
    row.accepted_at = at
    move(row, Status.ACCEPTED, "accept", by=by, at=at, fields=("accepted_at",))
    events.publish(ApplicationAccepted(application_id=row.pk), at=at, body=row.body.code)
    return row


@transaction.atomic
def review(*, application: Application, by: Actor, at: datetime) -> Application:
    """審査を始める。"""
    row = locked(application)
    permissions.require(permissions.works_on(by, row))
    # The diagram also leads back into review from amendment and from approval: by `amend` and
    # `take_back_from_approval`, which put clock and draft in order, never by this verb.
    if row.status != Status.ACCEPTED:
        raise UnableToMove(f"{row.number}: {row.get_status_display()}")
    move(row, Status.IN_REVIEW, "review", by=by, at=at)
    return row


@transaction.atomic
def assign(*, application: Application, staff: StaffMember | None, by: Actor, at: datetime) -> Application:
    """担当者を決める: a member of the division in charge, or nobody."""
    row = locked(application)
    permissions.require(permissions.may_examine(by, row))
    if staff is not None and not queries.works_in(staff, row.division, at):
        raise UnableToAssign(row.number)
    row.assignee = staff
    update(row, "assignee")
    audit.record(
        "applications.application.assign",
        row,
        by=by,
        at=at,
        label=row.number,
        body=row.body.code,
        details={"staff": staff.number if staff else ""},
    )
    return row


@transaction.atomic
def transfer(
    *, application: Application, division: Unit, reason: str, by: Actor, at: datetime
) -> Application:
    """移送する: hand over to the division that is in charge of the matter."""
    row = locked(application)
    permissions.require(permissions.may_transfer(by, row))
    if (
        division.body_id != row.body_id
        or division.pk == row.division_id
        or division.level != Unit.Level.DIVISION
        or not division.is_valid_on(clock.day_of(at))
    ):
        raise UnableToTransfer(row.number)
    row.division = division
    row.assignee = None
    row.save(update_fields=["division", "assignee"])
    step(row, "transfer", by=by, at=at, note=reason)
    events.publish(
        ApplicationTransferred(application_id=row.pk, division_id=division.pk), at=at, body=row.body.code
    )
    return row


@transaction.atomic
def remark(*, application: Application, text: str, by: Actor, at: datetime) -> Remark:
    """メモを残す: read by staff only."""
    permissions.require(permissions.works_on(by, application))
    kept = Remark.objects.create(application=application, text=text, by_name=by.name, at=at)
    audit.record(
        "applications.application.remark",
        application,
        by=by,
        at=at,
        label=application.number,
        body=application.body.code,
    )
    return kept


@transaction.atomic
def answer_checklist(
    *, application: Application, findings: dict[str, tuple[str, str]], by: Actor, at: datetime
) -> None:
    """審査基準を確認する: ``findings`` maps a standard's id to (finding, note); an empty finding clears it."""
    row = locked(application)
    permissions.require(permissions.may_examine(by, row))
    known = {standard.id for standard in queries.compiled_of(row).definition.review_standards}
    if not known.issuperset(findings):
        raise UnknownStandard(row.number)
    answered = {each.standard_id: each for each in row.checklist.all()}
    for standard_id, (finding, note) in findings.items():
        answer = answered.get(standard_id) or ChecklistAnswer(application=row, standard_id=standard_id)
        answer.finding, answer.note, answer.by_name, answer.at = finding, note, by.name, at
        if not finding:
            row.checklist.filter(standard_id=standard_id).delete()
        elif standard_id in answered:
            update(answer, "finding", "note", "by_name", "at")
        else:
            insert(answer)
    audit.record(
        "applications.application.answer_checklist",
        row,
        by=by,
        at=at,
        label=row.number,
        body=row.body.code,
        details={"findings": {key: finding for key, (finding, _note) in findings.items()}},
    )

"""紙の申請: staff write into the same form what came over the counter or by post."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from kencho.applications import permissions
from kencho.applications.models import PAPER, Application, ApplicationDocument, ApplicationDraft
from kencho.applications.services._drafts import begin_draft
from kencho.applications.services._submit import Receipt, submit
from kencho.audit import services as audit
from kencho.files.models import Upload
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization import queries as organization
from kencho.organization.models import StaffMember
from kencho.procedures.models import ProcedureVersion
from kencho.procedures.queries import InForce

# A date stamp（収受印）has no time of day; noon is on the same day for every reader of the instant.
STAMPED = time(12, 0, tzinfo=clock.JST)


class EntryRefused(Exception):
    """The draft was not begun by staff, the channel is not of paper, or the day on the stamp has not come yet."""


def begin_entry(
    *,
    procedure: InForce,
    channel: str,
    staff: StaffMember,
    by: Actor,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    key: UUID | None = None,
) -> ApplicationDraft:
    """Begin to enter an application on paper, with the ``answers`` that are known already.

    ``key`` as in ``begin_draft``. Raises EntryRefused for a channel that is not of paper.
    """
    division = organization.successor_on(procedure.procedure.division, clock.day_of(at))
    permissions.require(permissions.may_enter(by, division))
    if channel not in PAPER:
        raise EntryRefused(channel)
    draft = begin_draft(procedure=procedure, user=None, answers=answers, key=key, at=at)
    draft.channel = channel
    draft.entered_by = staff
    draft.save(update_fields=["channel", "entered_by"])
    return draft


def arrival_of(arrived_on: date | None, at: datetime) -> datetime:
    """The instant of arrival for the day on the stamp; today is now. Raises EntryRefused for a day to come."""
    today = clock.day_of(at)
    if arrived_on is None or arrived_on == today:
        return at
    if arrived_on > today:
        raise EntryRefused(arrived_on)
    return datetime.combine(arrived_on, STAMPED)


def submit_entry(
    *, draft: ApplicationDraft, arrived_on: date | None = None, by: Actor, at: datetime
) -> Receipt:
    """紙の申請を登録する: the same submission as online, with the day of the stamp as its arrival.

    Raises EntryRefused, UnableToSubmit, ReceptionClosed.
    """
    division = organization.successor_on(draft.version.procedure.division, clock.day_of(at))
    permissions.require(permissions.may_enter(by, division))
    if draft.entered_by_id is None:
        raise EntryRefused(draft.pk)
    return submit(
        version=draft.version,
        body=draft.body,
        answers=draft.answers,
        key=str(draft.pk),
        by=by,
        at=at,
        channel=draft.channel,
        draft=draft,
        arrived_at=arrival_of(arrived_on, at),
    )


def enter_paper(
    *,
    version: ProcedureVersion,
    answers: Mapping[str, Any],
    key: str,
    channel: str,
    arrived_on: date,
    by: Actor,
    at: datetime,
) -> Receipt:
    """読み取った紙を登録する: what ``submit_entry`` does, with answers that were not typed into a draft.

    The system may do it for staff who asked for it. The same key gives the same application.
    Raises EntryRefused, UnableToSubmit, ReceptionClosed.
    """
    division = organization.successor_on(version.procedure.division, clock.day_of(at))
    permissions.require(by.is_system or permissions.may_enter(by, division))
    if channel not in PAPER:
        raise EntryRefused(channel)
    return submit(
        version=version,
        body=version.procedure.body,
        answers=answers,
        key=key,
        by=by,
        at=at,
        channel=channel,
        arrived_at=arrival_of(arrived_on, at),
    )


@transaction.atomic
def file_scan(*, application: Application, upload: Upload, by: Actor, at: datetime) -> ApplicationDocument:
    """紙の原本を綴じる: the scanned pages among the documents of the case. A second call finds the first one's."""
    made, is_new = ApplicationDocument.objects.get_or_create(
        application=application, item_id=ApplicationDocument.SCAN, upload=upload, defaults={"added_at": at}
    )
    if is_new:
        audit.record(
            "applications.application.file_scan",
            application,
            by=by,
            at=at,
            label=application.number,
            body=application.body.code,
        )
    return made

"""紙の申請: staff write into the same form what came over the counter or by post."""

from datetime import date, datetime, time

from kencho.applications import permissions
from kencho.applications.models import PAPER, ApplicationDraft
from kencho.applications.services._drafts import begin_draft
from kencho.applications.services._submit import Receipt, submit
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization import queries as organization
from kencho.organization.models import StaffMember
from kencho.procedures.queries import InForce

# A date stamp（収受印）has no time of day; noon is on the same day for every reader of the instant.
STAMPED = time(12, 0, tzinfo=clock.JST)


class EntryRefused(Exception):
    """The draft was not begun by staff, the channel is not of paper, or the day on the stamp has not come yet."""


def begin_entry(
    *, procedure: InForce, channel: str, staff: StaffMember, by: Actor, at: datetime
) -> ApplicationDraft:
    """Begin to enter an application on paper. Raises EntryRefused for a channel that is not of paper."""
    division = organization.successor_on(procedure.procedure.division, clock.day_of(at))
    permissions.require(permissions.may_enter(by, division))
    if channel not in PAPER:
        raise EntryRefused(channel)
    draft = begin_draft(procedure=procedure, user=None, at=at)
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

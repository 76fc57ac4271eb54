"""補正: asked for item by item, answered inside the same application; the clock stands still meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kencho.applications import permissions, queries
from kencho.applications.events import AmendmentRequested, ApplicationAmended
from kencho.applications.models import AmendmentItem, AmendmentRequest, Application, ClockPause, Status
from kencho.applications.services._attach import UnableToSubmit, attach
from kencho.applications.services._common import locked, move, restart_clock
from kencho.applications.services._fast_path import search_text_of
from kencho.applications.services._submit import digest_of
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor


class UnableToRequestAmendment(Exception):
    """The application is not under review, or nothing was asked for, or the deadline has passed already."""


class UnableToAmend(Exception):
    """There is no open request of amendment."""


@dataclass(frozen=True)
class AskedItem:
    """One item of the form and what to put right there."""

    item_id: str
    message: str


@transaction.atomic
def request_amendment(
    *,
    application: Application,
    items: Sequence[AskedItem],
    due_on: date,
    message: str,
    by: Actor,
    at: datetime,
) -> AmendmentRequest:
    """補正を求める（行政手続法第7条）。"""
    row = locked(application)
    permissions.require(permissions.may_examine(by, row))
    known = {item.id for item in queries.compiled_of(row).definition.items()}
    asked = list({item.item_id: item for item in items if item.item_id in known}.values())
    if row.status != Status.IN_REVIEW or not (asked or message.strip()) or due_on < clock.day_of(at):
        raise UnableToRequestAmendment(row.number)
    request = row.amendment_requests.create(
        due_on=due_on, message=message, requested_at=at, requested_by=by.name
    )
    AmendmentItem.objects.bulk_create(
        AmendmentItem(
            request=request, item_id=item.item_id, message=item.message, before=row.answers.get(item.item_id)
        )
        for item in asked
    )
    # Days spent on an amendment are outside the standard processing period, so the clock stops here.
    ClockPause.objects.create(application=row, paused_at=at)
    move(row, Status.AWAITING_AMENDMENT, "request_amendment", by=by, at=at, note=message)
    restart_clock(row, at=at)
    events.publish(AmendmentRequested(application_id=row.pk, due_on=due_on), at=at, body=row.body.code)
    return request


@transaction.atomic
def amend(*, application: Application, answers: Mapping[str, Any], by: Actor, at: datetime) -> Application:
    """補正する: the applicant's corrected answers replace the old ones, which stay readable beside them.

    Raises UnableToSubmit with the errors when the corrected whole is not valid.
    """
    row = locked(application)
    permissions.require(permissions.is_applicant(by, row) or permissions.works_on(by, row))
    request = row.amendment_requests.filter(answered_at__isnull=True).first()
    if request is None or row.status != Status.AWAITING_AMENDMENT:
        raise UnableToAmend(row.number)
    plan = queries.compiled_of(row)
    # "Not before today" meant the day of arrival: an answer does not go wrong because the office took its time.
    verdict = plan.validate(answers, on=clock.day_of(row.arrived_at))
    errors = queries.errors_that_count(plan, verdict.errors, row.channel)
    if errors:
        raise UnableToSubmit(errors)
    _note_changes(request, row.answers, verdict.answers)
    request.answered_at = at
    request.save(update_fields=["answered_at"])
    _take_over(row, verdict.answers)
    kept = {str(pk) for pk in row.documents.values_list("upload_id", flat=True)}
    attach(
        row.pk,
        row.body_id,
        [(item, upload) for item, upload in queries.uploads_in(plan, row.answers) if upload not in kept],
        at,
        owners=[
            row.idempotency_key,
            row.number,
            *map(str, row.amendment_drafts.values_list("pk", flat=True)),
        ],
    )
    row.pauses.filter(resumed_at__isnull=True).update(resumed_at=at)
    move(row, Status.IN_REVIEW, "amend", by=by, at=at)
    restart_clock(row, at=at)
    events.publish(ApplicationAmended(application_id=row.pk), at=at, body=row.body.code)
    return row


def _note_changes(request: AmendmentRequest, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Keep before and after of what was asked for, and of everything else that the applicant changed on the way."""
    asked = {item.item_id: item for item in request.items.all()}
    for item in asked.values():
        item.after = new.get(item.item_id)
        item.save(update_fields=["after"])
    changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    AmendmentItem.objects.bulk_create(
        AmendmentItem(request=request, item_id=key, is_asked=False, before=old.get(key), after=new.get(key))
        for key in changed
        if key not in asked
    )


def _take_over(row: Application, answers: Mapping[str, Any]) -> None:
    """Keep the corrected answers and what is copied from them for lists and mail."""
    plan = queries.compiled_of(row)
    before, after = queries.applicant_in(plan, row.answers), queries.applicant_in(plan, answers)
    row.answers = dict(answers)
    row.answers_digest = digest_of(row.answers)
    row.applicant_name = after.name[:200]
    row.search_text = search_text_of(row.number, after)
    # An address given apart from the answers is not theirs to change.
    if row.applicant_email == before.email[:254]:
        row.applicant_email = after.email[:254]
    row.save(update_fields=["answers", "answers_digest", "applicant_name", "search_text", "applicant_email"])

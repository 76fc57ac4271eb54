"""Submission: the one durable transaction after which an application has arrived."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from kencho.accounts.models import User
from kencho.applications import queries
from kencho.applications.lookups import Place
from kencho.applications.models import Application, ApplicationDraft, Channel
from kencho.applications.services._attach import UnableToSubmit
from kencho.applications.services._fast_path import APPLICATION_COLUMNS, Arrival, write
from kencho.foundation import clock, group_commit
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.prepared import as_stored
from kencho.foundation.sessions import Kept
from kencho.organization import queries as organization
from kencho.organization.models import Body, Unit
from kencho.procedures import queries as procedures
from kencho.procedures.definition import Compiled, Definition
from kencho.procedures.models import ProcedureVersion

SECRET_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # noqa: S105  # no secret; without what is mistaken for another: I L O 0 1
SECRET_LENGTH = 12
_LETTERS = len(SECRET_ALPHABET)


# One encoder for all: json.dumps with options builds a new one each time.
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class ReceptionClosed(Exception):
    """The procedure does not receive applications at this time."""


@dataclass(frozen=True)
class Receipt:
    """What the applicant is shown at once. ``secret`` is for guests; ``is_repeat`` marks a retry."""

    application: Application
    secret: str
    is_repeat: bool


def secret_for(key: str) -> str:
    """The guest's code of an application, 59 bits in groups of four.

    It follows from the submission's key, so that a retry after a lost answer shows the same code again.
    """
    number = int.from_bytes(
        hmac.digest(settings.SECRET_KEY.encode(), b"kencho.applications.code\0" + key.encode(), "sha256")
    )
    letters = ""
    for _place in range(SECRET_LENGTH):
        letters += SECRET_ALPHABET[number % _LETTERS]
        number //= _LETTERS
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def digest_of(answers: Mapping[str, Any]) -> str:
    """SHA-256 of the answers as canonical JSON."""
    return hashlib.sha256(_canonical(answers).encode()).hexdigest()


def submit(
    *,
    version: ProcedureVersion,
    body: Body,
    answers: Mapping[str, Any],
    key: str,
    by: Actor,
    at: datetime,
    user: User | None = None,
    email: str = "",
    channel: str = Channel.ONLINE,
    draft: ApplicationDraft | None = None,
    is_demo: bool = False,
    arrived_at: datetime | None = None,
    session: Callable[[str], Kept] | None = None,
) -> Receipt:
    """申請する: check, number, store, tell — in one transaction. A second call with the same key returns the first receipt.

    ``arrived_at`` is when a paper reached the office, at the latest ``at``; everything that follows from the day of
    arrival (receiving period, fiscal year, number, processing period) follows from it. ``session`` makes, of the
    number, the browser's session as it is to be stored in the same transaction.
    Raises UnableToSubmit with the errors, ReceptionClosed outside the receiving period, SessionEnded.
    """
    # A draft goes with the submission made of it; that it came a second time shows at the unique key.
    repeat = None if draft is not None else _already(key)
    if repeat is not None:
        return repeat
    division = organization.successor_on(version.procedure.division, clock.day_of(at))
    try:
        arrival = prepare(
            procedures.compiled_of(version),
            Place(
                body_id=body.pk,
                body_code=body.code,
                procedure_id=version.procedure_id,
                procedure_code=version.procedure.code,
                version_id=version.pk,
                division_id=division.pk,
            ),
            answers=answers,
            key=key,
            by=by,
            at=at,
            user_id=None if user is None else user.pk,
            email=email,
            channel=str(channel),
            is_demo=is_demo,
            arrived_at=arrived_at,
            draft_id=None if draft is None else draft.pk,
            session=session,
        )
        store(arrival)
    except (IntegrityError, ReceptionClosed, UnableToSubmit):
        # Two identical requests ran side by side and the other one won, or the first answer was lost.
        repeat = _already(key)
        if repeat is None:
            raise
        return repeat
    return Receipt(_application(arrival, version, body, division, user), arrival.secret, is_repeat=False)


def _application(
    arrival: Arrival, version: ProcedureVersion, body: Body, division: Unit, user: User | None
) -> Application:
    """The stored row as an object, with what is known of it already."""
    row = dict(zip(APPLICATION_COLUMNS, arrival.row(), strict=True))
    made = Application(id=arrival.pk, **row)
    made.body, made.version, made.division, made.user = body, version, division, user
    made.procedure = version.procedure
    return as_stored(made)


def _already(key: str) -> Receipt | None:
    kept = (
        Application.objects.filter(idempotency_key=key)
        .select_related("body", "procedure", "version", "division")
        .first()
    )
    if kept is None:
        return None
    return Receipt(kept, "" if kept.user_id else secret_for(key), is_repeat=True)


def check_period(definition: Definition, at: datetime) -> None:
    """Raises ReceptionClosed before the first and after the last day of the receiving period."""
    first, last, day = definition.receiving_from, definition.receiving_to, clock.day_of(at).isoformat()
    if (first and day < first) or (last and day > last):
        raise ReceptionClosed


def prepare(
    plan: Compiled,
    place: Place,
    *,
    answers: Mapping[str, Any],
    key: str,
    by: Actor,
    at: datetime,
    user_id: int | None = None,
    email: str = "",
    channel: str = Channel.ONLINE.value,
    is_demo: bool = False,
    arrived_at: datetime | None = None,
    draft_id: UUID | None = None,
    session: Callable[[str], Kept] | None = None,
) -> Arrival:
    """Check an application and work out all of it that does not depend on when its turn to be stored comes.

    Raises UnableToSubmit with the errors, ReceptionClosed outside the receiving period.
    """
    arrived_at = at if arrived_at is None else min(arrived_at, at)
    arrived_on = clock.day_of(arrived_at)
    check_period(plan.definition, arrived_at)
    verdict = plan.validate(answers, on=arrived_on)
    if verdict.errors and (errors := queries.errors_that_count(plan, verdict.errors, channel)):
        raise UnableToSubmit(errors)
    stored = dict(verdict.answers)
    who = queries.applicant_in(plan, stored)
    period = queries.processing_clock(plan.definition, queries.calendar_of(place.body_id, at), arrived_on)
    return Arrival(
        place=place,
        key=key,
        by=by,
        at=at,
        arrived_at=arrived_at,
        channel=channel,
        user_id=user_id,
        secret="" if user_id is not None else secret_for(key),
        who=who,
        email=email or who.email,
        answers=stored,
        digest=digest_of(stored),
        due_on=None if period is None else period.due_on,
        is_demo=is_demo,
        uploads=queries.uploads_in(plan, stored),
        fiscal_year=FiscalYear.of(arrived_on).start_year,
        draft_id=draft_id,
        session=session,
    )


def store(arrival: Arrival) -> None:
    """Store what was prepared; returns once that is durable, and the arrival has its number.

    Raises IntegrityError for a key that was used, UnableToSubmit for files that are lost, SessionEnded, NotStored.
    """
    group_commit.run_together(write, arrival)

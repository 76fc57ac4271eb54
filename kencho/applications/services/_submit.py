"""Submission: the one durable transaction after which an application has arrived."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from kencho.accounts.models import User
from kencho.applications import queries
from kencho.applications.events import ApplicationSubmitted
from kencho.applications.models import (
    Application,
    ApplicationDocument,
    ApplicationDraft,
    Channel,
    ReceptionCounter,
    Status,
    StatusChange,
)
from kencho.audit import services as audit
from kencho.files.models import Upload
from kencho.foundation import clock, events, group_commit
from kencho.foundation.actors import Actor
from kencho.foundation.checkdigits import receipt_number
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.prepared import delete, insert, table_of
from kencho.foundation.text import fold
from kencho.organization import queries as organization
from kencho.organization.models import Body
from kencho.procedures import queries as procedures
from kencho.procedures.definition import Compiled, Definition, FieldError
from kencho.procedures.models import ProcedureVersion

SECRET_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # noqa: S105  # no secret; without what is mistaken for another: I L O 0 1
SECRET_LENGTH = 12
_COUNT_UP = f"UPDATE {table_of(ReceptionCounter)} SET last = last + 1 WHERE body_id = %s AND fiscal_year = %s RETURNING last"  # noqa: S608  # name of our own model


class UnableToSubmit(Exception):
    """The answers are not complete and right; ``errors`` say where."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"{len(self.errors)} errors")


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
    room = hmac.new(
        settings.SECRET_KEY.encode(), b"kencho.applications.code\0" + key.encode(), hashlib.sha256
    )
    number = int.from_bytes(room.digest())
    letters = []
    for _place in range(SECRET_LENGTH):
        number, letter = divmod(number, len(SECRET_ALPHABET))
        letters.append(SECRET_ALPHABET[letter])
    return "-".join("".join(letters[n : n + 4]) for n in range(0, SECRET_LENGTH, 4))


def digest_of(answers: Mapping[str, Any]) -> str:
    """SHA-256 of the answers as canonical JSON."""
    text = json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


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
) -> Receipt:
    """申請する: check, number, store, tell — in one transaction. A second call with the same key returns the first receipt.

    ``arrived_at`` is when a paper reached the office, at the latest ``at``; everything that follows from the day of
    arrival (receiving period, fiscal year, number, processing period) follows from it.
    Raises UnableToSubmit with the errors, ReceptionClosed outside the receiving period.
    """
    # A draft goes with the submission made of it; that it came a second time shows at the unique key.
    repeat = None if draft is not None else _already(key)
    if repeat is not None:
        return repeat
    plan = procedures.compiled_of(version)
    arrived_at = at if arrived_at is None else min(arrived_at, at)
    try:
        check_period(plan.definition, arrived_at)
        verdict = plan.validate(answers, on=clock.day_of(arrived_at))
        errors = queries.errors_that_count(plan, verdict.errors, channel)
        if errors:
            raise UnableToSubmit(errors)
        new = _new(
            plan,
            version=version,
            body=body,
            answers=verdict.answers,
            key=key,
            at=at,
            user=user,
            email=email,
            channel=channel,
            is_demo=is_demo,
            arrived_at=arrived_at,
        )
        return group_commit.run(lambda: _store(new, by=by, at=at, draft=draft))
    except (IntegrityError, ReceptionClosed, UnableToSubmit):
        # Two identical requests ran side by side and the other one won, or the first answer was lost.
        repeat = _already(key)
        if repeat is None:
            raise
        return repeat


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


def _count_up(body: Body, year: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, [body.pk, year])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _next_number(body: Body, year: int) -> str:
    """The next reception number: body code (5), year of the era (2), serial, check digit (Damm)."""
    last = _count_up(body, year)
    if last is None:
        ReceptionCounter.objects.get_or_create(body=body, fiscal_year=year)
        last = _count_up(body, year)
    if last is None:
        raise AssertionError("a counter that was just made counts")
    return receipt_number(f"{body.code[:5]}-{FiscalYear(year).era_year:02d}", last)


@dataclass(frozen=True)
class _New:
    """All of a new application that can be worked out before its turn to be written comes."""

    application: Application
    secret: str
    who: queries.Who
    uploads: Sequence[tuple[str, str]]


def _new(
    plan: Compiled,
    *,
    version: ProcedureVersion,
    body: Body,
    answers: Mapping[str, Any],
    key: str,
    at: datetime,
    user: User | None,
    email: str,
    channel: str,
    is_demo: bool,
    arrived_at: datetime,
) -> _New:
    arrived_on = clock.day_of(arrived_at)
    secret = "" if user is not None else secret_for(key)
    who = queries.applicant_in(plan, answers)
    period = queries.processing_clock(plan.definition, queries.calendar_of(body.pk, at), arrived_on)
    application = Application(
        body=body,
        procedure_id=version.procedure_id,
        version=version,
        division=organization.successor_on(version.procedure.division, clock.day_of(at)),
        channel=channel,
        status=Status.SUBMITTED,
        user=user,
        secret_digest=queries.secret_digest(secret) if secret else "",
        idempotency_key=key,
        applicant_name=who.name[:200],
        applicant_email=(email or who.email)[:254],
        answers=dict(answers),
        answers_digest=digest_of(answers),
        fiscal_year=FiscalYear.of(arrived_on).start_year,
        arrived_at=arrived_at,
        is_demo=is_demo,
        due_on=None if period is None else period.due_on,
    )
    return _New(application, secret, who, queries.uploads_in(plan, answers))


def _store(new: _New, *, by: Actor, at: datetime, draft: ApplicationDraft | None) -> Receipt:
    """Write it. Runs in a transaction, and again when that failed through somebody else's fault."""
    application = new.application
    body = application.body
    application.number = _next_number(body, application.fiscal_year)
    application.search_text = search_text_of(application.number, new.who)
    insert(application)
    attach(application, new.uploads, at, owners=[application.idempotency_key])
    insert(
        StatusChange(
            application=application, verb="submit", status=Status.SUBMITTED, at=application.arrived_at
        )
    )
    insert(
        audit.build(
            "applications.application.submit",
            application,
            by=by,
            at=at,
            label=application.number,
            body=body.code,
            details={
                "procedure": application.version.procedure.code,
                "digest": application.answers_digest,
                "channel": application.channel,
            },
        )
    )
    events.publish(ApplicationSubmitted(application_id=application.pk), at=at, body=body.code)
    if draft is not None:
        delete(draft)
    return Receipt(application, new.secret, is_repeat=False)


def search_text_of(number: str, who: queries.Who) -> str:
    """What the inbox looks through."""
    return fold(f"{number} {who.name} {who.kana}")[:400]


def attach(
    application: Application, uploads: Sequence[tuple[str, str]], at: datetime, *, owners: Sequence[str]
) -> None:
    """Link the uploads named in the answers. Raises UnableToSubmit for one that is not clean or not of these owners."""
    if not uploads:
        return
    known = {
        str(pk)
        for pk in Upload.objects.filter(
            pk__in=[upload for _item, upload in uploads if _is_uuid(upload)],
            body=application.body,
            owner__in=list(owners),
            state=Upload.State.CLEAN,
        ).values_list("pk", flat=True)
    }
    lost = [item for item, upload in uploads if upload not in known]
    if lost:
        raise UnableToSubmit(
            [
                FieldError(item, "", "file_lost", _("ファイルを確認できません。もう一度付けてください。"))
                for item in lost
            ]
        )
    ApplicationDocument.objects.bulk_create(
        ApplicationDocument(application=application, item_id=item, upload_id=upload, added_at=at)
        for item, upload in uploads
    )


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True

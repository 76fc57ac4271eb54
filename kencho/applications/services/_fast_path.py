"""The hot insert: all rows of the applications that arrive together, in a few statements of constants.

The tables' own constraints hold here as everywhere; only the objects in between are left out. What can be worked out
before the turn to write comes stands in the ``Arrival``; what depends on that turn, the number, is given here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from kencho.applications import queries
from kencho.applications.events import ApplicationSubmitted
from kencho.applications.lookups import Place
from kencho.applications.models import Application, ApplicationDraft, ReceptionCounter, Status, StatusChange
from kencho.applications.services._attach import attach
from kencho.audit import services as audit
from kencho.foundation import events, sessions
from kencho.foundation.actors import Actor
from kencho.foundation.checkdigits import receipt_number
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.prepared import Insert, Statement, database, table_of
from kencho.foundation.text import fold

SUBMITTED = Status.SUBMITTED.value
_COUNT_UP = Statement(
    f"UPDATE {table_of(ReceptionCounter)} SET last = last + %s WHERE body_id = %s AND fiscal_year = %s RETURNING last"  # noqa: S608  # name of our own model
)
APPLICATION_COLUMNS = (
    "body_id",
    "procedure_id",
    "version_id",
    "division_id",
    "number",
    "channel",
    "status",
    "user_id",
    "secret_digest",
    "idempotency_key",
    "applicant_name",
    "applicant_email",
    "answers",
    "answers_digest",
    "search_text",
    "fiscal_year",
    "arrived_at",
    "due_on",
    "is_demo",
)
_APPLICATIONS = Insert(Application, APPLICATION_COLUMNS, echo=("number",))
_CHANGES = Insert(StatusChange, ("application_id", "verb", "status", "at"))
_DISCARD = Statement(f"DELETE FROM {table_of(ApplicationDraft)} WHERE id = %s")  # noqa: S608  # name of our own model
_draft_key = ApplicationDraft._meta.get_field("id").get_db_prep_value  # noqa: SLF001  # Django's documented model API


@dataclass(slots=True)
class Arrival:
    """An application that is about to arrive. ``number`` and ``pk`` are given when it is stored."""

    place: Place
    key: str
    by: Actor
    at: datetime
    arrived_at: datetime
    channel: str
    user_id: int | None
    secret: str
    who: queries.Who
    email: str
    answers: dict[str, Any]
    digest: str
    due_on: date | None
    is_demo: bool
    uploads: Sequence[tuple[str, str]]
    fiscal_year: int
    draft_id: UUID | None = None
    session: Callable[[str], sessions.Kept] | None = None
    secret_digest: str = field(init=False)
    number: str = ""
    pk: int = 0

    def __post_init__(self) -> None:
        self.secret_digest = queries.secret_digest(self.secret) if self.secret else ""

    def row(self) -> tuple[Any, ...]:
        """The values of ``APPLICATION_COLUMNS``."""
        place = self.place
        return (
            place.body_id,
            place.procedure_id,
            place.version_id,
            place.division_id,
            self.number,
            self.channel,
            SUBMITTED,
            self.user_id,
            self.secret_digest,
            self.key,
            self.who.name[:200],
            self.email[:254],
            self.answers,
            self.digest,
            search_text_of(self.number, self.who),
            self.fiscal_year,
            self.arrived_at,
            self.due_on,
            self.is_demo,
        )


def write(arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
    """Store them, in a transaction of the caller; again when that failed through somebody else's fault.

    Raises IntegrityError for a key that was used, UnableToSubmit for files that are lost, SessionEnded.
    """
    db = database()
    _give_numbers(arrivals, db)
    keys = {number: pk for pk, number in _APPLICATIONS.rows([each.row() for each in arrivals], db)}
    for each in arrivals:
        each.pk = keys[each.number]
        if each.uploads:
            attach(each.pk, each.place.body_id, each.uploads, each.at, owners=[each.key])
    _CHANGES.rows([(each.pk, "submit", SUBMITTED, each.arrived_at) for each in arrivals], db)
    audit.record_rows([_entry(each) for each in arrivals], db)
    events.publish_all(
        [(ApplicationSubmitted(application_id=each.pk), each.at, each.place.body_code) for each in arrivals],
        db,
    )
    if drafts := [(_draft_key(each.draft_id, db),) for each in arrivals if each.draft_id is not None]:
        _DISCARD.each(drafts, db)
    if held := [each.session(each.number) for each in arrivals if each.session is not None]:
        sessions.update(held, db)
    return arrivals


def _entry(arrival: Arrival) -> audit.Row:
    return audit.row_of(
        "applications.application.submit",
        "applications.application",
        str(arrival.pk),
        by=arrival.by,
        at=arrival.at,
        label=arrival.number,
        body=arrival.place.body_code,
        details={
            "procedure": arrival.place.procedure_code,
            "digest": arrival.digest,
            "channel": arrival.channel,
        },
    )


def _series(arrival: Arrival) -> tuple[int, int]:
    return arrival.place.body_id, arrival.fiscal_year


def _give_numbers(arrivals: Sequence[Arrival], db: BaseDatabaseWrapper) -> None:
    """The next reception numbers: body code (5), year of the era (2), serial, check digit (Damm)."""
    for (body_id, year), group in groupby(sorted(arrivals, key=_series), _series):
        several = list(group)
        last = _count_up(len(several), body_id, year, db)
        prefix = f"{several[0].place.body_code[:5]}-{FiscalYear(year).era_year:02d}"
        for serial, each in enumerate(several, last - len(several) + 1):
            each.number = receipt_number(prefix, serial)


def _count_up(count: int, body_id: int, year: int, db: BaseDatabaseWrapper) -> int:
    rows = _COUNT_UP.all([count, body_id, year], db)
    if not rows:
        ReceptionCounter.objects.get_or_create(body_id=body_id, fiscal_year=year)
        rows = _COUNT_UP.all([count, body_id, year], db)
    return int(rows[0][0])


def search_text_of(number: str, who: queries.Who) -> str:
    """What the inbox looks through."""
    return fold(f"{number} {who.name} {who.kana}")[:400]

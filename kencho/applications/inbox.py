"""The inbox of a division, read so that a page costs the same at a thousand and at a million applications.

Every list is walked along an index of ``Application`` and stops after one page. A set of statuses becomes one walk
per status, put together here, because no index holds several statuses in order of arrival. Conditions that no index
knows (words, a procedure, nobody in charge) are looked for in a window of the newest rows; the reader goes on from
there. ``queries.inbox`` says the same in one queryset: it is what tests compare with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import CombinedExpression, RawSQL

from kencho.applications.models import OPEN, Application, Status
from kencho.applications.queries import DUE_SOON_DAYS, InboxFilter
from kencho.foundation import keyset
from kencho.foundation.business_days import BusinessCalendar
from kencho.foundation.checkdigits import parse_receipt_number
from kencho.foundation.text import fold
from kencho.organization.models import StaffMember, Unit

PAGE_SIZE = 50
COUNT_CAP = 1_000
# Rows looked through at a time for what no index knows: about 30 ms.
WINDOW = 20_000
ORDER = ("-arrived_at", "-id")
DUE_ORDER = ("due_on", "id")
OPEN_STATUSES = tuple(status for status in Status.values if status in OPEN)
# Word for word the condition of the index ``inbox_due``; in another order SQLite would not recognise it.
RUNNING = ("submitted", "accepted", "in_review", "in_approval", "decided")
COLUMNS = (
    "id",
    "number",
    "procedure__title",
    "applicant_name",
    "status",
    "channel",
    "arrived_at",
    "due_on",
    "assignee__name",
    "is_demo",
)


@dataclass(frozen=True)
class InboxPage:
    """One page; ``older`` is the instant from which to look on when only the newest rows were looked through."""

    rows: list[Any]
    next_token: str | None = None
    previous_token: str | None = None
    older: datetime | None = None


@dataclass(frozen=True)
class Count:
    """How many, up to the cap; ``more`` when there are more than that."""

    number: int
    more: bool


def page(
    division: Unit,
    me: StaffMember,
    wanted: InboxFilter,
    *,
    due_edge: date,
    token: str | None = None,
    until: datetime | None = None,
) -> InboxPage:
    """A page of the division's inbox, newest arrival first; with a condition on the due date, the earliest due first.

    ``due_edge`` is the day before which an application counts as due (see ``due_edge``); ``until`` begins the window.
    """
    if wanted.due:
        rows = matching(division, me, wanted).filter(is_running(), due_on__lt=due_edge)
        return _plain(rows, DUE_ORDER, token)
    statuses = _statuses(wanted.status)
    person = wanted.assignee not in {"", "none"}
    if person or (statuses and set(statuses) <= OPEN):
        return _merged(
            matching(division, me, replace(wanted, status="")), statuses or tuple(Status.values), token
        )
    if _is_covered(wanted):
        return _plain(matching(division, me, wanted), ORDER, token)
    return _windowed(division, me, wanted, token, until)


def due_edge(wanted: InboxFilter, calendar: BusinessCalendar, today: date) -> date:
    """The first day that is no longer due: today for what is overdue, some business days later for what will be soon."""
    return calendar.add(today, DUE_SOON_DAYS) if wanted.due == "soon" else today


def matching(division: Unit, me: StaffMember, wanted: InboxFilter) -> QuerySet[Application]:
    """All that the filter asks for in a division, but for the due date."""
    found = _of(division, by_person=wanted.assignee not in {"", "none"})
    statuses = _statuses(wanted.status)
    if len(statuses) == 1:
        found = found.filter(status=statuses[0])
    elif statuses:
        found = found.filter(status__in=statuses)
    if wanted.procedure_id is not None:
        found = found.alias(of_procedure=_unindexed("procedure_id")).filter(of_procedure=wanted.procedure_id)
    return _with_words(_with_assignee(found, me, wanted.assignee), wanted.words)


def counts(division: Unit, calendar: BusinessCalendar, today: date) -> dict[str, Count]:
    """How many wait in each open status, and how many are overdue or due soon; one short index walk each."""
    rows = Application.objects.filter(division=division).order_by()
    found = {status: _capped(rows.filter(status=status)) for status in OPEN_STATUSES}
    for due in ("overdue", "soon"):
        edge = due_edge(InboxFilter(due=due), calendar, today)
        found[due] = _capped(rows.filter(is_running(), due_on__lt=edge))
    return found


def is_running() -> RawSQL:
    """The condition of the index ``inbox_due``, with its states spelt out.

    SQLite plans a statement before it knows the values of its parameters, so ``status__in=RUNNING`` cannot tell it that
    the index holds all that is asked for: it would look at each open application of the division.
    """
    states = ", ".join(f"'{state}'" for state in RUNNING)
    return RawSQL(f'"applications_application"."status" IN ({states})', (), output_field=BooleanField())  # noqa: S611  # constants


def total(found: Sequence[Count]) -> Count:
    """Several counts together."""
    number = sum(each.number for each in found)
    return Count(min(number, COUNT_CAP), number > COUNT_CAP or any(each.more for each in found))


def _capped(rows: QuerySet[Application]) -> Count:
    number = rows[: COUNT_CAP + 1].count()
    return Count(min(number, COUNT_CAP), number > COUNT_CAP)


def _statuses(wanted: str) -> tuple[str, ...]:
    if wanted == "open":
        return OPEN_STATUSES
    return (wanted,) if wanted in Status.values else ()


def _of(division: Unit, *, by_person: bool) -> QuerySet[Application]:
    if not by_person:
        return Application.objects.filter(division=division)
    return Application.objects.alias(in_division=_unindexed("division_id")).filter(in_division=division.pk)


def _unindexed(column: str) -> CombinedExpression:
    """The column as a sum, so that no database leaves the walk in order for the index of this column and sorts."""
    return F(column) + 0


def _with_assignee(rows: QuerySet[Application], me: StaffMember, assignee: str) -> QuerySet[Application]:
    if assignee == "none":
        return rows.filter(assignee__isnull=True)
    if assignee == "me":
        return rows.filter(assignee=me)
    if assignee:
        # The walk begins at the number itself: a subquery in its place would make the database sort.
        person = (
            StaffMember.objects.filter(body_id=me.body_id, number=assignee)
            .values_list("pk", flat=True)
            .first()
        )
        return rows.filter(assignee_id=person or 0)
    return rows


def _with_words(rows: QuerySet[Application], words: str) -> QuerySet[Application]:
    number = parse_receipt_number(words)
    if number is not None:
        return rows.filter(number=str(number))
    for word in words.split():
        rows = rows.filter(Q(search_text__contains=fold(word)) | Q(number__startswith=word))
    return rows


def _is_covered(wanted: InboxFilter) -> bool:
    """Whether an index answers the filter without looking at rows in vain."""
    free_words = wanted.words.strip() and parse_receipt_number(wanted.words) is None
    return not (free_words or wanted.procedure_id is not None or wanted.assignee == "none")


def _plain(rows: QuerySet[Application], order: Sequence[str], token: str | None) -> InboxPage:
    found = keyset.page(rows.values_list(*COLUMNS, named=True), order=order, after=token, size=PAGE_SIZE)
    return InboxPage(found.rows, found.next_token, found.previous_token)


def _merged(rows: QuerySet[Application], statuses: Sequence[str], token: str | None) -> InboxPage:
    """One page out of several walks: the best of each hold the best of all."""
    if len(statuses) == 1:
        return _plain(rows.filter(status=statuses[0]), ORDER, token)
    best: list[int] = []
    for status in statuses:
        walk = rows.filter(status=status).values_list("id", "arrived_at", named=True)
        # One more than a page, so that the last step sees whether there is a next page.
        best += [row.id for row in keyset.page(walk, order=ORDER, after=token, size=PAGE_SIZE + 1).rows]
    return _plain(Application.objects.filter(pk__in=best), ORDER, token)


def _windowed(
    division: Unit, me: StaffMember, wanted: InboxFilter, token: str | None, until: datetime | None
) -> InboxPage:
    """Look through the newest rows only, down to where ``older`` says."""
    walk = matching(division, me, InboxFilter(status=wanted.status))
    rows = matching(division, me, wanted)
    if until is not None:
        walk, rows = walk.filter(arrived_at__lt=until), rows.filter(arrived_at__lt=until)
    edge = walk.order_by(*ORDER).values_list("arrived_at", flat=True)[WINDOW : WINDOW + 1].first()
    if edge is None:
        return _plain(rows, ORDER, token)
    found = _plain(rows.filter(arrived_at__gte=edge), ORDER, token)
    return found if found.next_token else replace(found, older=edge)


def export_rows(
    division: Unit, me: StaffMember, wanted: InboxFilter, *, due_edge: date
) -> QuerySet[Application]:
    """Everything that the filter asks for, for an export."""
    rows = matching(division, me, wanted)
    if wanted.due:
        rows = rows.filter(is_running(), due_on__lt=due_edge)
    return rows.order_by(*ORDER)


def numbers_of(rows: QuerySet[Application]) -> Iterator[str]:
    """Reception numbers, for messages about several applications."""
    yield from rows.values_list("number", flat=True)

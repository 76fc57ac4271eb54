"""Reading applications: inbox, case, status page, counts."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from kencho.accounts.models import User
from kencho.applications.models import (
    OPEN,
    PAPER,
    AmendmentRequest,
    Application,
    ApplicationDocument,
    ApplicationDraft,
    Channel,
    Decision,
    Erasure,
    ErasureHold,
    Status,
)
from kencho.files.models import Upload
from kencho.foundation import clock, wareki
from kencho.foundation.business_days import BusinessCalendar, ProcessingClock
from kencho.foundation.checkdigits import parse_receipt_number
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.text import digits_ascii, fold
from kencho.organization import queries as organization
from kencho.organization.models import Body, StaffMember, Unit
from kencho.organization.queries import Desk
from kencho.procedures import queries as procedures
from kencho.procedures.definition import Compiled, Definition, FieldError, Item
from kencho.procedures.models import Procedure
from kencho.records.models import Record

DRAFT_DAYS: int = settings.DRAFT_DAYS
AMENDMENT_DAYS = 14
DUE_SOON_DAYS = 3


@dataclass(frozen=True)
class InboxFilter:
    """What the desk's inbox shows."""

    status: str = ""
    procedure_id: int | None = None
    assignee: str = ""  # "me", "none" or a staff number
    words: str = ""
    due: str = ""  # "overdue" or "soon"


def of_body(body: Body) -> QuerySet[Application]:
    """All applications of one body: the only door of staff to them."""
    return Application.objects.filter(body=body)


def visible_to(desk: Desk) -> QuerySet[Application]:
    """Applications that the desk may see: its division's, for auditors the whole body's."""
    found = of_body(desk.body)
    return found if desk.has_role("auditor") else found.filter(division=desk.division)


def inbox(desk: Desk, wanted: InboxFilter, today: date) -> QuerySet[Application]:
    """The inbox of the desk's division, newest arrival first."""
    found = visible_to(desk)
    if wanted.status == "open":
        found = found.filter(status__in=OPEN)
    elif wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.procedure_id is not None:
        found = found.filter(procedure_id=wanted.procedure_id)
    if wanted.assignee == "me":
        found = found.filter(assignee=desk.staff)
    elif wanted.assignee == "none":
        found = found.filter(assignee__isnull=True)
    elif wanted.assignee:
        found = found.filter(assignee__body=desk.body, assignee__number=wanted.assignee)
    if wanted.due:
        edge = (
            today
            if wanted.due == "overdue"
            else organization.calendar_of(desk.body).add(today, DUE_SOON_DAYS)
        )
        found = found.filter(due_on__lt=edge, status__in=OPEN - {Status.AWAITING_AMENDMENT})
    for word in wanted.words.split():
        found = found.filter(Q(search_text__contains=fold(word)) | Q(number__startswith=word))
    return found


def case(desk: Desk, pk: int) -> Application | None:
    """One application as the desk may see it, with what its page shows."""
    return (
        visible_to(desk)
        .select_related(
            "body", "procedure", "version", "division", "assignee", "decision", "notice", "user", "erasure"
        )
        .filter(pk=pk)
        .first()
    )


def compiled_of(application: Application) -> Compiled:
    """The definition under which the application was made."""
    return procedures.compiled_of(application.version)


def open_amendment(application: Application) -> AmendmentRequest | None:
    """What the applicant is to put right now, with its items. One that a withdrawal or refusal overtook asks nothing."""
    if application.status != Status.AWAITING_AMENDMENT:
        return None
    return application.amendment_requests.filter(answered_at__isnull=True).prefetch_related("items").first()


def mine(user: User) -> QuerySet[Application]:
    """Applications of an account, newest first."""
    return (
        Application.objects.filter(user=user)
        .select_related("body", "procedure", "division")
        .order_by("-arrived_at", "-id")
    )


def drafts_of(user: User, at: datetime) -> QuerySet[ApplicationDraft]:
    """Drafts of an account that are still kept."""
    return ApplicationDraft.objects.filter(user=user, expires_at__gt=at).select_related(
        "version__procedure", "body"
    )


def _with_hyphens(number: str) -> str:
    """A number typed as digits alone, in the groups in which it was printed: body, year, serial, check digit."""
    digits = "".join(c for c in digits_ascii(number) if c.isdigit())
    return f"{digits[:5]}-{digits[5:7]}-{digits[7:-1]}-{digits[-1:]}"


def by_number(number: str) -> Application | None:
    """The application of a reception number; hyphens, width and spaces forgiven."""
    parsed = parse_receipt_number(number) or parse_receipt_number(_with_hyphens(number))
    if parsed is None:
        return None
    return (
        Application.objects.select_related("body", "procedure", "version", "division", "decision", "notice")
        .filter(number=str(parsed))
        .first()
    )


def secret_digest(secret: str) -> str:
    """What is stored of a guest's code: a keyed hash."""
    plain = "".join(filter(str.isalnum, secret.upper()))
    return hmac.digest(_secret_key(settings.SECRET_KEY), plain.encode(), "sha256").hex()


@lru_cache(maxsize=4)
def _secret_key(secret: str) -> bytes:
    return hashlib.sha256(b"kencho.applications.secret\0" + secret.encode()).digest()


def knows_secret(application: Application, secret: str) -> bool:
    """Whether this is the code that was shown with the receipt."""
    return bool(application.secret_digest) and hmac.compare_digest(
        application.secret_digest, secret_digest(secret)
    )


@lru_cache(maxsize=512)
def _calendar(body_id: int, slot: int) -> BusinessCalendar:
    return organization.calendar_of(Body.objects.get(pk=body_id))


def calendar_of(body_id: int, at: datetime) -> BusinessCalendar:
    """The body's business calendar, read again every minute."""
    return _calendar(body_id, int(at.timestamp() // 60))


def processing_clock(
    definition: Definition,
    calendar: BusinessCalendar,
    arrived_on: date,
    pauses: Iterable[tuple[date, date | None]] = (),
) -> ProcessingClock | None:
    """The clock of the standard processing period（行政手続法第6条）, stopped during amendments; None when none is set."""
    period = definition.standard_processing_period
    if period is None:
        return None
    return ProcessingClock(
        calendar=calendar,
        start=arrived_on,
        period=period.total_days,
        count=period.count,
        pauses=tuple(pauses),
    )


def due_on(application: Application, at: datetime) -> date | None:
    """The last day of the standard processing period as pauses stand now; nothing when none is set or it stands still."""
    pauses = [
        (clock.day_of(p.paused_at), clock.day_of(p.resumed_at) if p.resumed_at else None)
        for p in application.pauses.all()
    ]
    running = processing_clock(
        compiled_of(application).definition,
        calendar_of(application.body_id, at),
        clock.day_of(application.arrived_at),
        pauses,
    )
    return None if running is None else running.due_on


@dataclass(frozen=True)
class Who:
    """The applicant as the answers name them."""

    name: str
    kana: str
    email: str


def applicant_in(plan: Compiled, answers: Mapping[str, Any]) -> Who:
    """Name (person, or organisation with its representative), reading and e-mail of the applicant."""
    name = plan.role(answers, "applicant_name")
    kana = ""
    if isinstance(name, dict):
        kana = "".join(str(name.get(part, "")) for part in ("family_kana", "given_kana"))
    shown = [plan.role_text(answers, role) for role in ("applicant_organization", "applicant_name")]
    return Who("　".join(text for text in shown if text), kana, plan.role_text(answers, "applicant_email"))


def notice_text(application: Application, kind: str, at: datetime, *, grounds: str = "") -> str:
    """The text of the notice for a kind of decision, filled from the application. Raises KeyError for an unknown kind."""
    plan = compiled_of(application)
    facts = {
        "申請者": application.applicant_name,
        "受付番号": application.number,
        "受付日": wareki.format(clock.day_of(application.arrived_at)),
        "手続名": plan.definition.title,
        "決定": plan.definition.flow.decision(kind).label,
        "決定日": wareki.format(clock.day_of(at)),
        "理由": grounds or "別記のとおり",
        "条件": "別記のとおり",
        "手数料": f"{plan.fee(application.answers) or 0:,}円",
        "担当課": application.division.name,
        # Known only to the drafter and at issuance: left for the drafter to write over.
        "文書番号": "（文書番号）",
        "有効期限": "（有効期限）",
    }
    return plan.notice(kind, application.answers, facts).strip()


def errors_that_count(plan: Compiled, errors: Iterable[FieldError], channel: str) -> list[FieldError]:
    """The errors that stand in the way. Who applies on paper need not have an e-mail address."""
    if channel not in PAPER:
        return list(errors)
    optional = {item.id for item in plan.definition.items() if item.role == "applicant_email"}
    return [one for one in errors if not (one.item_id in optional and one.code == "required")]


def uploads_in(plan: Compiled, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(item, upload id) of every file reference in the answers, those in repeating groups included."""
    found: list[tuple[str, str]] = []

    def look(item: Item, value: Any, path: str) -> None:
        if item.type == "attachment" and isinstance(value, list):
            found.extend((path, str(one["id"])) for one in value if isinstance(one, dict) and "id" in one)
        elif item.type == "group" and isinstance(value, list):
            for n, row in enumerate(value):
                for child in item.items:
                    look(
                        child, row.get(child.id) if isinstance(row, dict) else None, f"{path}.{n}.{child.id}"
                    )

    for item in plan.file_items:
        look(item, answers.get(item.id), item.id)
    return found


def works_in(staff: StaffMember, division: Unit, at: datetime) -> bool:
    """Whether a member of staff works in a division or below it at this time."""
    return organization.members_of(division, clock.day_of(at)).filter(pk=staff.pk).exists()


def received_in(year: FiscalYear, body: str) -> int:
    """Applications that arrived online in a fiscal year, later withdrawals included (rule BIND)."""
    return Application.objects.filter(
        body__code=body, fiscal_year=year.start_year, channel__in=[Channel.ONLINE, Channel.API]
    ).count()


def enterable(desk: Desk, at: datetime) -> list[Procedure]:
    """Procedures in force whose papers the desk's division enters."""
    found = (
        Procedure.objects.filter(
            body=desk.body, pk__in=procedures.versions_in_force(at).values("procedure_id")
        )
        .select_related("division__body", "body")
        .order_by("title")
    )
    return [
        each for each in found if organization.successor_on(each.division, desk.day).pk == desk.division.pk
    ]


def entries_of(staff: StaffMember, at: datetime) -> QuerySet[ApplicationDraft]:
    """Papers that a member of staff has begun to enter."""
    return (
        ApplicationDraft.objects.filter(entered_by=staff, expires_at__gt=at)
        .select_related("version__procedure__division", "version__procedure__body", "body")
        .order_by("-updated_at")
    )


def divisions_for_transfer(desk: Desk) -> QuerySet[Unit]:
    """Divisions of the body that can take over an application."""
    return organization.divisions_on(desk.body, desk.day).exclude(pk=desk.division.pk)


def to_erase(at: datetime) -> QuerySet[Application]:
    """Closed applications whose records have all reached the end of their retention period, and which nothing holds."""
    day = clock.day_of(at)
    over = Record.objects.filter(pk=OuterRef("record_id"), retain_until__lte=day)
    running = Record.objects.filter(pk=OuterRef("notice__record_id"), retain_until__gt=day)
    return (
        Application.objects.exclude(status__in=OPEN)
        .filter(Exists(over))
        .exclude(Exists(running))
        .exclude(Exists(Erasure.objects.filter(application=OuterRef("pk"))))
        .exclude(Exists(ErasureHold.objects.filter(application=OuterRef("pk"), ended_at__isnull=True)))
        .select_related("body")
    )


def decisions_of(application: Application) -> QuerySet[Decision]:
    """The decision of an application, as rows to change at once."""
    return Decision.objects.filter(application=application)


def unused_uploads(before: datetime) -> QuerySet[Upload]:
    """Uploads of before a time that belong to no application."""
    return Upload.objects.filter(uploaded_at__lt=before).exclude(
        Exists(ApplicationDocument.objects.filter(upload=OuterRef("pk")))
    )


def is_kept_draft(key: str) -> bool:
    """Whether this is the id of a draft that is still there."""
    try:
        return ApplicationDraft.objects.filter(pk=UUID(key)).exists()
    except ValueError:
        return False

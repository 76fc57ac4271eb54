"""Reading the register."""

from dataclasses import dataclass

from django.db.models import QuerySet

from kencho.organization.queries import Desk
from kencho.records.models import Classification, Record, SealUse

ADMINISTRATORS = ("records_admin", "auditor")


@dataclass(frozen=True)
class RegisterFilter:
    """What the register shows."""

    direction: str = ""
    fiscal_year: int | None = None
    words: str = ""


def visible_to(desk: Desk) -> QuerySet[Record]:
    """Records that the desk may see: its division's; for records administrators and auditors the whole body's."""
    found = Record.objects.filter(body=desk.body).select_related("division", "classification")
    return found if desk.has_role(*ADMINISTRATORS) else found.filter(division=desk.division)


def register(desk: Desk, wanted: RegisterFilter) -> QuerySet[Record]:
    """文書収受簿・施行簿, newest first."""
    found = visible_to(desk)
    if wanted.direction:
        found = found.filter(direction=wanted.direction)
    if wanted.fiscal_year is not None:
        found = found.filter(fiscal_year=wanted.fiscal_year)
    for word in wanted.words.split():
        found = found.filter(title__contains=word)
    return found


def seal_uses(desk: Desk) -> QuerySet[SealUse]:
    """公印使用簿 as far as the desk may see it, newest first."""
    return (
        SealUse.objects.filter(record__in=visible_to(desk))
        .select_related("record__division")
        .order_by("-used_at", "-id")
    )


def classifications(desk: Desk) -> QuerySet[Classification]:
    """文書分類表 of the body in force today."""
    return Classification.objects.filter(body=desk.body, valid_from__lte=desk.day, valid_to__isnull=True)

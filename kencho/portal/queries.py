"""What the front pages show: procedures by words, occasion and office."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from kencho.organization.models import Body, RoleAssignment, StaffMember, Unit
from kencho.organization.queries import staff_of, valid_on
from kencho.procedures import queries as procedures
from kencho.procedures.models import Procedure


@dataclass(frozen=True)
class Asked:
    """What a visitor looks for."""

    words: str = ""
    event: str = ""
    office: int | None = None

    @classmethod
    def of(cls, given: QueryDict) -> "Asked":
        """From the address of the page; nonsense is left out."""
        office = given.get("office", "")
        return cls(
            given.get("q", "").strip()[:100],
            given.get("event", "")[:40],
            int(office) if office.isascii() and office.isdigit() and len(office) < 10 else None,
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.words or self.event or self.office)


def find(body: Body | None, asked: Asked, at: datetime) -> list[Procedure]:
    """The procedures that fit."""
    return procedures.find(body, at, words=asked.words, life_event=asked.event, division_id=asked.office)


def life_events(body: Body | None, at: datetime) -> list[tuple[str, int]]:
    """Occasions (ライフイベント) with the number of procedures, the frequent ones first."""
    lists = procedures.listed(body, at).values_list("life_events", flat=True)
    counted = Counter(event for events in lists for event in events)
    return counted.most_common()


def offices(body: Body, at: datetime) -> list[Unit]:
    """Divisions of a body that have procedures."""
    ids = procedures.listed(body, at).values("division_id")
    return list(Unit.objects.filter(pk__in=ids).order_by("code"))


def watchers_of(body: Body, day: date) -> list[StaffMember]:
    """Who is told of damage to the audit log: those who may read it, on this day."""
    roles = (RoleAssignment.Role.SYSTEM_ADMIN, RoleAssignment.Role.AUDITOR)
    held = RoleAssignment.objects.filter(valid_on(day), role__in=roles)
    return list(staff_of(body, day).filter(pk__in=held.values("staff")).select_related("user").order_by("pk"))

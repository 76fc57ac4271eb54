"""Reading the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from kencho.audit.models import HEAD_ID, Entry, Head, SealedEntry

VERIFIED = "audit.log.verify"


@dataclass(frozen=True)
class Conditions:
    """What to look for; empty values ask for nothing. ``since`` is included, ``until`` is not."""

    subject: str = ""
    subject_type: str = ""
    actors: tuple[str, ...] = ()
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class LastCheck:
    """The newest nightly verification."""

    at: datetime
    entries: int
    findings: int


def entries_of(body: str, conditions: Conditions) -> QuerySet[Entry]:
    """Entries in the name of one body, the newest first. ``subject`` is a number as shown or as stored."""
    found = Entry.objects.filter(body=body).order_by("-at", "-id")
    exact = {
        "subject_type": conditions.subject_type,
        "action": conditions.action,
        "at__gte": conditions.since,
        "at__lt": conditions.until,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if conditions.actors:
        found = found.filter(actor_id__in=conditions.actors)
    if conditions.subject:
        found = found.filter(Q(subject_label=conditions.subject) | _stored_as(conditions))
    return found


def _stored_as(conditions: Conditions) -> Q:
    # Ids repeat across kinds of subjects, so they count only together with the kind.
    if not conditions.subject_type:
        return Q(pk__in=())
    return Q(subject_type=conditions.subject_type, subject_id=conditions.subject)


def history_of(subject_type: str, subject_id: str) -> QuerySet[Entry]:
    """Everything that was done to one thing, in order."""
    return Entry.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("id")


def sealed_among(ids: Iterable[int]) -> dict[int, int]:
    """Which of these entries are sealed: seal number by entry id."""
    return dict(SealedEntry.objects.filter(pk__in=list(ids)).values_list("pk", "seal_id"))


def head() -> Head | None:
    """The newest seal; None when the row was removed."""
    return Head.objects.filter(pk=HEAD_ID).first()


def last_check() -> LastCheck | None:
    """The newest nightly verification."""
    found = (
        Entry.objects.filter(subject_type="audit.head", subject_id=str(HEAD_ID), action=VERIFIED)
        .order_by("-id")
        .first()
    )
    if found is None:
        return None
    return LastCheck(found.at, int(found.details.get("entries", 0)), int(found.details.get("findings", 0)))

"""Facts that applications tell; each is the past participle of its verb."""

from dataclasses import dataclass
from datetime import date

from kencho.foundation.events import Event


@dataclass(frozen=True)
class ApplicationSubmitted(Event):
    """An application has arrived."""

    application_id: int


@dataclass(frozen=True)
class ApplicationAccepted(Event):
    """The office has taken it up."""

    application_id: int


@dataclass(frozen=True)
class AmendmentRequested(Event):
    """The applicant is asked to put something right."""

    application_id: int
    due_on: date


@dataclass(frozen=True)
class ApplicationAmended(Event):
    """The applicant answered the request."""

    application_id: int


@dataclass(frozen=True)
class ApplicationTransferred(Event):
    """Another division is in charge now."""

    application_id: int
    division_id: int


@dataclass(frozen=True)
class ApplicationWithdrawn(Event):
    """The applicant took it back."""

    application_id: int


@dataclass(frozen=True)
class ApplicationRefused(Event):
    """It was turned away without a decision on its matter."""

    application_id: int


@dataclass(frozen=True)
class ApplicationCompleted(Event):
    """A filing (届出) met its formal requirements; no decision follows."""

    application_id: int


@dataclass(frozen=True)
class ApplicationDecided(Event):
    """The decision is approved."""

    application_id: int
    kind: str


@dataclass(frozen=True)
class NoticeIssued(Event):
    """The notice lies ready for the applicant."""

    application_id: int
    notice_id: int

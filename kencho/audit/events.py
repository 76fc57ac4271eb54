"""Facts that the audit log tells."""

from dataclasses import dataclass

from kencho.foundation.events import Event


@dataclass(frozen=True)
class AuditSealed(Event):
    """A batch was sealed; its number and hash may be published (printed, sent to an auditor)."""

    number: int
    count: int
    hash: str


@dataclass(frozen=True)
class TamperingFound(Event):
    """The nightly verification found rows that were changed, removed or put in past the application."""

    findings: int
    first: str

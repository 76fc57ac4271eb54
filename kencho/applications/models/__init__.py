"""Applications from draft to issued notice, and to the end of their retention period."""

from kencho.applications.models._application import (
    OPEN,
    PAPER,
    TRANSITIONS,
    WITHDRAWABLE,
    Application,
    ApplicationDraft,
    Channel,
    ReceptionCounter,
    Status,
)
from kencho.applications.models._case import (
    AmendmentItem,
    AmendmentRequest,
    ApplicationDocument,
    ChecklistAnswer,
    ClockPause,
    Remark,
    StatusChange,
)
from kencho.applications.models._outcome import (
    Decision,
    Erasure,
    ErasureHold,
    Notice,
)

__all__ = [
    "OPEN",
    "PAPER",
    "TRANSITIONS",
    "WITHDRAWABLE",
    "AmendmentItem",
    "AmendmentRequest",
    "Application",
    "ApplicationDocument",
    "ApplicationDraft",
    "Channel",
    "ChecklistAnswer",
    "ClockPause",
    "Decision",
    "Erasure",
    "ErasureHold",
    "Notice",
    "ReceptionCounter",
    "Remark",
    "Status",
    "StatusChange",
]

"""Browser input of the desk → typed values, one form for one service."""

from kencho.applications.desk_forms._case import (
    AskAmendment,
    AskedLine,
    Assign,
    Checklist,
    DraftDecision,
    NewRemark,
    Refuse,
    StandardLine,
    Transfer,
    WithdrawFor,
)
from kencho.applications.desk_forms._inbox import BulkAssign, InboxForm

__all__ = [
    "AskAmendment",
    "AskedLine",
    "Assign",
    "BulkAssign",
    "Checklist",
    "DraftDecision",
    "InboxForm",
    "NewRemark",
    "Refuse",
    "StandardLine",
    "Transfer",
    "WithdrawFor",
]

"""Browser input of the desk → typed values, one form for one service."""

from kencho.applications.desk_forms._case import (
    AskAmendment,
    Assign,
    AskedLine,
    Checklist,
    DraftDecision,
    NewRemark,
    Refuse,
    StandardLine,
    Transfer,
    WithdrawFor,
)
from kencho.applications.desk_forms._entry import ConfirmImport, Enter, ImportFile
from kencho.applications.desk_forms._inbox import BulkAssign, Export, InboxForm

__all__ = [
    "AskAmendment",
    "AskedLine",
    "Assign",
    "BulkAssign",
    "Checklist",
    "ConfirmImport",
    "DraftDecision",
    "Enter",
    "Export",
    "ImportFile",
    "InboxForm",
    "NewRemark",
    "Refuse",
    "StandardLine",
    "Transfer",
    "WithdrawFor",
]

"""Writes of applications: one function per verb of the office."""

from kencho.applications.services._amend import (
    AskedItem,
    UnableToAmend,
    UnableToRequestAmendment,
    amend,
    request_amendment,
)
from kencho.applications.services._attach import UnableToSubmit
from kencho.applications.services._bulk import BulkOutcome, bulk_accept, bulk_assign
from kencho.applications.services._close import GroundsMissing, complete, refuse, withdraw
from kencho.applications.services._common import UnableToMove
from kencho.applications.services._decide import (
    UnknownDecision,
    decide,
    draft_decision,
    resume_approval,
    submit_for_approval,
    take_back_from_approval,
)
from kencho.applications.services._drafts import (
    DraftMovedOn,
    begin_draft,
    discard_draft,
    erase_expired_drafts,
    save_draft,
)
from kencho.applications.services._entry import (
    EntryRefused,
    begin_entry,
    enter_paper,
    file_scan,
    submit_entry,
)
from kencho.applications.services._examine import (
    UnableToAssign,
    UnableToTransfer,
    UnknownStandard,
    accept,
    answer_checklist,
    assign,
    remark,
    review,
    transfer,
)
from kencho.applications.services._fast_path import Arrival
from kencho.applications.services._issue import issue, note_fetched
from kencho.applications.services._leftovers import erase_unused_uploads
from kencho.applications.services._receive import enter_arrived, enter_in_register
from kencho.applications.services._retention import (
    ErasureRun,
    UnableToErase,
    UnableToHold,
    end_hold,
    erase,
    erase_expired,
    hold_erasure,
)
from kencho.applications.services._submit import (
    Receipt,
    ReceptionClosed,
    prepare,
    secret_for,
    store,
    submit,
)
from kencho.applications.services._table import (
    ARRIVED,
    MAX_LINES,
    TableLine,
    TableOutcome,
    TablePlan,
    UnableToImport,
    plan_import,
    run_import,
    start_import,
)

__all__ = [
    "ARRIVED",
    "MAX_LINES",
    "Arrival",
    "AskedItem",
    "BulkOutcome",
    "DraftMovedOn",
    "EntryRefused",
    "ErasureRun",
    "GroundsMissing",
    "Receipt",
    "ReceptionClosed",
    "TableLine",
    "TableOutcome",
    "TablePlan",
    "UnableToAmend",
    "UnableToAssign",
    "UnableToErase",
    "UnableToHold",
    "UnableToImport",
    "UnableToMove",
    "UnableToRequestAmendment",
    "UnableToSubmit",
    "UnableToTransfer",
    "UnknownDecision",
    "UnknownStandard",
    "accept",
    "amend",
    "answer_checklist",
    "assign",
    "begin_draft",
    "begin_entry",
    "bulk_accept",
    "bulk_assign",
    "complete",
    "decide",
    "discard_draft",
    "draft_decision",
    "end_hold",
    "enter_arrived",
    "enter_in_register",
    "enter_paper",
    "erase",
    "erase_expired",
    "erase_expired_drafts",
    "erase_unused_uploads",
    "file_scan",
    "hold_erasure",
    "issue",
    "note_fetched",
    "plan_import",
    "prepare",
    "refuse",
    "remark",
    "request_amendment",
    "resume_approval",
    "review",
    "run_import",
    "save_draft",
    "secret_for",
    "start_import",
    "store",
    "submit",
    "submit_entry",
    "submit_for_approval",
    "take_back_from_approval",
    "transfer",
    "withdraw",
]

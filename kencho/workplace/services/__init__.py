"""Writes: one function per verb of the office, each checked, audited and told."""

from kencho.workplace import acts as acts  # the audit log learns the sentences of this app's acts
from kencho.workplace.services._deciding import (
    BulkOutcome,
    UnableToDecide,
    approve_plan,
    bulk_approve,
    refuse_plan,
)
from kencho.workplace.services._desks import (
    OfficeText,
    UnableToBook,
    UnableToCancelBooking,
    UnableToSaveOffice,
    book_desk,
    cancel_booking,
    save_desk,
    save_office,
)
from kencho.workplace.services._errors import Reason, UnableTo
from kencho.workplace.services._ledger import UnableToDecideSplit, decide_split
from kencho.workplace.services._plans import (
    UnableToCancelDay,
    UnableToPlan,
    UnableToSubmit,
    WantedDay,
    cancel_day,
    findings_of,
    release_after_move,
    save_plan,
    submit_plan,
)
from kencho.workplace.services._retention import erase_logs, kept_from
from kencho.workplace.services._rules import UnableToSaveRule, export_rule, save_rule
from kencho.workplace.services._sessions import (
    UnableToCorrect,
    UnableToEnd,
    UnableToRecord,
    UnableToStart,
    cancel_session,
    correct_session,
    end_session,
    record_session,
    start_session,
)

__all__ = [
    "BulkOutcome",
    "OfficeText",
    "Reason",
    "UnableTo",
    "UnableToBook",
    "UnableToCancelBooking",
    "UnableToCancelDay",
    "UnableToCorrect",
    "UnableToDecide",
    "UnableToDecideSplit",
    "UnableToEnd",
    "UnableToPlan",
    "UnableToRecord",
    "UnableToSaveOffice",
    "UnableToSaveRule",
    "UnableToStart",
    "UnableToSubmit",
    "WantedDay",
    "approve_plan",
    "book_desk",
    "bulk_approve",
    "cancel_booking",
    "cancel_day",
    "cancel_session",
    "correct_session",
    "decide_split",
    "end_session",
    "erase_logs",
    "export_rule",
    "findings_of",
    "kept_from",
    "record_session",
    "refuse_plan",
    "release_after_move",
    "save_desk",
    "save_office",
    "save_plan",
    "save_rule",
    "start_session",
    "submit_plan",
]

"""Writes, one function per office verb: check, change, audit, tell. Every refusal is an ``UnableTo`` with its reason."""

from kencho.approvals.services._absences import (
    UnableToEndAbsence,
    UnableToRegisterAbsence,
    end_absence,
    register_absence,
)
from kencho.approvals.services._bulk import BulkOutcome, bulk_approve
from kencho.approvals.services._deciding import (
    UnableToApprove,
    UnableToRemark,
    UnableToReview,
    UnableToSendBack,
    UnableToTakeBack,
    approve,
    remark,
    review,
    send_back,
    take_back,
)
from kencho.approvals.services._erasing import UnableToErase, erase_content
from kencho.approvals.services._errors import Reason, UnableTo
from kencho.approvals.services._loading import load_routes
from kencho.approvals.services._planning import UnableToRequestApproval
from kencho.approvals.services._requesting import (
    Revision,
    Subject,
    UnableToDiscard,
    UnableToPullBack,
    UnableToResubmit,
    discard,
    pull_back,
    request_approval,
    resubmit,
)
from kencho.approvals.services._rules import (
    StepSpec,
    UnableToEndRule,
    UnableToSaveRoute,
    UnableToSetRule,
    end_rule,
    save_matter,
    save_route,
    set_rule,
)

__all__ = [
    "BulkOutcome",
    "Reason",
    "Revision",
    "StepSpec",
    "Subject",
    "UnableTo",
    "UnableToApprove",
    "UnableToDiscard",
    "UnableToEndAbsence",
    "UnableToEndRule",
    "UnableToErase",
    "UnableToPullBack",
    "UnableToRegisterAbsence",
    "UnableToRemark",
    "UnableToRequestApproval",
    "UnableToResubmit",
    "UnableToReview",
    "UnableToSaveRoute",
    "UnableToSendBack",
    "UnableToSetRule",
    "UnableToTakeBack",
    "approve",
    "bulk_approve",
    "discard",
    "end_absence",
    "end_rule",
    "erase_content",
    "load_routes",
    "pull_back",
    "register_absence",
    "remark",
    "request_approval",
    "resubmit",
    "review",
    "save_matter",
    "save_route",
    "send_back",
    "set_rule",
    "take_back",
]

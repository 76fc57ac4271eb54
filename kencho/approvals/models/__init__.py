"""Tables of the app: rules that stand (routes, delegated decisions, absences) and cases that move (requests)."""

from kencho.approvals.models._absences import Absence
from kencho.approvals.models._requests import (
    OPEN_STEP_STATES,
    ApprovalRequest,
    ApprovalRound,
    ApprovalStep,
    Capacity,
    Remark,
    RequestState,
    SkipReason,
    StepState,
)
from kencho.approvals.models._rules import (
    DelegationRule,
    DelegationSubstitute,
    Matter,
    Place,
    Route,
    RouteStep,
    StepRole,
)

__all__ = [
    "OPEN_STEP_STATES",
    "Absence",
    "ApprovalRequest",
    "ApprovalRound",
    "ApprovalStep",
    "Capacity",
    "DelegationRule",
    "DelegationSubstitute",
    "Matter",
    "Place",
    "Remark",
    "RequestState",
    "Route",
    "RouteStep",
    "SkipReason",
    "StepRole",
    "StepState",
]

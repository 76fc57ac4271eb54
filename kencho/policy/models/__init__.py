"""Plans, their tree, indicators with targets and actuals, the sheet of each year, and the frozen past."""

from kencho.policy.models._append import AppendOnlyError
from kencho.policy.models._drift import DriftReport
from kencho.policy.models._indicators import (
    Actual,
    ActualStatus,
    Baseline,
    Indicator,
    IndicatorDefinition,
    MissingReason,
    Target,
)
from kencho.policy.models._plans import DesiredState, NodeLead, Plan, PolicyNode
from kencho.policy.models._sheets import (
    BudgetLine,
    DirectionLine,
    ExternalComment,
    Issue,
    Judgement,
    ProjectLine,
    SheetRevision,
)
from kencho.policy.models._snapshots import Snapshot, SnapshotLeaves

__all__ = [
    "Actual",
    "ActualStatus",
    "AppendOnlyError",
    "Baseline",
    "BudgetLine",
    "DesiredState",
    "DirectionLine",
    "DriftReport",
    "ExternalComment",
    "Indicator",
    "IndicatorDefinition",
    "Issue",
    "Judgement",
    "MissingReason",
    "NodeLead",
    "Plan",
    "PolicyNode",
    "ProjectLine",
    "SheetRevision",
    "Snapshot",
    "SnapshotLeaves",
    "Target",
]

"""Browser input → typed values, one form for one service."""

from kencho.policy.forms._fields import NumberField, YearField
from kencho.policy.forms._indicators import (
    ChangeForm,
    DefinitionForm,
    IndicatorForm,
    RecordForm,
    TargetsForm,
)
from kencho.policy.forms._judging import CommentForm, ImportForm, JudgementForm, RevisionForm
from kencho.policy.forms._lines import BudgetForm, DirectionForm, IssueForm, ProjectForm
from kencho.policy.forms._plans import DesiredStateForm, NodeForm, PlanForm

__all__ = [
    "BudgetForm",
    "ChangeForm",
    "CommentForm",
    "DefinitionForm",
    "DesiredStateForm",
    "DirectionForm",
    "ImportForm",
    "IndicatorForm",
    "IssueForm",
    "JudgementForm",
    "NodeForm",
    "NumberField",
    "PlanForm",
    "ProjectForm",
    "RecordForm",
    "RevisionForm",
    "TargetsForm",
    "YearField",
]

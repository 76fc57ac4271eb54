"""Pages of policy evaluation: for the public, and for the desk of planning staff."""

from kencho.policy.views._actuals import (
    actual_change,
    actual_confirm,
    actual_freeze,
    actual_record,
    figure_desk,
)
from kencho.policy.views._evidence import (
    figure_desk_rows,
    figure_rows,
    figure_show,
    snapshot_desk,
    snapshot_desk_rows,
    snapshot_recompute,
    snapshot_rows,
    snapshot_show,
)
from kencho.policy.views._exchange import drift_report, sheet_import, sheet_yaml
from kencho.policy.views._indicators import (
    binding_edit,
    indicator_create,
    indicator_desk,
    indicator_edit,
    targets_edit,
)
from kencho.policy.views._judging import comment_create, judgement_edit
from kencho.policy.views._lines import budget_edit, budget_remove, line_edit, line_remove, lines_show
from kencho.policy.views._measure import desired_state_edit, measure_desk, measure_file
from kencho.policy.views._plans import desk_list, node_create, node_edit, plan_create, plan_edit, plan_show
from kencho.policy.views._public import measure_show, policy_list, sheet_file, sheet_show
from kencho.policy.views._revisions import revision_create, revision_file, revision_show, revision_submit

__all__ = [
    "actual_change",
    "actual_confirm",
    "actual_freeze",
    "actual_record",
    "binding_edit",
    "budget_edit",
    "budget_remove",
    "comment_create",
    "desired_state_edit",
    "desk_list",
    "drift_report",
    "figure_desk",
    "figure_desk_rows",
    "figure_rows",
    "figure_show",
    "indicator_create",
    "indicator_desk",
    "indicator_edit",
    "judgement_edit",
    "line_edit",
    "line_remove",
    "lines_show",
    "measure_desk",
    "measure_file",
    "measure_show",
    "node_create",
    "node_edit",
    "plan_create",
    "plan_edit",
    "plan_show",
    "policy_list",
    "revision_create",
    "revision_file",
    "revision_show",
    "revision_submit",
    "sheet_file",
    "sheet_import",
    "sheet_show",
    "sheet_yaml",
    "snapshot_desk",
    "snapshot_desk_rows",
    "snapshot_recompute",
    "snapshot_rows",
    "snapshot_show",
    "targets_edit",
]

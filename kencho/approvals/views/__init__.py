"""Pages of the desk: the inbox, one case, absences, and the standing rules."""

from kencho.approvals.views._absences import absence_create, absence_end, absence_list
from kencho.approvals.views._acts import (
    approval_approve,
    approval_discard,
    approval_pull_back,
    approval_remark,
    approval_resubmit,
    approval_review,
    approval_send_back,
    approval_take_back,
)
from kencho.approvals.views._case import approval_show
from kencho.approvals.views._inbox import approvals_bulk_approve, approvals_waiting
from kencho.approvals.views._routes import route_create, route_edit, route_list
from kencho.approvals.views._rules import rule_create, rule_end, rule_list

__all__ = [
    "absence_create",
    "absence_end",
    "absence_list",
    "approval_approve",
    "approval_discard",
    "approval_pull_back",
    "approval_remark",
    "approval_resubmit",
    "approval_review",
    "approval_send_back",
    "approval_show",
    "approval_take_back",
    "approvals_bulk_approve",
    "approvals_waiting",
    "route_create",
    "route_edit",
    "route_list",
    "rule_create",
    "rule_end",
    "rule_list",
]

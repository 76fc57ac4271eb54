"""Pages of the organisation: read by all staff of the body, changed by its administrators."""

from kencho.organization.views._calendar import closed_day_add, closed_day_list, closed_day_remove
from kencho.organization.views._imports import staff_export, staff_import, staff_import_apply
from kencho.organization.views._staff import (
    assignment_end,
    role_grant,
    role_revoke,
    staff_account,
    staff_add,
    staff_concurrent,
    staff_detail,
    staff_edit,
    staff_list,
    staff_reassign,
    staff_retire,
)
from kencho.organization.views._units import (
    body_edit,
    body_list,
    post_switch,
    reorganisation,
    unit_add,
    unit_close,
    unit_detail,
    unit_edit,
    unit_rename,
    unit_tree,
)

__all__ = [
    "assignment_end",
    "body_edit",
    "body_list",
    "closed_day_add",
    "closed_day_list",
    "closed_day_remove",
    "post_switch",
    "reorganisation",
    "role_grant",
    "role_revoke",
    "staff_account",
    "staff_add",
    "staff_concurrent",
    "staff_detail",
    "staff_edit",
    "staff_export",
    "staff_import",
    "staff_import_apply",
    "staff_list",
    "staff_reassign",
    "staff_retire",
    "unit_add",
    "unit_close",
    "unit_detail",
    "unit_edit",
    "unit_rename",
    "unit_tree",
]

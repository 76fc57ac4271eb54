"""Pages of telework: my days, what waits for me, the division, desks, rules, figures."""

from kencho.workplace.views._approvals import (
    telework_approvals,
    telework_approve,
    telework_bulk_approve,
    telework_refuse,
    telework_review,
)
from kencho.workplace.views._desks import (
    desk_book,
    desk_cancel,
    office_create,
    office_edit,
    office_list,
    telework_desks,
)
from kencho.workplace.views._division import telework_calendar, telework_export, telework_record
from kencho.workplace.views._figures import split_decide, telework_figures, unit_days_export
from kencho.workplace.views._mine import (
    session_cancel,
    session_correct,
    telework_end,
    telework_home,
    telework_start,
)
from kencho.workplace.views._plan import day_cancel, telework_plan
from kencho.workplace.views._rules import rule_edit, rule_export, rule_list, rule_show

__all__ = [
    "day_cancel",
    "desk_book",
    "desk_cancel",
    "office_create",
    "office_edit",
    "office_list",
    "rule_edit",
    "rule_export",
    "rule_list",
    "rule_show",
    "session_cancel",
    "session_correct",
    "split_decide",
    "telework_approvals",
    "telework_approve",
    "telework_bulk_approve",
    "telework_calendar",
    "telework_desks",
    "telework_end",
    "telework_export",
    "telework_figures",
    "telework_home",
    "telework_plan",
    "telework_record",
    "telework_refuse",
    "telework_review",
    "telework_start",
    "unit_days_export",
]

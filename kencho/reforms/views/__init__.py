"""Pages of the desk: hours saved, and how they were measured."""

from kencho.reforms.views._baselines import (
    sample_withdraw,
    study_create,
    study_show,
    study_withdraw,
    timing_discard,
    timing_pause,
    timing_resume,
    timing_start,
    timing_stop,
)
from kencho.reforms.views._deductions import deduction_create, deduction_withdraw
from kencho.reforms.views._reforms import case_list, reform_create, reform_edit, reform_list, reform_show

__all__ = [
    "case_list",
    "deduction_create",
    "deduction_withdraw",
    "reform_create",
    "reform_edit",
    "reform_list",
    "reform_show",
    "sample_withdraw",
    "study_create",
    "study_show",
    "study_withdraw",
    "timing_discard",
    "timing_pause",
    "timing_resume",
    "timing_start",
    "timing_stop",
]

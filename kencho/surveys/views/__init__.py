"""Pages of staff surveys."""

from kencho.surveys.views._answering import survey_answer, survey_list, survey_thanks
from kencho.surveys.views._cycles import (
    cycle_approve,
    cycle_close,
    cycle_create,
    cycle_manage,
    cycle_open,
    cycle_publish,
    cycle_remind,
    cycle_take_back,
    text_review,
)
from kencho.surveys.views._programs import (
    program_create,
    program_list,
    program_show,
    program_trend,
    version_begin,
)
from kencho.surveys.views._questionnaires import (
    question_add,
    question_edit,
    question_move,
    questionnaire_edit,
    questionnaire_export,
    questionnaire_import,
    questionnaire_show,
)
from kencho.surveys.views._receipts import receipt_check, receipt_list
from kencho.surveys.views._results import results_export, survey_results

__all__ = [
    "cycle_approve",
    "cycle_close",
    "cycle_create",
    "cycle_manage",
    "cycle_open",
    "cycle_publish",
    "cycle_remind",
    "cycle_take_back",
    "program_create",
    "program_list",
    "program_show",
    "program_trend",
    "question_add",
    "question_edit",
    "question_move",
    "questionnaire_edit",
    "questionnaire_export",
    "questionnaire_import",
    "questionnaire_show",
    "receipt_check",
    "receipt_list",
    "results_export",
    "survey_answer",
    "survey_list",
    "survey_results",
    "survey_thanks",
    "text_review",
    "version_begin",
]

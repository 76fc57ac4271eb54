"""Addresses of staff surveys."""

from django.urls import path

from kencho.surveys import views

app_name = "surveys"
_PROGRAM = "desk/surveys/programs/<slug:code>/"
_VERSION = _PROGRAM + "versions/<int:version>/"
_CYCLE = "desk/surveys/<uuid:key>/"
urlpatterns = [
    path("desk/surveys/", views.survey_list, name="survey_list"),
    path("desk/surveys/programs/", views.program_list, name="program_list"),
    path("desk/surveys/programs/new/", views.program_create, name="program_create"),
    path(_PROGRAM, views.program_show, name="program_show"),
    path(_PROGRAM + "trend/", views.program_trend, name="program_trend"),
    path(_PROGRAM + "versions/new/", views.version_begin, name="version_begin"),
    path(_PROGRAM + "cycles/new/", views.cycle_create, name="cycle_create"),
    path(_VERSION, views.questionnaire_show, name="questionnaire_show"),
    path(_VERSION + "questionnaire.yaml", views.questionnaire_export, name="questionnaire_export"),
    path(_VERSION + "edit/", views.questionnaire_edit, name="questionnaire_edit"),
    path(_VERSION + "import/", views.questionnaire_import, name="questionnaire_import"),
    path(_VERSION + "questions/new/", views.question_add, name="question_add"),
    path(_VERSION + "questions/<slug:question>/", views.question_edit, name="question_edit"),
    path(_VERSION + "questions/<slug:question>/move/", views.question_move, name="question_move"),
    path(_CYCLE + "answer/", views.survey_answer, name="survey_answer"),
    path(_CYCLE + "thanks/", views.survey_thanks, name="survey_thanks"),
    path(_CYCLE + "receipt/", views.receipt_check, name="receipt_check"),
    path(_CYCLE + "receipts.txt", views.receipt_list, name="receipt_list"),
    path(_CYCLE + "manage/", views.cycle_manage, name="cycle_manage"),
    path(_CYCLE + "approve/", views.cycle_approve, name="cycle_approve"),
    path(_CYCLE + "take-back/", views.cycle_take_back, name="cycle_take_back"),
    path(_CYCLE + "open/", views.cycle_open, name="cycle_open"),
    path(_CYCLE + "remind/", views.cycle_remind, name="cycle_remind"),
    path(_CYCLE + "close/", views.cycle_close, name="cycle_close"),
    path(_CYCLE + "publish/", views.cycle_publish, name="cycle_publish"),
    path(_CYCLE + "texts/", views.text_review, name="text_review"),
    path(_CYCLE + "results/", views.survey_results, name="survey_results"),
    path(_CYCLE + "results/export/", views.results_export, name="results_export"),
]

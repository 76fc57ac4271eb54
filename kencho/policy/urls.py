"""Addresses of policy evaluation. The desk comes first: its name would also fit where the name of a body stands."""

from django.urls import path

from kencho.policy import views

app_name = "policy"
_PLAN = "desk/policy/plans/<slug:plan>/"
_MEASURE = "desk/policy/measures/<int:pk>/"
_LINES = _MEASURE + "sheets/<int:year>/"
_INDICATOR = "desk/policy/indicators/<int:pk>/"
_FIGURE = _INDICATOR + "years/<int:year>/"
_SNAPSHOT = "desk/policy/snapshots/<int:pk>/"
_REVISION = "desk/policy/revisions/<int:pk>/"
_PUBLIC = "<slug:body>/policy/"
_ONE = _PUBLIC + "<str:code>/"
_SHEET = _ONE + "sheets/<int:year>/<int:number>/"
_EVIDENCE = _ONE + "figures/<slug:figure>/<int:year>/"
urlpatterns = [
    path("desk/policy/", views.desk_list, name="desk_list"),
    path("desk/policy/import/", views.sheet_import, name="sheet_import"),
    path("desk/policy/drift/", views.drift_report, name="drift_report"),
    path("desk/policy/plans/new/", views.plan_create, name="plan_create"),
    path(_PLAN, views.plan_show, name="plan_show"),
    path(_PLAN + "edit/", views.plan_edit, name="plan_edit"),
    path(_PLAN + "nodes/new/", views.node_create, name="node_create"),
    path("desk/policy/nodes/<int:pk>/", views.node_edit, name="node_edit"),
    path(_MEASURE, views.measure_desk, name="measure_desk"),
    path(_MEASURE + "desired-state/", views.desired_state_edit, name="desired_state_edit"),
    path(_MEASURE + "indicators/new/", views.indicator_create, name="indicator_create"),
    path(_MEASURE + "revisions/new/", views.revision_create, name="revision_create"),
    path(_MEASURE + "judgements/<int:year>/", views.judgement_edit, name="judgement_edit"),
    path(_MEASURE + "judgements/<int:year>/comments/new/", views.comment_create, name="comment_create"),
    path(_LINES, views.lines_show, name="lines_show"),
    path(_LINES + "sheet.yaml", views.sheet_yaml, name="sheet_yaml"),
    path(_LINES + "files/<slug:form>/", views.measure_file, name="measure_file"),
    path(_LINES + "<slug:kind>/<int:number>/", views.line_edit, name="line_edit"),
    path(_LINES + "<slug:kind>/<int:number>/remove/", views.line_remove, name="line_remove"),
    path("desk/policy/projects/<int:pk>/budgets/", views.budget_edit, name="budget_edit"),
    path("desk/policy/budgets/<int:pk>/remove/", views.budget_remove, name="budget_remove"),
    path(_INDICATOR, views.indicator_desk, name="indicator_desk"),
    path(_INDICATOR + "edit/", views.indicator_edit, name="indicator_edit"),
    path(_INDICATOR + "binding/", views.binding_edit, name="binding_edit"),
    path(_INDICATOR + "targets/", views.targets_edit, name="targets_edit"),
    path(_FIGURE, views.figure_desk, name="figure_desk"),
    path(_FIGURE + "rows/", views.figure_desk_rows, name="figure_desk_rows"),
    path(_FIGURE + "freeze/", views.actual_freeze, name="actual_freeze"),
    path(_FIGURE + "confirm/", views.actual_confirm, name="actual_confirm"),
    path(_FIGURE + "record/", views.actual_record, name="actual_record"),
    path(_FIGURE + "change/", views.actual_change, name="actual_change"),
    path(_SNAPSHOT, views.snapshot_desk, name="snapshot_desk"),
    path(_SNAPSHOT + "rows/", views.snapshot_desk_rows, name="snapshot_desk_rows"),
    path(_SNAPSHOT + "recompute/", views.snapshot_recompute, name="snapshot_recompute"),
    path(_REVISION, views.revision_show, name="revision_show"),
    path(_REVISION + "files/<slug:form>/", views.revision_file, name="revision_file"),
    path(_REVISION + "submit/", views.revision_submit, name="revision_submit"),
    path(_PUBLIC, views.policy_list, name="policy_list"),
    path(_PUBLIC + "snapshots/<int:pk>/", views.snapshot_show, name="snapshot_show"),
    path(_PUBLIC + "snapshots/<int:pk>/rows/", views.snapshot_rows, name="snapshot_rows"),
    path(_ONE, views.measure_show, name="measure_show"),
    path(_SHEET, views.sheet_show, name="sheet_show"),
    path(_SHEET + "files/<slug:form>/", views.sheet_file, name="sheet_file"),
    path(_EVIDENCE, views.figure_show, name="figure_show"),
    path(_EVIDENCE + "rows/", views.figure_rows, name="figure_rows"),
]

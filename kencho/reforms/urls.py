"""Addresses of the app; names are those of the views."""

from django.urls import path

from kencho.reforms import views

app_name = "reforms"
DESK = "desk/reforms/"
urlpatterns = [
    path(DESK, views.reform_list, name="reform_list"),
    path(f"{DESK}create/", views.reform_create, name="reform_create"),
    path(f"{DESK}<int:pk>/", views.reform_show, name="reform_show"),
    path(f"{DESK}<int:pk>/edit/", views.reform_edit, name="reform_edit"),
    path(f"{DESK}<int:pk>/cases/", views.case_list, name="case_list"),
    path(f"{DESK}<int:pk>/baselines/create/", views.study_create, name="study_create"),
    path(f"{DESK}<int:pk>/deductions/create/", views.deduction_create, name="deduction_create"),
    path(f"{DESK}baselines/<int:pk>/", views.study_show, name="study_show"),
    path(f"{DESK}baselines/<int:pk>/withdraw/", views.study_withdraw, name="study_withdraw"),
    path(f"{DESK}baselines/<int:pk>/timing/start/", views.timing_start, name="timing_start"),
    path(f"{DESK}baselines/<int:pk>/timing/pause/", views.timing_pause, name="timing_pause"),
    path(f"{DESK}baselines/<int:pk>/timing/resume/", views.timing_resume, name="timing_resume"),
    path(f"{DESK}baselines/<int:pk>/timing/stop/", views.timing_stop, name="timing_stop"),
    path(f"{DESK}baselines/<int:pk>/timing/discard/", views.timing_discard, name="timing_discard"),
    path(f"{DESK}samples/<int:pk>/withdraw/", views.sample_withdraw, name="sample_withdraw"),
    path(f"{DESK}deductions/<int:pk>/withdraw/", views.deduction_withdraw, name="deduction_withdraw"),
]

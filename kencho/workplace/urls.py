"""Addresses of the app; names are those of the views."""

from django.urls import path

from kencho.workplace import views

app_name = "workplace"
DESK = "desk/telework/"
urlpatterns = [
    path(DESK, views.telework_home, name="telework_home"),
    path(f"{DESK}start/", views.telework_start, name="telework_start"),
    path(f"{DESK}sessions/<int:pk>/end/", views.telework_end, name="telework_end"),
    path(f"{DESK}sessions/<int:pk>/correct/", views.session_correct, name="session_correct"),
    path(f"{DESK}sessions/<int:pk>/cancel/", views.session_cancel, name="session_cancel"),
    path(f"{DESK}plan/", views.telework_plan, name="telework_plan"),
    path(f"{DESK}plan/days/<int:pk>/cancel/", views.day_cancel, name="day_cancel"),
    path(f"{DESK}approvals/", views.telework_approvals, name="telework_approvals"),
    path(f"{DESK}approvals/bulk/", views.telework_bulk_approve, name="telework_bulk_approve"),
    path(f"{DESK}approvals/<int:pk>/", views.telework_review, name="telework_review"),
    path(f"{DESK}approvals/<int:pk>/approve/", views.telework_approve, name="telework_approve"),
    path(f"{DESK}approvals/<int:pk>/refuse/", views.telework_refuse, name="telework_refuse"),
    path(f"{DESK}calendar/", views.telework_calendar, name="telework_calendar"),
    path(f"{DESK}calendar/export/", views.telework_export, name="telework_export"),
    path(f"{DESK}calendar/record/", views.telework_record, name="telework_record"),
    path(f"{DESK}desks/", views.telework_desks, name="telework_desks"),
    path(f"{DESK}desks/<int:pk>/book/", views.desk_book, name="desk_book"),
    path(f"{DESK}desks/bookings/<int:pk>/cancel/", views.desk_cancel, name="desk_cancel"),
    path(f"{DESK}offices/", views.office_list, name="office_list"),
    path(f"{DESK}offices/create/", views.office_create, name="office_create"),
    path(f"{DESK}offices/<int:pk>/", views.office_edit, name="office_edit"),
    path(f"{DESK}rules/", views.rule_list, name="rule_list"),
    path(f"{DESK}rules/edit/", views.rule_edit, name="rule_edit"),
    path(f"{DESK}rules/<int:pk>/", views.rule_show, name="rule_show"),
    path(f"{DESK}rules/<int:pk>/export/", views.rule_export, name="rule_export"),
    path(f"{DESK}figures/", views.telework_figures, name="telework_figures"),
    path(f"{DESK}figures/unit-days/", views.unit_days_export, name="unit_days_export"),
    path(f"{DESK}figures/splits/<int:pk>/", views.split_decide, name="split_decide"),
]

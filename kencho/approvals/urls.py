"""Addresses of the desk's approvals."""

from django.urls import path

from kencho.approvals import views

app_name = "approvals"
urlpatterns = [
    path("desk/approvals/", views.approvals_waiting, name="approvals_waiting"),
    path("desk/approvals/bulk/", views.approvals_bulk_approve, name="approvals_bulk_approve"),
    path("desk/approvals/absences/", views.absence_list, name="absence_list"),
    path("desk/approvals/absences/new/", views.absence_create, name="absence_create"),
    path("desk/approvals/absences/<int:pk>/end/", views.absence_end, name="absence_end"),
    path("desk/approvals/routes/", views.route_list, name="route_list"),
    path("desk/approvals/routes/new/", views.route_create, name="route_create"),
    path("desk/approvals/routes/<slug:code>/", views.route_edit, name="route_edit"),
    path("desk/approvals/rules/", views.rule_list, name="rule_list"),
    path("desk/approvals/rules/new/", views.rule_create, name="rule_create"),
    path("desk/approvals/rules/<int:pk>/end/", views.rule_end, name="rule_end"),
    path("desk/approvals/<int:pk>/", views.approval_show, name="approval_show"),
    path("desk/approvals/<int:pk>/approve/", views.approval_approve, name="approval_approve"),
    path("desk/approvals/<int:pk>/send-back/", views.approval_send_back, name="approval_send_back"),
    path("desk/approvals/<int:pk>/remark/", views.approval_remark, name="approval_remark"),
    path("desk/approvals/<int:pk>/take-back/", views.approval_take_back, name="approval_take_back"),
    path("desk/approvals/<int:pk>/pull-back/", views.approval_pull_back, name="approval_pull_back"),
    path("desk/approvals/<int:pk>/resubmit/", views.approval_resubmit, name="approval_resubmit"),
    path("desk/approvals/<int:pk>/discard/", views.approval_discard, name="approval_discard"),
    path("desk/approvals/<int:pk>/review/", views.approval_review, name="approval_review"),
]

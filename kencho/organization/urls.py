"""Addresses of the organisation, all below /desk/."""

from django.urls import path

from kencho.organization import views

app_name = "organization"
urlpatterns = [
    path("desk/post/", views.post_switch, name="post_switch"),
    path("desk/organization/", views.unit_tree, name="unit_tree"),
    path("desk/organization/bodies/", views.body_list, name="body_list"),
    path("desk/organization/body/edit/", views.body_edit, name="body_edit"),
    path("desk/organization/reorganisation/", views.reorganisation, name="reorganisation"),
    path("desk/organization/units/add/", views.unit_add, name="unit_add"),
    path("desk/organization/units/<int:pk>/", views.unit_detail, name="unit_detail"),
    path("desk/organization/units/<int:pk>/edit/", views.unit_edit, name="unit_edit"),
    path("desk/organization/units/<int:pk>/rename/", views.unit_rename, name="unit_rename"),
    path("desk/organization/units/<int:pk>/close/", views.unit_close, name="unit_close"),
    path("desk/organization/staff/", views.staff_list, name="staff_list"),
    path("desk/organization/staff/add/", views.staff_add, name="staff_add"),
    path("desk/organization/staff/import/", views.staff_import, name="staff_import"),
    path("desk/organization/staff/import/apply/", views.staff_import_apply, name="staff_import_apply"),
    path("desk/organization/staff/export/", views.staff_export, name="staff_export"),
    path("desk/organization/staff/<int:pk>/", views.staff_detail, name="staff_detail"),
    path("desk/organization/staff/<int:pk>/edit/", views.staff_edit, name="staff_edit"),
    path("desk/organization/staff/<int:pk>/reassign/", views.staff_reassign, name="staff_reassign"),
    path("desk/organization/staff/<int:pk>/concurrent/", views.staff_concurrent, name="staff_concurrent"),
    path("desk/organization/staff/<int:pk>/retire/", views.staff_retire, name="staff_retire"),
    path("desk/organization/staff/<int:pk>/account/", views.staff_account, name="staff_account"),
    path("desk/organization/staff/<int:pk>/roles/add/", views.role_grant, name="role_grant"),
    path("desk/organization/roles/<int:pk>/revoke/", views.role_revoke, name="role_revoke"),
    path("desk/organization/assignments/<int:pk>/end/", views.assignment_end, name="assignment_end"),
    path("desk/organization/closed-days/", views.closed_day_list, name="closed_day_list"),
    path("desk/organization/closed-days/add/", views.closed_day_add, name="closed_day_add"),
    path("desk/organization/closed-days/<int:pk>/remove/", views.closed_day_remove, name="closed_day_remove"),
]

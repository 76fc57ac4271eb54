"""Addresses of procedures. The desk comes first: its name would also fit where the name of a body stands."""

from django.urls import path

from kencho.procedures import views

app_name = "procedures"
_ONE = "desk/procedures/<slug:code>/"
_VERSION = _ONE + "versions/<int:number>/"
urlpatterns = [
    path("postal-codes.json", views.postal_codes, name="postal_codes"),
    path("desk/procedures/", views.desk_list, name="desk_list"),
    path("desk/procedures/new/", views.procedure_create, name="procedure_create"),
    path("desk/procedure-versions/<int:pk>/", views.version_of_case, name="version_of_case"),
    path(_ONE, views.procedure_desk, name="procedure_desk"),
    path(_ONE + "begin/", views.version_begin, name="version_begin"),
    path(_VERSION, views.version_show, name="version_show"),
    path(_VERSION + "definition.yaml", views.version_yaml, name="version_yaml"),
    path(_VERSION + "definition.json", views.version_json, name="version_json"),
    path(_VERSION + "submit/", views.version_submit, name="version_submit"),
    path(_VERSION + "discard/", views.version_discard, name="version_discard"),
    path(_VERSION + "preview/<slug:page>/", views.version_preview, name="version_preview"),
    path(_ONE + "edit/pages/", views.edit_pages, name="edit_pages"),
    path(_ONE + "edit/yaml/", views.edit_yaml, name="edit_yaml"),
    path(_ONE + "edit/<slug:screen>/", views.edit_screen, name="edit_screen"),
    path(_ONE + "edit/<slug:screen>/<slug:key>/", views.edit_screen, name="edit_part"),
    path("<slug:body>/procedures/", views.procedure_list, name="procedure_list"),
    path("<slug:body>/procedures/<slug:code>/", views.procedure_show, name="procedure_show"),
    path("<slug:body>/procedures/<slug:code>/form.pdf", views.procedure_form, name="procedure_form"),
    path("<slug:body>/procedures/<slug:code>/schema.json", views.procedure_schema, name="procedure_schema"),
]

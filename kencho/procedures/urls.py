"""Addresses of procedures."""

from django.urls import path

from kencho.procedures import views

app_name = "procedures"
urlpatterns = [
    path("<slug:body>/procedures/", views.procedure_list, name="procedure_list"),
    path("<slug:body>/procedures/<slug:code>/", views.procedure_show, name="procedure_show"),
]

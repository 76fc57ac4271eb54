"""Addresses of records."""

from django.urls import path

from kencho.records import views

app_name = "records"
urlpatterns = [path("verify/", views.verify, name="verify")]

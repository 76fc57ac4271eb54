"""Addresses of records."""

from django.urls import path

from kencho.records import views

app_name = "records"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("desk/records/", views.register, name="register"),
    path("desk/records/seals/", views.seal_ledger, name="seal_ledger"),
    path("desk/records/classifications/", views.classification_list, name="classification_list"),
    path("desk/records/<int:pk>/file.pdf", views.record_file, name="record_file"),
]

"""Addresses of notifications."""

from django.urls import path

from kencho.notifications import views

app_name = "notifications"
urlpatterns = [
    path("my/messages/", views.inbox, name="inbox"),
    path("my/messages/read/", views.read_all, name="read_all"),
    path("my/messages/<int:pk>/", views.message_open, name="message_open"),
]

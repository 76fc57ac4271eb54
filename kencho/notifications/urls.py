"""Addresses of notifications."""

from django.urls import path

from kencho.notifications import views
from kencho.notifications.webhooks import views as webhooks

app_name = "notifications"
urlpatterns = [
    path("my/messages/", views.inbox, name="inbox"),
    path("my/messages/read/", views.read_all, name="read_all"),
    path("my/messages/<int:pk>/", views.message_open, name="message_open"),
    path("desk/webhooks/", webhooks.webhook_list, name="webhook_list"),
    path("desk/webhooks/add/", webhooks.webhook_add, name="webhook_add"),
    path("desk/webhooks/<int:pk>/", webhooks.webhook_show, name="webhook_show"),
    path("desk/webhooks/<int:pk>/change/", webhooks.webhook_change, name="webhook_change"),
    path("desk/webhooks/<int:pk>/rotate/", webhooks.webhook_rotate, name="webhook_rotate"),
    path("desk/webhooks/<int:pk>/stop/", webhooks.webhook_stop, name="webhook_stop"),
    path("desk/webhooks/<int:pk>/start/", webhooks.webhook_start, name="webhook_start"),
    path("desk/webhooks/<int:pk>/ping/", webhooks.webhook_ping, name="webhook_ping"),
    path(
        "desk/webhooks/<int:pk>/redeliver/<uuid:delivery>/",
        webhooks.webhook_redeliver,
        name="webhook_redeliver",
    ),
]

"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """通知."""

    name = "kencho.notifications"
    verbose_name = _("通知")
    serves = ("40602",)

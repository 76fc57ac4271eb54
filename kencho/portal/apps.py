"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """ポータル."""

    name = "kencho.portal"
    verbose_name = _("ポータル")
    serves = ("40602",)

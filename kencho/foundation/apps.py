"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

PLUG_FILES = ("tasks", "subscribers", "indicators", "navigation", "search", "datasets")


class FoundationConfig(AppConfig):
    """基盤."""

    name = "kencho.foundation"
    verbose_name = _("基盤")
    serves = ("40601", "40602", "40603")

    def ready(self) -> None:
        """Find the plug files of all apps by their names."""
        for name in PLUG_FILES:
            autodiscover_modules(name)

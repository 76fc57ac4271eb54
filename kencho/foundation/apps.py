"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from kencho.foundation import wording

PLUG_FILES = ("tasks", "subscribers", "indicators", "navigation", "search", "datasets")


class FoundationConfig(AppConfig):
    """基盤."""

    name = "kencho.foundation"
    verbose_name = _("基盤")
    serves = ("40601", "40602", "40603")

    def ready(self) -> None:
        """Give forms the house's words, then find the plug files of all apps by their names."""
        wording.install()
        wording.install_for(apps.get_models())
        for name in PLUG_FILES:
            autodiscover_modules(name)

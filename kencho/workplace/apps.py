"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkplaceConfig(AppConfig):
    """The app; ``serves`` names the 基本事業 of 施策406 it works for."""

    name = "kencho.workplace"
    verbose_name = _("働く場")
    serves = ("40601",)

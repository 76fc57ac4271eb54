"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """The app; ``serves`` names the 基本事業 of 施策406 it works for."""

    name = "kencho.catalog"
    verbose_name = _("オープンデータ")
    serves = ("40602",)

"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """文書."""

    name = "kencho.records"
    verbose_name = _("文書")
    serves = ("40601",)

"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    """手続."""

    name = "kencho.procedures"
    verbose_name = _("手続")
    serves = ("40602",)

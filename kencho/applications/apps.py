"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """申請."""

    name = "kencho.applications"
    verbose_name = _("申請")
    serves = ("40602",)

"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """監査."""

    name = "kencho.audit"
    verbose_name = _("監査")
    serves = ("40603",)

"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    """決裁."""

    name = "kencho.approvals"
    verbose_name = _("決裁")
    serves = ("40601",)

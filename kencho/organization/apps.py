"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    """組織."""

    name = "kencho.organization"
    verbose_name = _("組織")
    serves = ("40601", "40602", "40603")

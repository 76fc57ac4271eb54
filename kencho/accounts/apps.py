"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """利用者."""

    name = "kencho.accounts"
    verbose_name = _("利用者")
    serves = ("40602", "40603")

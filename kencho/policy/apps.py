"""政策評価."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    """The app; ``serves`` names the 基本事業 of 施策406 it works for."""

    name = "kencho.policy"
    verbose_name = _("政策評価")
    serves = ("40601", "40602", "40603")

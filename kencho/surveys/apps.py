"""職員アンケート."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """The app; ``serves`` names the 基本事業 of 施策406 it works for."""

    name = "kencho.surveys"
    verbose_name = _("職員アンケート")
    serves = ("40601",)

"""Surveys that come again every year, and the versions of their questionnaires."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body
from kencho.surveys.definition import Definition


class SurveyProgram(models.Model):
    """職員アンケート of a body that is held again and again."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="survey_programs", verbose_name=_("団体"))
    code = models.SlugField(_("コード"), max_length=60)
    name = models.CharField(_("名称"), max_length=80)
    purpose = models.CharField(_("目的"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("職員アンケート")
        verbose_name_plural = _("職員アンケート")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["body", "code"], name="survey_program_code_once")]

    def __str__(self) -> str:
        return self.name


class Questionnaire(models.Model):
    """調査票の版: data that no longer changes once a cycle has used it."""

    program = models.ForeignKey(
        SurveyProgram, models.PROTECT, related_name="questionnaires", verbose_name=_("職員アンケート")
    )
    version = models.PositiveSmallIntegerField(_("版"))
    data = models.JSONField(_("内容"))
    digest = models.CharField(_("内容のハッシュ"), max_length=64)
    is_frozen = models.BooleanField(_("確定"), default=False)
    created_at = models.DateTimeField(_("作成日時"))
    saved_at = models.DateTimeField(_("保存日時"))

    class Meta:
        verbose_name = _("調査票")
        verbose_name_plural = _("調査票")
        ordering = ["program", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["program", "version"], name="questionnaire_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.program} v{self.version}"

    @property
    def definition(self) -> Definition:
        """The questionnaire that the data say."""
        return Definition.from_data(self.data)

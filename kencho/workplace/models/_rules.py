"""The rule of a body, version after version."""

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kencho.workplace.telework_rules import Rule, read_rule


class TeleworkRule(models.Model):
    """テレワークの定め: one version of a body's rule. It holds from its day until the next version begins."""

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="telework_rules", verbose_name=_("団体")
    )
    version = models.PositiveIntegerField(_("版"))
    title = models.CharField(_("名称"), max_length=120)
    in_force_from = models.DateField(_("施行日"))
    definition = models.JSONField(_("内容"))
    saved_at = models.DateTimeField(_("登録日時"))

    class Meta:
        verbose_name = _("テレワークの定め")
        verbose_name_plural = _("テレワークの定め")
        ordering = ["-in_force_from", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["body", "version"], name="telework_rule_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.version}）"

    @cached_property
    def rule(self) -> Rule:
        """The rule as a value; a version never changes, so it is read once."""
        return read_rule(self.definition)

"""What came late: rows that would change a final figure, reported and never put into it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.policy.models._append import AppendOnly
from kencho.policy.models._indicators import Actual


class DriftReport(AppendOnly):
    """A final figure, and what its rows would give now. A new row only when that has changed since the last report."""

    actual = models.ForeignKey(Actual, models.PROTECT, related_name="drift_reports", verbose_name=_("実績値"))
    as_of = models.DateTimeField(_("いつの時点か"))
    value = models.DecimalField(_("いま数えた値"), max_digits=30, decimal_places=10, null=True, blank=True)
    added = models.PositiveIntegerField(_("加わった行"), default=0)
    removed = models.PositiveIntegerField(_("なくなった行"), default=0)
    changed = models.PositiveIntegerField(_("変わった行"), default=0)
    rows = models.JSONField(_("違う行"), default=list, blank=True)
    reasons = models.JSONField(_("理由"), default=list, blank=True)

    class Meta:
        verbose_name = _("確定値とのずれ")
        verbose_name_plural = _("確定値とのずれ")
        ordering = ["-id"]
        indexes = [models.Index(fields=["actual", "-id"], name="drift_of_actual")]

    def __str__(self) -> str:
        return f"{self.actual} +{self.added} -{self.removed} ~{self.changed}"

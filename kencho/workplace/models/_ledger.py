"""What leaves the log of persons: which division used which kind on which day. Nothing here names anybody."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """A row of the ledger was to be changed or removed; a reversal is a row of its own."""


class _Entries(models.QuerySet["TeleworkUnitDay"]):
    def update(self, **kwargs: Any) -> int:
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly


class TeleworkUnitDay(models.Model):
    """利用した所属と日: +1 when the first session of a division, day and kind is confirmed, -1 when the last one is undone.

    Rows are only ever added, so that every figure can be made again as it was known at any moment.
    """

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="telework_unit_days", verbose_name=_("団体")
    )
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, related_name="telework_unit_days", verbose_name=_("所属")
    )
    day = models.DateField(_("日"))
    kind = models.CharField(_("働き方"), max_length=10)
    sign = models.SmallIntegerField(_("加減"))
    recorded_at = models.DateTimeField(_("記録日時"))

    objects = _Entries.as_manager()

    class Meta:
        verbose_name = _("テレワークを利用した所属と日")
        verbose_name_plural = _("テレワークを利用した所属と日")
        constraints = [
            models.CheckConstraint(condition=Q(sign__in=[1, -1]), name="telework_unit_day_sign"),
        ]
        indexes = [
            # Holds all columns that a count reads.
            models.Index(
                fields=["body", "day", "unit", "kind", "recorded_at", "sign"], name="telework_unit_day_of"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day} {self.kind} {self.sign:+d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only new rows."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise AppendOnly


class SplitDecision(models.Model):
    """分割の扱い: which division carries on the telework of one that was split; without one it counts for itself.

    The newest row counts; older ones stay, so that earlier figures can be made again.
    """

    unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        related_name="telework_split_decisions",
        verbose_name=_("分割された所属"),
    )
    heir = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        related_name="telework_inherited_splits",
        null=True,
        blank=True,
        verbose_name=_("引き継ぐ所属"),
    )
    reason = models.CharField(_("理由"), max_length=400)
    decided_at = models.DateTimeField(_("決めた日時"))

    class Meta:
        verbose_name = _("分割された所属の扱い")
        verbose_name_plural = _("分割された所属の扱い")
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(heir__isnull=True) | ~Q(heir=F("unit")), name="telework_split_heir_other"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} → {self.heir or '―'}"

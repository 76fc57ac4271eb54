"""Who is away, and who acts for them."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Absence(models.Model):
    """不在: the staff member is away from the first to the last day (both included); the deputy acts in all their steps.

    Without a deputy only the posts that the 専決 rule names may decide in their place (代決).
    """

    staff = models.ForeignKey(
        "organization.StaffMember", models.CASCADE, related_name="absences", verbose_name=_("職員")
    )
    deputy = models.ForeignKey(
        "organization.StaffMember",
        models.PROTECT,
        related_name="deputised_absences",
        null=True,
        blank=True,
        verbose_name=_("代理する人"),
    )
    first_day = models.DateField(_("最初の日"))
    last_day = models.DateField(_("最後の日"))
    reason = models.CharField(_("理由"), max_length=100, blank=True)
    registered_at = models.DateTimeField(_("登録日時"))
    ended_at = models.DateTimeField(_("終わらせた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("不在")
        verbose_name_plural = _("不在")
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_period_forward"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("staff")), name="absence_deputy_other"
            ),
        ]
        indexes = [
            models.Index(
                fields=["last_day", "first_day"], name="absence_in_force", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.first_day}–{self.last_day}"

    def is_in_force_on(self, day: date) -> bool:
        """Whether the absence holds on this day."""
        return self.ended_at is None and self.first_day <= day <= self.last_day

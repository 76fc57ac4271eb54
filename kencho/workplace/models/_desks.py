"""Satellite offices, their desks and who has booked them when."""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SatelliteOffice(models.Model):
    """サテライトオフィス of a body; a shared one may be booked by the staff of every body."""

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="satellite_offices", verbose_name=_("団体")
    )
    code = models.SlugField(_("コード"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    address = models.CharField(_("所在地"), max_length=120, blank=True)
    note = models.CharField(_("使い方"), max_length=200, blank=True)
    is_shared = models.BooleanField(_("ほかの団体の職員も使える"), default=False)
    is_active = models.BooleanField(_("使っている"), default=True)
    opens = models.TimeField(_("開く時刻"), default=time(8, 30))
    closes = models.TimeField(_("閉まる時刻"), default=time(17, 15))

    class Meta:
        verbose_name = _("サテライトオフィス")
        verbose_name_plural = _("サテライトオフィス")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["body", "code"], name="satellite_office_code_once"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="satellite_office_hours"),
        ]

    def __str__(self) -> str:
        return self.name


class SatelliteDesk(models.Model):
    """サテライトオフィスの席."""

    office = models.ForeignKey(
        SatelliteOffice, models.PROTECT, related_name="desks", verbose_name=_("サテライトオフィス")
    )
    code = models.CharField(_("席の名前"), max_length=20)
    equipment = models.CharField(_("設備"), max_length=100, blank=True)
    is_active = models.BooleanField(_("使っている"), default=True)

    class Meta:
        verbose_name = _("サテライトオフィスの席")
        verbose_name_plural = _("サテライトオフィスの席")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["office", "code"], name="satellite_desk_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.code}"


class DeskBooking(models.Model):
    """席の予約: [starts_at, ends_at). On PostgreSQL two that overlap cannot both be stored (``exclusions``)."""

    desk = models.ForeignKey(SatelliteDesk, models.PROTECT, related_name="bookings", verbose_name=_("席"))
    staff = models.ForeignKey(
        "organization.StaffMember", models.CASCADE, related_name="desk_bookings", verbose_name=_("職員")
    )
    starts_at = models.DateTimeField(_("始まり"))
    ends_at = models.DateTimeField(_("終わり（この時刻を含まない）"))
    booked_at = models.DateTimeField(_("予約日時"))
    cancelled_at = models.DateTimeField(_("取り消した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("席の予約")
        verbose_name_plural = _("席の予約")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="desk_booking_forward"),
        ]
        indexes = [
            models.Index(
                fields=["desk", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="desk_booking_desk",
            ),
            models.Index(
                fields=["staff", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="desk_booking_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.starts_at:%Y-%m-%d %H:%M}"

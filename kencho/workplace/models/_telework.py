"""Telework from plan to record: the month of a staff member, its days, the decisions on them, the sessions."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

HALF, WHOLE = Decimal("0.5"), Decimal(1)


class Kind(models.TextChoices):
    """Kinds of telework, as national surveys divide them."""

    HOME = "home", _("在宅勤務")
    MOBILE = "mobile", _("モバイルワーク")
    SATELLITE = "satellite", _("サテライトオフィス")


class Place(models.TextChoices):
    """Where somebody works."""

    OWN_HOME = "own_home", _("自宅")
    FAMILY_HOME = "family_home", _("家族の家")
    ANYWHERE = "anywhere", _("外出先")
    OTHER_OFFICE = "other_office", _("ほかの庁舎")
    BUSINESS_TRIP = "business_trip", _("出張先")
    SATELLITE_OFFICE = "satellite_office", _("サテライトオフィス")


class Part(models.TextChoices):
    """Which part of the day."""

    DAY = "day", _("一日")
    MORNING = "morning", _("午前")
    AFTERNOON = "afternoon", _("午後")


class DayState(models.TextChoices):
    """How far a planned day has come."""

    DRAFT = "draft", _("下書き")
    SUBMITTED = "submitted", _("承認待ち")
    APPROVED = "approved", _("承認済み")
    REFUSED = "refused", _("不承認")
    CANCELLED = "cancelled", _("取りやめ")


# Days that use up a limit of the rule.
COUNTING_STATES = (DayState.SUBMITTED, DayState.APPROVED)


class Capacity(models.TextChoices):
    """In which right somebody decides."""

    OWN = "own", _("本人")
    DEPUTY = "deputy", _("代理")
    SUBSTITUTE = "substitute", _("代決")


class Source(models.TextChoices):
    """Where a session is known from."""

    REPORT = "report", _("本人の報告")
    APPLICATION = "application", _("申請書")
    VPN = "vpn", _("VPNの接続記録")
    MANUAL = "manual", _("所属長の入力")


class SessionState(models.TextChoices):
    """How far a session has come."""

    RUNNING = "running", _("実施中")
    CONFIRMED = "confirmed", _("確定")
    CANCELLED = "cancelled", _("取消し")


class TeleworkPlan(models.Model):
    """月の計画: the telework of one staff member in one month; ``reason`` asks for exceptions from the rule."""

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="telework_plans", verbose_name=_("団体")
    )
    staff = models.ForeignKey(
        "organization.StaffMember", models.CASCADE, related_name="telework_plans", verbose_name=_("職員")
    )
    month = models.DateField(_("月"), help_text=_("その月の1日"))
    reason = models.CharField(_("特別な事情"), max_length=400, blank=True)
    submitted_at = models.DateTimeField(_("承認を求めた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("テレワークの計画")
        verbose_name_plural = _("テレワークの計画")
        constraints = [
            models.UniqueConstraint(fields=["staff", "month"], name="telework_plan_once"),
        ]
        indexes = [models.Index(fields=["body", "month"], name="telework_plan_month_of")]

    def __str__(self) -> str:
        return f"{self.staff} {self.month:%Y-%m}"


class PlanDecision(models.Model):
    """承認・不承認: what the head, or who acts for them, decided about days of a plan, and the articles it rests on."""

    plan = models.ForeignKey(TeleworkPlan, models.CASCADE, related_name="decisions", verbose_name=_("計画"))
    is_approved = models.BooleanField(_("承認"))
    decided_by = models.ForeignKey(
        "organization.StaffMember",
        models.PROTECT,
        related_name="telework_decisions",
        verbose_name=_("決めた人"),
    )
    decided_as = models.CharField(_("立場"), max_length=10, choices=Capacity.choices)
    decided_at = models.DateTimeField(_("決めた日時"))
    rule = models.ForeignKey(
        "workplace.TeleworkRule", models.PROTECT, related_name="decisions", verbose_name=_("定め")
    )
    articles = models.JSONField(_("根拠の条"))
    reason = models.CharField(_("理由"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("テレワークの承認")
        verbose_name_plural = _("テレワークの承認")
        constraints = [
            # Each decision cites what it rests on.
            models.CheckConstraint(condition=~Q(articles=[]), name="telework_decision_cites"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.decided_at:%Y-%m-%d}"


class PlannedDay(models.Model):
    """計画の日: one day of a plan; ``division`` is where the staff member works on that day, as known when planned."""

    plan = models.ForeignKey(TeleworkPlan, models.CASCADE, related_name="days", verbose_name=_("計画"))
    staff = models.ForeignKey(
        "organization.StaffMember", models.CASCADE, related_name="telework_days", verbose_name=_("職員")
    )
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, related_name="telework_days", verbose_name=_("所属")
    )
    day = models.DateField(_("日"))
    kind = models.CharField(_("働き方"), max_length=10, choices=Kind.choices)
    part = models.CharField(_("時間"), max_length=10, choices=Part.choices, default=Part.DAY)
    place = models.CharField(_("場所"), max_length=20, choices=Place.choices)
    state = models.CharField(_("状態"), max_length=10, choices=DayState.choices, default=DayState.DRAFT)
    decision = models.ForeignKey(
        PlanDecision,
        models.SET_NULL,
        related_name="days",
        null=True,
        blank=True,
        verbose_name=_("承認・不承認"),
    )

    class Meta:
        verbose_name = _("テレワークの計画の日")
        verbose_name_plural = _("テレワークの計画の日")
        constraints = [
            # A refused or cancelled day may be planned anew; of the others there is one.
            models.UniqueConstraint(
                fields=["staff", "day"],
                condition=Q(state__in=["draft", "submitted", "approved"]),
                name="telework_day_once",
            ),
        ]
        indexes = [
            models.Index(fields=["division", "day"], name="telework_day_division"),
            models.Index(
                fields=["division", "staff"], condition=Q(state="submitted"), name="telework_day_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.day} {self.get_kind_display()}"

    @property
    def days(self) -> Decimal:
        """How much of a day it is."""
        return WHOLE if self.part == Part.DAY else HALF


class TeleworkSession(models.Model):
    """テレワークの実績: from start to end; ``unit_at_use`` is the division at the moment of use and never changes with it.

    A session that passes midnight belongs to the day on which it began. Rows are erased after the time that the rule
    sets; what stays is the unit-day.
    """

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="telework_sessions", verbose_name=_("団体")
    )
    staff = models.ForeignKey(
        "organization.StaffMember", models.CASCADE, related_name="telework_sessions", verbose_name=_("職員")
    )
    unit_at_use = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        related_name="telework_sessions",
        verbose_name=_("利用したときの所属"),
    )
    planned = models.ForeignKey(
        PlannedDay,
        models.SET_NULL,
        related_name="sessions",
        null=True,
        blank=True,
        verbose_name=_("計画の日"),
    )
    kind = models.CharField(_("働き方"), max_length=10, choices=Kind.choices)
    place = models.CharField(_("場所"), max_length=20, choices=Place.choices)
    day = models.DateField(_("日"))
    started_at = models.DateTimeField(_("始めた日時"))
    ended_at = models.DateTimeField(_("終えた日時"), null=True, blank=True)
    source = models.CharField(_("記録の元"), max_length=12, choices=Source.choices)
    state = models.CharField(
        _("状態"), max_length=10, choices=SessionState.choices, default=SessionState.RUNNING
    )
    confirmed_at = models.DateTimeField(_("確定した日時"), null=True, blank=True)
    article = models.CharField(_("根拠の条"), max_length=60)
    note = models.CharField(_("訂正の理由"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("テレワークの実績")
        verbose_name_plural = _("テレワークの実績")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                name="telework_session_forward",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(ended_at__isnull=False, confirmed_at__isnull=False),
                name="telework_session_confirmed_ended",
            ),
            models.UniqueConstraint(
                fields=["staff"], condition=Q(state="running"), name="telework_session_one_running"
            ),
        ]
        indexes = [
            models.Index(fields=["unit_at_use", "day", "kind"], name="telework_session_unit_day"),
            models.Index(fields=["staff", "started_at"], name="telework_session_staff"),
            models.Index(fields=["body", "day"], name="telework_session_body_day"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.day} {self.get_kind_display()}"

    def counts_as(self) -> tuple[int, date, str]:
        """Unit, day and kind: what of this session leaves the log."""
        return self.unit_at_use_id, self.day, self.kind

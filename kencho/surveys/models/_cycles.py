"""One holding of a survey, and whom it asks: numbers of people only."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body, Unit
from kencho.surveys.models._programs import Questionnaire, SurveyProgram

SMALLEST_K = 3


class CycleState(models.TextChoices):
    """Where a cycle stands."""

    DRAFT = "draft", _("準備中")
    APPROVED = "approved", _("開始待ち")
    OPEN = "open", _("回答受付中")
    CLOSED = "closed", _("締切後・公表前")
    PUBLISHED = "published", _("公表済み")


class Cycle(models.Model):
    """実施回: a survey held once. ``public_key`` seals the ballots; ``secret`` opens them and is destroyed at closing."""

    key = models.UUIDField(_("識別子"), unique=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="survey_cycles", verbose_name=_("団体"))
    program = models.ForeignKey(
        SurveyProgram, models.PROTECT, related_name="cycles", verbose_name=_("職員アンケート")
    )
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="cycles", verbose_name=_("調査票")
    )
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("題名"), max_length=100)
    is_official = models.BooleanField(_("年度の正式な回"), default=True)
    opens_at = models.DateTimeField(_("受付開始"))
    closes_at = models.DateTimeField(_("受付締切"))
    k = models.PositiveSmallIntegerField(
        _("公表する最小の人数"), default=5, validators=[MinValueValidator(SMALLEST_K)]
    )
    k_text = models.PositiveSmallIntegerField(
        _("自由記述を公表する最小の件数"), default=10, validators=[MinValueValidator(SMALLEST_K)]
    )
    days_kept = models.PositiveSmallIntegerField(_("締切後に生の回答を残す日数"), default=90)
    state = models.CharField(_("状態"), max_length=10, choices=CycleState.choices, default=CycleState.DRAFT)
    public_key = models.BinaryField(_("封じる鍵"), max_length=32, default=b"", editable=False)
    secret = models.BinaryField(_("開ける鍵"), max_length=256, default=b"", editable=False)
    eligible = models.PositiveIntegerField(_("対象者数"), default=0)
    returned = models.PositiveIntegerField(_("回答数"), null=True, blank=True)
    opened_at = models.DateTimeField(_("開始日時"), null=True, blank=True)
    closed_at = models.DateTimeField(_("締切日時"), null=True, blank=True)
    published_at = models.DateTimeField(_("公表日時"), null=True, blank=True)
    destroyed_at = models.DateTimeField(_("生の回答の廃棄日時"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("最後の呼びかけの日時"), null=True, blank=True)
    created_at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("実施回")
        verbose_name_plural = _("実施回")
        ordering = ["-fiscal_year", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "fiscal_year"],
                condition=Q(is_official=True),
                name="survey_one_official_cycle_a_year",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="survey_cycle_forward"),
            models.CheckConstraint(condition=Q(k__gte=SMALLEST_K), name="survey_k_not_too_small"),
            models.CheckConstraint(condition=Q(k_text__gte=SMALLEST_K), name="survey_k_text_not_too_small"),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="survey_cycle_due")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.state == CycleState.OPEN

    @property
    def is_counted(self) -> bool:
        """Whether it was closed and counted."""
        return self.state in (CycleState.CLOSED, CycleState.PUBLISHED)

    @property
    def is_published(self) -> bool:
        """Whether the results may be read."""
        return self.state == CycleState.PUBLISHED


class ReportingUnit(models.Model):
    """集計単位: a group of a cycle with at least k members, frozen when it opened. Leaves have a box."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="groups", verbose_name=_("実施回"))
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("上位の集計単位"),
    )
    code = models.CharField(_("コード"), max_length=30)
    name = models.CharField(_("名称"), max_length=80)
    order = models.PositiveSmallIntegerField(_("順番"))
    depth = models.PositiveSmallIntegerField(_("深さ"))
    headcount = models.PositiveIntegerField(_("対象者数"))

    class Meta:
        verbose_name = _("集計単位")
        verbose_name_plural = _("集計単位")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="survey_group_code_once")]

    def __str__(self) -> str:
        return self.name


class Roster(models.Model):
    """対象者数: how many staff of a division are asked, frozen when the cycle opened."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="roster", verbose_name=_("実施回"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("所属"))
    group = models.ForeignKey(
        ReportingUnit, models.CASCADE, related_name="divisions", verbose_name=_("集計単位")
    )
    headcount = models.PositiveIntegerField(_("人数"))

    class Meta:
        verbose_name = _("対象者名簿")
        verbose_name_plural = _("対象者名簿")
        constraints = [models.UniqueConstraint(fields=["cycle", "unit"], name="survey_roster_unit_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.headcount}"


class Cut(models.Model):
    """クロス集計: by the answers to one question, declared before the cycle opens. By organisation is always counted."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="cuts", verbose_name=_("実施回"))
    question = models.CharField(_("分ける設問"), max_length=40)
    declared_at = models.DateTimeField(_("決めた日時"))

    class Meta:
        verbose_name = _("クロス集計")
        verbose_name_plural = _("クロス集計")
        ordering = ["question"]
        constraints = [models.UniqueConstraint(fields=["cycle", "question"], name="survey_cut_once")]

    def __str__(self) -> str:
        return self.question

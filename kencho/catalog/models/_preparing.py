"""From a dropped file to a checked version: what a clerk is working on, and named overrides of the gate."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Preparation(models.Model):
    """公開の準備: one dropped file on its way. It may be left at any point and taken up again."""

    class State(models.TextChoices):
        """RECEIVING by parts, then three runs of a background task (read and fix, check), with the clerk between."""

        RECEIVING = "receiving", _("受信中")
        READING = "reading", _("読み取り中")
        PROPOSED = "proposed", _("整え方の確認")
        CHECKING = "checking", _("検査中")
        READY = "ready", _("検査済み")
        FAILED = "failed", _("読み取れない")
        DROPPED = "dropped", _("やめた")

    id = models.UUIDField(_("番号"), primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, related_name="+", verbose_name=_("所属")
    )
    resource = models.ForeignKey(
        "catalog.Resource", models.CASCADE, related_name="preparations", verbose_name=_("リソース")
    )
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.RECEIVING)
    name = models.CharField(_("ファイル名"), max_length=200)
    size = models.PositiveBigIntegerField(_("大きさ（バイト）"))
    received = models.PositiveBigIntegerField(_("受け取ったバイト"), default=0)
    # The original as it came; never served, only read by the offline child.
    original = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("原本")
    )
    # What the fixer proposes (tables, changes, notes, questions) as JSON.
    proposal = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("整え方の案"),
    )
    # Shown without opening the proposal: tables with their sizes, counts of changes by rule, questions.
    summary = models.JSONField(_("案の要約"), default=dict, blank=True)
    # Ids of changes that the clerk took back, the chosen table, answers to questions, mapping of columns.
    choices = models.JSONField(_("職員が決めたこと"), default=dict, blank=True)
    version = models.ForeignKey(
        "catalog.ResourceVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("できた版"),
    )
    progress = models.PositiveSmallIntegerField(_("進み具合（％）"), default=0)
    problem = models.CharField(_("読み取れない理由"), max_length=40, blank=True)
    problem_params = models.JSONField(_("理由の詳しい値"), default=dict, blank=True)
    started_at = models.DateTimeField(_("始めた日時"))
    started_by = models.CharField(_("始めた人"), max_length=80)
    changed_at = models.DateTimeField(_("最後に進んだ日時"))

    class Meta:
        verbose_name = _("公開の準備")
        verbose_name_plural = _("公開の準備")
        indexes = [models.Index(fields=["division", "state", "-started_at"], name="preparation_of_division")]

    def __str__(self) -> str:
        return self.name


class GateOverride(models.Model):
    """個人情報の確認を責任者が通した記録: who, when, why, and for exactly which findings."""

    version = models.ForeignKey(
        "catalog.ResourceVersion", models.PROTECT, related_name="overrides", verbose_name=_("版")
    )
    findings = models.JSONField(_("通した疑い"), default=list)
    reason = models.CharField(_("理由"), max_length=1000)
    by = models.CharField(_("通した人"), max_length=80)
    at = models.DateTimeField(_("通した日時"))

    class Meta:
        verbose_name = _("個人情報の確認の特例")
        verbose_name_plural = _("個人情報の確認の特例")

    def __str__(self) -> str:
        return f"{self.version} {self.by}"

"""Procedures and the versions of their definitions. A version never changes once it is published."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body, Unit


class Procedure(models.Model):
    """手続 of one body. What the public reads is kept here from the version in force, for lists and search."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="procedures", verbose_name=_("団体"))
    code = models.SlugField(_("手続コード"), max_length=60)
    division = models.ForeignKey(Unit, models.PROTECT, related_name="procedures", verbose_name=_("所管所属"))
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英語名"), max_length=200, blank=True)
    summary = models.TextField(_("概要"), blank=True)
    summary_en = models.TextField(_("英語の概要"), blank=True)
    kind = models.CharField(_("手続類型"), max_length=10)
    audience = models.CharField(_("対象者"), max_length=12, blank=True)
    life_events = models.JSONField(_("ライフイベント"), default=list)
    search_text = models.TextField(_("検索用の文字"), blank=True)
    is_listed = models.BooleanField(_("公開一覧に載せる"), default=False)
    created_at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("手続")
        verbose_name_plural = _("手続")
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["body", "code"], name="procedure_code_once")]

    def __str__(self) -> str:
        return self.title


class ProcedureVersion(models.Model):
    """One version of a definition; ``digest`` (SHA-256 of the canonical JSON) pins applications to it."""

    class State(models.TextChoices):
        """A version is written, approved, and published for a period."""

        DRAFT = "draft", _("作成中")
        IN_APPROVAL = "in_approval", _("決裁中")
        PUBLISHED = "published", _("公開")
        DISCARDED = "discarded", _("取りやめ")

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions", verbose_name=_("手続"))
    number = models.PositiveIntegerField(_("版"))
    definition = models.JSONField(_("定義"))
    digest = models.CharField(_("ダイジェスト"), max_length=64, db_index=True)
    state = models.CharField(_("状態"), max_length=12, choices=State.choices, default=State.DRAFT)
    in_force_from = models.DateTimeField(_("施行日時"), null=True, blank=True)
    in_force_until = models.DateTimeField(_("終了日時（この時刻を含まない）"), null=True, blank=True)
    reason = models.CharField(_("変更の理由"), max_length=200, blank=True)
    approval_id = models.BigIntegerField(_("決裁番号"), null=True, blank=True)
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))
    revision = models.PositiveIntegerField(_("編集回数"), default=0)

    class Meta:
        verbose_name = _("手続の版")
        verbose_name_plural = _("手続の版")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_once"),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(state__in=["draft", "in_approval"]),
                name="one_version_in_work",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gte=F("in_force_from")),
                name="version_period_forward",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(in_force_from__isnull=False), name="published_has_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} v{self.number}"

"""What stands on the sheet of a measure in a sheet year: issues, directions, projects, budgets, judgement, revisions."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.policy.models._append import AppendOnly
from kencho.policy.models._plans import PolicyNode


class Issue(models.Model):
    """現状と課題, numbered ①, ②…"""

    node = models.ForeignKey(PolicyNode, models.CASCADE, related_name="issues", verbose_name=_("施策"))
    sheet_year = models.PositiveSmallIntegerField(_("シートの年度"))
    number = models.PositiveSmallIntegerField(_("番号"))
    text = models.TextField(_("本文"))
    programs = models.ManyToManyField(
        PolicyNode, related_name="issues_of_program", blank=True, verbose_name=_("基本事業")
    )

    class Meta:
        verbose_name = _("現状と課題")
        verbose_name_plural = _("現状と課題")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["node", "sheet_year", "number"], name="issue_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:20]}"


class DirectionLine(models.Model):
    """取組方向, numbered and linked to the issue that it answers."""

    node = models.ForeignKey(PolicyNode, models.CASCADE, related_name="directions", verbose_name=_("施策"))
    sheet_year = models.PositiveSmallIntegerField(_("シートの年度"))
    number = models.PositiveSmallIntegerField(_("番号"))
    text = models.TextField(_("本文"))
    issue = models.ForeignKey(
        Issue,
        models.SET_NULL,
        related_name="directions",
        null=True,
        blank=True,
        verbose_name=_("現状と課題"),
    )

    class Meta:
        verbose_name = _("取組方向")
        verbose_name_plural = _("取組方向")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["node", "sheet_year", "number"], name="direction_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:20]}"


class ProjectLine(models.Model):
    """主な事業 on the sheet, numbered and linked to the direction that it carries out."""

    class Novelty(models.TextChoices):
        """How the project stands to the year before."""

        NEW = "new", _("新")
        PARTLY_NEW = "partly_new", _("一部新")
        CONTINUING = "continuing", _("継続")
        ENDED = "ended", _("終了")
        REORGANISED = "reorganised", _("組替")

    node = models.ForeignKey(PolicyNode, models.CASCADE, related_name="projects", verbose_name=_("施策"))
    sheet_year = models.PositiveSmallIntegerField(_("シートの年度"))
    number = models.PositiveSmallIntegerField(_("番号"))
    name = models.CharField(_("事業名"), max_length=120)
    novelty = models.CharField(
        _("新規・継続"), max_length=11, choices=Novelty.choices, default=Novelty.CONTINUING
    )
    program = models.ForeignKey(
        PolicyNode, models.PROTECT, related_name="project_lines", verbose_name=_("基本事業")
    )
    direction = models.ForeignKey(
        DirectionLine,
        models.SET_NULL,
        related_name="projects",
        null=True,
        blank=True,
        verbose_name=_("取組方向"),
    )
    overview = models.TextField(_("事業概要"), blank=True)

    class Meta:
        verbose_name = _("主な事業")
        verbose_name_plural = _("主な事業")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["node", "sheet_year", "number"], name="project_number_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def novelty_label(self) -> str:
        """（一部新）; a continuing project bears no mark."""
        return "" if self.novelty == self.Novelty.CONTINUING else f"（{self.get_novelty_display()}）"


class BudgetLine(models.Model):
    """予算額 of a project in one year and stage, in 千円."""

    class Stage(models.TextChoices):
        """Stages of a budget (rule BUD); the codes are those of ``rules.StageKind``."""

        INITIAL = "initial", _("当初予算")
        SUPPLEMENTARY = "supplementary", _("補正予算")
        CURRENT = "current", _("現計予算")
        FINAL = "final", _("最終予算")
        SETTLED = "settled", _("決算")
        CARRIED_OVER = "carried_over", _("繰越")
        RESERVE = "reserve", _("予備費")
        UNSPECIFIED = "unspecified_in_source", _("段階の記載なし")

    project = models.ForeignKey(
        ProjectLine, models.CASCADE, related_name="budgets", verbose_name=_("主な事業")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    stage = models.CharField(_("段階"), max_length=21, choices=Stage.choices)
    number = models.PositiveSmallIntegerField(_("補正の号数"), default=0)
    amount_thousand_yen = models.BigIntegerField(_("金額（千円）"))
    reason = models.CharField(_("増減の理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("予算額")
        verbose_name_plural = _("予算額")
        ordering = ["year", "stage", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "year", "stage", "number"], name="budget_stage_once"),
            models.CheckConstraint(
                condition=Q(stage="supplementary", number__gt=0) | (~Q(stage="supplementary") & Q(number=0)),
                name="budget_number_of_supplement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year} {self.get_stage_display()}"


class Judgement(AppendOnly):
    """進展度 of a fiscal year: what the rule suggests, what a person decided, and why. The newest row counts."""

    node = models.ForeignKey(PolicyNode, models.PROTECT, related_name="judgements", verbose_name=_("施策"))
    year = models.PositiveSmallIntegerField(_("年度"))
    suggested = models.CharField(_("目安"), max_length=4, blank=True)
    decided = models.CharField(_("進展度"), max_length=4)
    reason = models.TextField(_("判断理由"))
    difference_reason = models.TextField(_("目安と違う理由"), blank=True)
    needs_external_review = models.BooleanField(_("外部有識者の意見を聞く"), default=False)
    decided_by = models.CharField(_("判断した人"), max_length=80)
    decided_at = models.DateTimeField(_("判断した日時"))

    class Meta:
        verbose_name = _("進展度")
        verbose_name_plural = _("進展度")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.node} {self.year} {self.decided}"


class ExternalComment(models.Model):
    """外部有識者の所見, and what was done about it."""

    node = models.ForeignKey(
        PolicyNode, models.PROTECT, related_name="external_comments", verbose_name=_("施策")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    expert = models.CharField(_("有識者"), max_length=80)
    text = models.TextField(_("所見"))
    response = models.TextField(_("対応"), blank=True)
    recorded_at = models.DateTimeField(_("記録日時"))

    class Meta:
        verbose_name = _("外部有識者の所見")
        verbose_name_plural = _("外部有識者の所見")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.expert


class SheetRevision(models.Model):
    """The sheet as it stood: its whole content, frozen, and the way to its publication."""

    class Stage(models.TextChoices):
        """案 → 確定 → 訂正."""

        DRAFT = "draft", _("案")
        CONFIRMED = "confirmed", _("確定")
        CORRECTED = "corrected", _("訂正")

    class State(models.TextChoices):
        """Where the revision stands on its way to publication."""

        OPEN = "open", _("作成済み")
        IN_APPROVAL = "in_approval", _("決裁待ち")
        RETURNED = "returned", _("差戻し")
        PUBLISHED = "published", _("公表済み")

    node = models.ForeignKey(PolicyNode, models.PROTECT, related_name="revisions", verbose_name=_("施策"))
    sheet_year = models.PositiveSmallIntegerField(_("シートの年度"))
    number = models.PositiveSmallIntegerField(_("版"))
    stage = models.CharField(_("段階"), max_length=9, choices=Stage.choices)
    state = models.CharField(_("状態"), max_length=11, choices=State.choices, default=State.OPEN)
    trigger = models.CharField(_("きっかけ"), max_length=40)
    reason = models.TextField(_("理由"))
    content = models.JSONField(_("内容"), encoder=DjangoJSONEncoder)
    digest = models.CharField(_("内容のハッシュ"), max_length=64)
    diff = models.JSONField(_("前の版との違い"), default=list, blank=True)
    made_by = models.CharField(_("作成した人"), max_length=80)
    made_at = models.DateTimeField(_("作成日時"))
    approval_id = models.PositiveBigIntegerField(_("決裁案件の番号"), null=True, blank=True)
    approved_by = models.CharField(_("決裁した人"), max_length=80, blank=True)
    published_at = models.DateTimeField(_("公表日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("シートの版")
        verbose_name_plural = _("シートの版")
        ordering = ["-sheet_year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["node", "sheet_year", "number"], name="revision_number_once"),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="revision_published_at",
            ),
        ]
        indexes = [models.Index(fields=["node", "-published_at"], name="revision_published")]

    def __str__(self) -> str:
        return f"{self.node} {self.sheet_year} ({self.number})"

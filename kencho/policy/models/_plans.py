"""Plans and the tree 政策 > 施策 > 基本事業 > 事務事業 with the units that lead its nodes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Plan(models.Model):
    """計画: a period of fiscal years, its way of evaluating (a profile), and whether its indicators have targets."""

    class KpiMode(models.TextChoices):
        """Whether targets are judged, or figures only watched."""

        TARGET = "target", _("目標を評価する")
        MONITOR_ONLY = "monitor_only", _("推移だけを見る")

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="plans", verbose_name=_("団体")
    )
    code = models.SlugField(_("計画コード"), max_length=40)
    name = models.CharField(_("名称"), max_length=120)
    fy_from = models.PositiveSmallIntegerField(_("最初の年度"))
    fy_to = models.PositiveSmallIntegerField(_("最後の年度"))
    kpi_mode = models.CharField(
        _("目標の扱い"), max_length=12, choices=KpiMode.choices, default=KpiMode.TARGET
    )
    profile = models.CharField(_("評価の方法"), max_length=40)
    marking = models.CharField(_("シートに必ず載せる注意"), max_length=120, blank=True)
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="successors",
        null=True,
        blank=True,
        verbose_name=_("前の計画"),
    )

    class Meta:
        verbose_name = _("計画")
        verbose_name_plural = _("計画")
        ordering = ["-fy_from", "code"]
        constraints = [
            models.UniqueConstraint(fields=["body", "code"], name="plan_code_once"),
            models.CheckConstraint(condition=Q(fy_to__gte=F("fy_from")), name="plan_years_forward"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_monitored_only(self) -> bool:
        """Whether achievement and judgement are switched off for the whole plan."""
        return self.kpi_mode == self.KpiMode.MONITOR_ONLY

    @property
    def years(self) -> range:
        """The fiscal years of the plan."""
        return range(self.fy_from, self.fy_to + 1)


class PolicyNode(models.Model):
    """A node of the tree of one plan. It is valid for fiscal years, at most those of its plan."""

    class Level(models.TextChoices):
        """Depth in the tree."""

        POLICY = "policy", _("政策")
        MEASURE = "measure", _("施策")
        PROGRAM = "program", _("基本事業")
        PROJECT = "project", _("事務事業")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="nodes", verbose_name=_("計画"))
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("上位")
    )
    level = models.CharField(_("階層"), max_length=7, choices=Level.choices)
    code = models.CharField(_("番号"), max_length=20)
    name = models.CharField(_("名称"), max_length=120)
    fy_from = models.PositiveSmallIntegerField(_("最初の年度"))
    fy_to = models.PositiveSmallIntegerField(_("最後の年度"))
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="successors",
        null=True,
        blank=True,
        verbose_name=_("前身"),
    )

    class Meta:
        verbose_name = _("政策体系")
        verbose_name_plural = _("政策体系")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "level", "code"], name="policy_node_code_once"),
            models.CheckConstraint(condition=Q(fy_to__gte=F("fy_from")), name="policy_node_years_forward"),
        ]
        indexes = [models.Index(fields=["level", "code"], name="policy_node_level")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_measure(self) -> bool:
        """Whether it has a sheet."""
        return self.level == self.Level.MEASURE

    def is_valid_in(self, year: int) -> bool:
        """Whether the node stands in this fiscal year."""
        return self.fy_from <= year <= self.fy_to


class NodeLead(models.Model):
    """主担当: who leads a node from a fiscal year on, until the next row. Rows are only added, never changed."""

    node = models.ForeignKey(PolicyNode, models.CASCADE, related_name="leads", verbose_name=_("政策体系"))
    unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("組織"),
    )
    name = models.CharField(_("印刷する名称"), max_length=60)
    from_year = models.PositiveSmallIntegerField(_("この年度から"))
    recorded_at = models.DateTimeField(_("記録日時"))

    class Meta:
        verbose_name = _("主担当")
        verbose_name_plural = _("主担当")
        ordering = ["from_year", "id"]

    def __str__(self) -> str:
        return self.name


class DesiredState(models.Model):
    """めざす姿: what the measure wants to have reached at the end of the plan."""

    node = models.OneToOneField(
        PolicyNode, models.CASCADE, related_name="desired_state", verbose_name=_("政策体系")
    )
    heading = models.CharField(_("見出し"), max_length=80)
    as_of = models.DateField(_("到達の時点"))
    text = models.TextField(_("本文"))

    class Meta:
        verbose_name = _("めざす姿")
        verbose_name_plural = _("めざす姿")

    def __str__(self) -> str:
        return self.heading

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs, which the text divides by blank lines."""
        return tuple(part.strip() for part in self.text.split("\n\n") if part.strip())

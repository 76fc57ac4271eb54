"""目標項目: indicators, the versions of their definitions, their baselines, targets and actuals."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.foundation.indicators import Measure
from kencho.policy.models._append import AppendOnly
from kencho.policy.models._plans import PolicyNode
from kencho.policy.models._snapshots import Snapshot


class MissingReason(models.TextChoices):
    """Why a cell is empty (rule MISS); the codes are those of ``rules.Missing``."""

    NO_BASELINE = "no_baseline", _("現状値なし")
    NOT_SET = "not_set", _("未設定")
    FUTURE = "future", _("先の年度")
    NOT_YET_MEASURED = "not_yet_measured", _("未測定")
    NOT_APPLICABLE = "not_applicable", _("該当なし")
    SUPPRESSED = "suppressed", _("秘匿")
    DISCONTINUED = "discontinued", _("廃止")
    BLANK_IN_SOURCE = "blank_in_source", _("原典が空欄")


class ValueRow(AppendOnly):
    """A figure, or the reason why there is none; never both, never neither."""

    value = models.DecimalField(_("値"), null=True, blank=True, max_digits=30, decimal_places=10)
    missing = models.CharField(_("値がない理由"), max_length=16, choices=MissingReason.choices, blank=True)
    recorded_at = models.DateTimeField(_("記録日時"))
    recorded_by = models.CharField(_("記録した人"), max_length=80)

    class Meta:
        abstract = True


def value_or_reason(name: str) -> models.CheckConstraint:
    """Either a value or the reason why it is missing."""
    return models.CheckConstraint(
        condition=Q(value__isnull=False, missing="") | (Q(value__isnull=True) & ~Q(missing="")), name=name
    )


class Indicator(models.Model):
    """目標項目 of a measure."""

    class Role(models.TextChoices):
        """主指標 carries the judgement, 副指標 is shown beside it."""

        PRIMARY = "primary", _("主指標")
        SECONDARY = "secondary", _("副指標")

    class Direction(models.TextChoices):
        """Which way is better."""

        HIGHER = "higher_is_better", _("高いほどよい")
        LOWER = "lower_is_better", _("低いほどよい")
        RANGE = "range", _("範囲の中がよい")

    class MeasureType(models.TextChoices):
        """How values add up (rule AGG)."""

        FLOW = Measure.FLOW.value, _("期間の合計")
        STOCK = Measure.STOCK.value, _("時点の値")
        DISTINCT = Measure.DISTINCT.value, _("期間に一度でもあった数")
        RATIO = Measure.RATIO.value, _("割合")
        CUMULATIVE = Measure.CUMULATIVE.value, _("計画の初めからの累計")
        MEAN = Measure.MEAN.value, _("平均")
        MAX = Measure.MAX.value, _("最大")

    class Stage(models.TextChoices):
        """Place in the chain of a logic model."""

        INPUT = "input", _("投入")
        ACTIVITY = "activity", _("活動")
        OUTPUT = "output", _("産出")
        OUTCOME = "outcome", _("成果")

    node = models.ForeignKey(
        PolicyNode, models.PROTECT, related_name="indicators", verbose_name=_("政策体系")
    )
    code = models.SlugField(_("コード"), max_length=60)
    role = models.CharField(_("役割"), max_length=9, choices=Role.choices)
    order = models.PositiveSmallIntegerField(_("順番"), default=0)
    name = models.CharField(_("名称"), max_length=200)
    unit = models.CharField(_("単位"), max_length=20)
    decimals = models.PositiveSmallIntegerField(_("小数点以下の桁数"), default=0)
    direction = models.CharField(
        _("よい向き"), max_length=16, choices=Direction.choices, default=Direction.HIGHER
    )
    measure = models.CharField(_("数え方"), max_length=27, choices=MeasureType.choices)
    stage = models.CharField(_("段階"), max_length=8, choices=Stage.choices, blank=True)
    ended_year = models.PositiveSmallIntegerField(_("最後の年度"), null=True, blank=True)

    class Meta:
        verbose_name = _("目標項目")
        verbose_name_plural = _("目標項目")
        ordering = ["role", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["node", "code"], name="indicator_code_once")]

    def __str__(self) -> str:
        return self.name


class IndicatorDefinition(models.Model):
    """A version of what an indicator means and from what it is counted. A later version begins a new series."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="definitions", verbose_name=_("目標項目")
    )
    version = models.PositiveSmallIntegerField(_("版"))
    effective_year = models.PositiveSmallIntegerField(_("この年度から"))
    explanation = models.TextField(_("目標項目の説明"), blank=True)
    binding_code = models.CharField(_("結び付けた指標"), max_length=80, blank=True)
    parameters = models.JSONField(_("条件"), default=dict, blank=True)
    reason = models.CharField(_("改めた理由"), max_length=400, blank=True)
    recorded_at = models.DateTimeField(_("記録日時"))
    recorded_by = models.CharField(_("記録した人"), max_length=80)

    class Meta:
        verbose_name = _("目標項目の定義")
        verbose_name_plural = _("目標項目の定義")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "version"], name="definition_version_once"),
            models.UniqueConstraint(fields=["indicator", "effective_year"], name="definition_year_once"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} ({self.version})"

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The parameters as a reader asks for them."""
        stored: dict[str, Any] = self.parameters
        return {code: tuple(values) for code, values in stored.items()}


class Baseline(ValueRow):
    """現状値 of an indicator; the newest row counts."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="baselines", verbose_name=_("目標項目")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    snapshot = models.ForeignKey(
        Snapshot,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("記録した集計"),
    )

    class Meta:
        verbose_name = _("現状値")
        verbose_name_plural = _("現状値")
        ordering = ["id"]
        constraints = [value_or_reason("baseline_value_or_reason")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"


class Target(ValueRow):
    """目標値 of a year; the newest row of its kind counts. Official ones are only those that a person set."""

    class Kind(models.TextChoices):
        """Official targets and reference values share no column."""

        OFFICIAL = "official", _("目標値")
        REFERENCE = "reference", _("参考値")

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="targets", verbose_name=_("目標項目")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    kind = models.CharField(_("種類"), max_length=9, choices=Kind.choices, default=Kind.OFFICIAL)
    upper = models.DecimalField(_("上限"), null=True, blank=True, max_digits=30, decimal_places=10)
    rationale = models.TextField(_("目標値の考え方"), blank=True)

    class Meta:
        verbose_name = _("目標値")
        verbose_name_plural = _("目標値")
        ordering = ["id"]
        constraints = [value_or_reason("target_value_or_reason")]
        indexes = [models.Index(fields=["indicator", "year", "id"], name="target_of_year")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"


class ActualStatus(models.TextChoices):
    """How sure a value is (rule STAT); the codes are those of ``rules``. ``live`` values are never stored."""

    LIVE = "live", _("速報")
    PROVISIONAL = "provisional", _("見込値")
    CONFIRMED = "confirmed", _("確定値")
    CORRECTED = "corrected", _("訂正")
    RESTATED = "restated", _("遡及改定")


class Actual(ValueRow):
    """実績値 of a year; the newest row counts, the older ones are its history."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="actuals", verbose_name=_("目標項目")
    )
    definition = models.ForeignKey(
        IndicatorDefinition, models.PROTECT, related_name="+", verbose_name=_("定義")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    status = models.CharField(_("状態"), max_length=11, choices=ActualStatus.choices)
    as_of = models.DateTimeField(_("いつの時点か"))
    snapshot = models.ForeignKey(
        Snapshot,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("記録した集計"),
    )
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("実績値")
        verbose_name_plural = _("実績値")
        ordering = ["id"]
        constraints = [
            value_or_reason("actual_value_or_reason"),
            models.CheckConstraint(condition=~Q(status=ActualStatus.LIVE), name="actual_never_live"),
        ]
        indexes = [models.Index(fields=["indicator", "year", "id"], name="actual_of_year")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"

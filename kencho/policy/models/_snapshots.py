"""集計の記録: what was counted, from which rows, by which rule, as known at an instant."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.policy.models._append import AppendOnly


class Snapshot(AppendOnly):
    """A frozen figure. ``root`` is the Merkle root over (row id, row version) of its rows in the order of their ids.

    The rows themselves are in `SnapshotLeaves`. They hold opaque ids and no personal data, so they stay when the
    row they stand for is erased.
    """

    indicator = models.ForeignKey(
        "policy.Indicator", models.PROTECT, related_name="snapshots", verbose_name=_("目標項目")
    )
    definition = models.ForeignKey(
        "policy.IndicatorDefinition", models.PROTECT, related_name="+", verbose_name=_("定義")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    first = models.DateField(_("期間の初日"))
    end = models.DateField(_("期間の終わり（この日を含まない）"))
    as_of = models.DateTimeField(_("いつの時点か"))
    binding_text = models.TextField(_("数え方の全文"))
    binding_digest = models.CharField(_("数え方のハッシュ"), max_length=64)
    parameters = models.JSONField(_("条件"), default=dict, blank=True)
    code_version = models.CharField(_("プログラムの版"), max_length=60)
    numerator = models.DecimalField(_("分子"), max_digits=30, decimal_places=10, null=True, blank=True)
    denominator = models.DecimalField(_("分母"), max_digits=30, decimal_places=10, null=True, blank=True)
    raw = models.CharField(_("丸める前の値"), max_length=80, blank=True)
    official = models.DecimalField(_("公表する値"), max_digits=30, decimal_places=10, null=True, blank=True)
    notes = models.JSONField(_("併せて示す数"), default=list, blank=True)
    doubts = models.JSONField(_("確かめること"), default=list, blank=True)
    has_rows = models.BooleanField(_("行を記録した"), default=False)
    row_count = models.PositiveBigIntegerField(_("行の数"), default=0)
    root = models.CharField(_("マークル根"), max_length=64, blank=True)
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="superseded_by",
        null=True,
        blank=True,
        verbose_name=_("前の記録"),
    )
    taken_at = models.DateTimeField(_("記録日時"))
    taken_by = models.CharField(_("記録した人"), max_length=80)

    class Meta:
        verbose_name = _("集計の記録")
        verbose_name_plural = _("集計の記録")
        ordering = ["id"]
        indexes = [models.Index(fields=["indicator", "year", "id"], name="snapshot_of_year")]

    def __str__(self) -> str:
        return f"snapshot {self.pk}"


class SnapshotLeaves(models.Model):
    """Some thousands of the rows behind a snapshot, compressed; the parts follow each other in the order of ids."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="parts", verbose_name=_("集計の記録"))
    number = models.PositiveIntegerField(_("順番"))
    rows = models.PositiveIntegerField(_("行の数"))
    first_id = models.CharField(_("最初の行"), max_length=120)
    packed = models.BinaryField(_("圧縮した行"))

    class Meta:
        verbose_name = _("集計の行")
        verbose_name_plural = _("集計の行")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "number"], name="snapshot_leaves_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} / {self.number}"

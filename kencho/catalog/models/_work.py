"""Publication straight from work: a declared view over what an app offers, approved once, refreshed every night."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkView(models.Model):
    """業務からの公開: which declared table becomes which resource, how it is made coarse, and what is suppressed."""

    class State(models.TextChoices):
        """Only approved views are refreshed."""

        DRAFT = "draft", _("準備中")
        IN_APPROVAL = "in_approval", _("決裁中")
        APPROVED = "approved", _("承認済み")
        STOPPED = "stopped", _("止めている")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    # Key of a declaration in `foundation.registry.datasets`.
    spec = models.CharField(_("もとの表"), max_length=80)
    resource = models.OneToOneField(
        "catalog.Resource", models.CASCADE, related_name="work_view", verbose_name=_("リソース")
    )
    # Columns in order, with how each is made coarse: keep, year, month, band, top.
    columns = models.JSONField(_("列と粗さ"), default=list)
    # Columns by which a person might be found; groups of fewer than k rows or people are not shown.
    quasi_identifiers = models.JSONField(_("組合せで人が分かる列"), default=list, blank=True)
    # The column of counts whose small numbers are kept back with complements; empty for none.
    count_column = models.CharField(_("件数の列"), max_length=80, blank=True)
    # Columns within whose groups a total is known elsewhere, so that one hidden number alone could be worked out.
    totals_by = models.JSONField(_("合計が知られている列"), default=list, blank=True)
    k = models.PositiveSmallIntegerField(_("最も小さい集まり"), default=5)
    state = models.CharField(_("状態"), max_length=12, choices=State.choices, default=State.DRAFT)
    approval_id = models.BigIntegerField(_("決裁番号"), null=True, blank=True)
    # The state of the source at the last refresh, so that nothing is published twice.
    last_digest = models.CharField(_("前回の内容のSHA-256"), max_length=64, blank=True)
    refreshed_at = models.DateTimeField(_("最後に更新した日時"), null=True, blank=True)
    problem = models.CharField(_("更新できない理由"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("業務からの公開")
        verbose_name_plural = _("業務からの公開")
        constraints = [models.UniqueConstraint(fields=["body", "spec"], name="work_view_once")]

    def __str__(self) -> str:
        return self.spec

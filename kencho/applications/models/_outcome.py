"""How an application ends: the decision, the notice, and much later the erasure of what it held."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.applications.models._application import Application


class Decision(models.Model):
    """処分案 and, once approved, the 処分. Refusals state their grounds（行政手続法第8条）."""

    class State(models.TextChoices):
        """A draft goes through approval and is then decided, or comes back."""

        DRAFT = "draft", _("案")
        IN_APPROVAL = "in_approval", _("決裁中")
        RETURNED = "returned", _("差戻し")
        APPROVED = "approved", _("決定")

    application = models.OneToOneField(
        Application, models.CASCADE, related_name="decision", verbose_name=_("申請")
    )
    kind = models.CharField(_("決定の種類"), max_length=40)
    grounds = models.TextField(_("理由の提示"), blank=True)
    text = models.TextField(_("通知の本文"))
    conditions = models.TextField(_("条件"), blank=True)
    amount = models.BigIntegerField(_("金額（円）"), null=True, blank=True)
    state = models.CharField(_("状態"), max_length=12, choices=State.choices, default=State.DRAFT)
    approval_id = models.BigIntegerField(_("決裁番号"), null=True, blank=True)
    drafted_by = models.CharField(_("起案者"), max_length=80)
    drafted_at = models.DateTimeField(_("起案日時"))
    decided_by = models.CharField(_("決裁者"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("決定")
        verbose_name_plural = _("決定")

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"


class Notice(models.Model):
    """交付した通知書: a signed PDF with its 文書番号."""

    application = models.OneToOneField(
        Application, models.CASCADE, related_name="notice", verbose_name=_("申請")
    )
    title = models.CharField(_("題名"), max_length=120)
    record_id = models.BigIntegerField(_("施行文書"))
    document_number = models.CharField(_("文書番号"), max_length=60)
    stored_file = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("ファイル"),
    )
    issued_at = models.DateTimeField(_("施行日時"))
    fetched_at = models.DateTimeField(_("最初に受け取られた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("通知書")
        verbose_name_plural = _("通知書")

    def __str__(self) -> str:
        return self.document_number


class Erasure(models.Model):
    """消去: the personal data of an application is gone because its retention period is over; what counts stays.

    A table of its own keeps the row of every new application narrow.
    """

    application = models.OneToOneField(
        Application, models.CASCADE, related_name="erasure", verbose_name=_("申請")
    )
    erased_at = models.DateTimeField(_("消去日時"))
    documents = models.PositiveIntegerField(_("消した書類の数"), default=0)

    class Meta:
        verbose_name = _("申請の消去")
        verbose_name_plural = _("申請の消去")

    def __str__(self) -> str:
        return f"{self.application_id} {self.erased_at}"


class ErasureHold(models.Model):
    """消去の差止め: an objection, a lawsuit or an inquiry needs the application beyond its retention period."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="holds", verbose_name=_("申請"))
    reason = models.CharField(_("理由"), max_length=400)
    placed_at = models.DateTimeField(_("開始日時"))
    placed_by = models.CharField(_("差し止めた人"), max_length=80)
    ended_at = models.DateTimeField(_("終了日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("消去の差止め")
        verbose_name_plural = _("消去の差止め")
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(ended_at__isnull=True), name="one_open_hold"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.reason[:40]}"

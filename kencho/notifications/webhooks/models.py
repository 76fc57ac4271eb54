"""Where facts are sent, and each sending."""

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body


class WebhookEvent(models.TextChoices):
    """Facts that other systems can ask for. The names are part of the API."""

    APPLICATION_SUBMITTED = "application.submitted", _("申請が届いた")
    APPLICATION_ACCEPTED = "application.accepted", _("申請を受け付けた")
    AMENDMENT_REQUESTED = "application.amendment_requested", _("補正を求めた")
    APPLICATION_AMENDED = "application.amended", _("補正された")
    APPLICATION_TRANSFERRED = "application.transferred", _("担当の所属が変わった")
    APPLICATION_WITHDRAWN = "application.withdrawn", _("申請が取り下げられた")
    APPLICATION_REFUSED = "application.refused", _("申請を受け付けられないとした")
    APPLICATION_COMPLETED = "application.completed", _("届出が完了した")
    APPLICATION_DECIDED = "application.decided", _("申請について決定した")
    NOTICE_ISSUED = "application.notice_issued", _("通知書を交付した")
    APPROVAL_REQUESTED = "approval.requested", _("決裁に回った")
    APPROVAL_GRANTED = "approval.granted", _("決裁された")
    APPROVAL_RETURNED = "approval.returned", _("差し戻された")


PING = "ping"


class WebhookEndpoint(models.Model):
    """An address of another system. The secret is worked out from ``seed`` and the key of this site, and kept nowhere."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="+", verbose_name=_("団体"))
    label = models.CharField(_("名前"), max_length=80)
    url = models.CharField(_("送り先のURL"), max_length=500)
    events = models.JSONField(_("知らせる出来事"), default=list)
    seed = models.CharField(_("秘密の種"), max_length=64)
    previous_seed = models.CharField(_("前の秘密の種"), max_length=64, blank=True)
    previous_until = models.DateTimeField(_("前の秘密を使う期限"), null=True, blank=True)
    is_active = models.BooleanField(_("送る"), default=True)
    failures = models.PositiveIntegerField(_("続けて失敗した回数"), default=0)
    stopped_at = models.DateTimeField(_("止めた日時"), null=True, blank=True)
    stopped_by_failures = models.BooleanField(_("失敗が続いて止まった"), default=False)
    created_at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("Webhookの送り先")
        verbose_name_plural = _("Webhookの送り先")
        ordering = ["label", "id"]
        indexes = [models.Index(fields=["body", "is_active"], name="webhook_endpoint_body")]

    def __str__(self) -> str:
        return self.label

    def seeds(self, at: datetime) -> list[str]:
        """Seeds of the secrets to sign with: the new one, and until its end the one before."""
        keep = self.previous_seed and self.previous_until is not None and at < self.previous_until
        return [self.seed, self.previous_seed] if keep else [self.seed]

    def event_labels(self) -> list[str]:
        """The chosen facts in words."""
        return [str(WebhookEvent(name).label) for name in self.events if name in WebhookEvent.values]


class WebhookDelivery(models.Model):
    """One fact to one endpoint; its id stays the same at each try, so that the receiver can drop a repeat."""

    class State(models.TextChoices):
        """Where the sending stands."""

        WAITING = "waiting", _("送信待ち")
        DELIVERED = "delivered", _("届いた")
        FAILED = "failed", _("届かなかった")
        SKIPPED = "skipped", _("送らなかった")

    id = models.UUIDField(_("番号"), primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name=_("送り先")
    )
    event = models.CharField(_("出来事"), max_length=40)
    payload = models.JSONField(_("内容"))
    state = models.CharField(_("状態"), max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("試行回数"), default=0)
    response_code = models.PositiveSmallIntegerField(_("応答の状態コード"), null=True, blank=True)
    error = models.CharField(_("届かない理由"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("作成日時"))
    last_tried_at = models.DateTimeField(_("最後に送った日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("Webhookの送信")
        verbose_name_plural = _("Webhookの送信")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["endpoint", "-created_at", "-id"], name="webhook_delivery_list"),
            models.Index(fields=["created_at"], name="webhook_delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.id}"

    @property
    def event_label(self) -> str:
        """The fact in words."""
        return str(WebhookEvent(self.event).label) if self.event in WebhookEvent.values else self.event

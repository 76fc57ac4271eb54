"""Messages to people: kept in the portal, sent by mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.notifications.webhooks.models import WebhookDelivery, WebhookEndpoint
from kencho.organization.models import Body

# Django finds models only through this module, so those of the webhooks are named here as well.
__all__ = ["Message", "WebhookDelivery", "WebhookEndpoint"]


class Message(models.Model):
    """One message to one recipient. The mail is sent by the worker and tried again until it is gone or given up."""

    class MailState(models.TextChoices):
        """Where the mail stands."""

        NONE = "none", _("送らない")
        WAITING = "waiting", _("送信待ち")
        SENT = "sent", _("送信済み")
        FAILED = "failed", _("送信できず")

    body = models.ForeignKey(Body, models.CASCADE, related_name="+", verbose_name=_("団体"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="messages",
        null=True,
        blank=True,
        verbose_name=_("宛先の利用者"),
    )
    email = models.EmailField(_("宛先のメール"), blank=True)
    template = models.CharField(_("ひな形"), max_length=80)
    subject = models.CharField(_("件名"), max_length=200)
    text = models.TextField(_("本文"))
    url = models.CharField(_("リンク"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("作成日時"))
    read_at = models.DateTimeField(_("読んだ日時"), null=True, blank=True)
    mail_state = models.CharField(
        _("メールの状態"), max_length=8, choices=MailState.choices, default=MailState.NONE
    )
    sent_at = models.DateTimeField(_("送信日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("お知らせ")
        verbose_name_plural = _("お知らせ")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["user", "-created_at"], name="message_user")]

    def __str__(self) -> str:
        return self.subject

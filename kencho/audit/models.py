"""The audit log: append-only entries, sealed in batches. Stores names and ids, no foreign keys, no personal data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act: who (kind and id), what (code), on what (type, id and public label), when, in whose name (body)."""

    at = models.DateTimeField(_("日時"))
    body = models.CharField(_("団体コード"), max_length=6, blank=True)
    actor_kind = models.CharField(_("行為者の種類"), max_length=8)
    actor_id = models.CharField(_("行為者の番号"), max_length=64)
    action = models.CharField(_("行為"), max_length=80)
    subject_type = models.CharField(_("対象の種類"), max_length=60)
    subject_id = models.CharField(_("対象の番号"), max_length=64)
    subject_label = models.CharField(_("対象の表示"), max_length=120, blank=True)
    details = models.JSONField(_("詳細"), default=dict)
    mac = models.CharField(_("認証コード"), max_length=64)

    class Meta:
        verbose_name = _("監査記録")
        verbose_name_plural = _("監査記録")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["body", "-id"], name="audit_body"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}"

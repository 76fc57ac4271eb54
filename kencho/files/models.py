"""Files: content-addressed blobs, and uploads whose original stays quarantined behind a sanitised copy."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body


class StoredFile(models.Model):
    """One blob of a body, named by its SHA-256; the same content is kept once per body."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("団体"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveBigIntegerField(_("大きさ（バイト）"))
    kind = models.CharField(_("種類"), max_length=10)
    quarantined = models.BooleanField(_("隔離中"), default=False)
    created_at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("保存ファイル")
        verbose_name_plural = _("保存ファイル")
        constraints = [
            models.UniqueConstraint(fields=["body", "digest", "quarantined"], name="stored_file_once")
        ]

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def key(self) -> str:
        """Place in the store: quarantine apart, then body, then two levels of the digest."""
        room = "quarantine" if self.quarantined else "clean"
        return f"{room}/{self.body.code}/{self.digest[:2]}/{self.digest[2:4]}/{self.digest}"


class Upload(models.Model):
    """A file that somebody handed in. Readers get ``clean_copy`` only; ``original`` is never served."""

    class State(models.TextChoices):
        """From arrival to a verdict."""

        CHECKING = "checking", _("確認中")
        CLEAN = "clean", _("確認済み")
        REFUSED = "refused", _("受け付けられません")

    id = models.UUIDField(_("番号"), primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("団体"))
    owner = models.CharField(_("預かり先"), max_length=80, db_index=True)
    name = models.CharField(_("ファイル名"), max_length=200)
    original = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("原本")
    )
    clean_copy = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("無害化済み")
    )
    state = models.CharField(_("状態"), max_length=8, choices=State.choices, default=State.CHECKING)
    reason = models.CharField(_("理由"), max_length=40, blank=True)
    removed = models.JSONField(_("取り除いたもの"), default=list)
    pages = models.PositiveIntegerField(_("ページ数"), null=True, blank=True)
    uploaded_at = models.DateTimeField(_("受領日時"))

    class Meta:
        verbose_name = _("受領ファイル")
        verbose_name_plural = _("受領ファイル")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="clean") | models.Q(clean_copy__isnull=False),
                name="clean_upload_has_copy",
            )
        ]

    def __str__(self) -> str:
        return self.name

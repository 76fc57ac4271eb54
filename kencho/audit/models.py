"""The audit log: append-only entries, sealed in batches. Stores names and ids, no foreign keys, no personal data."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.audit.encoding import CanonicalEncoder

LABEL_LENGTH = 120
HASH_LENGTH = 64
HEAD_ID = 1


class AuditIsAppendOnly(Exception):
    """Somebody tried to change or delete a row of the audit log through the models."""


class _AppendOnlyRows(models.QuerySet[Any]):
    """Rows may be read and added."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AuditIsAppendOnly(self.model.__name__)

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AuditIsAppendOnly(self.model.__name__)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AuditIsAppendOnly(self.model.__name__)


class AppendOnly(models.Model):
    """A row that is written once; triggers of the database (``guards``) say the same to everybody else."""

    objects = _AppendOnlyRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add; raises AuditIsAppendOnly when the row is there already."""
        if not self._state.adding:
            raise AuditIsAppendOnly(type(self).__name__)
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AuditIsAppendOnly(type(self).__name__)


class Entry(AppendOnly):
    """One act: who (kind and id), what (code), on what (type, id and public label), when, in whose name (body)."""

    key = models.UUIDField(
        _("識別子"),
        unique=True,
        help_text=_("記録ごとに違う値。同じ記録を写して増やすことを防ぎます。"),
    )
    at = models.DateTimeField(_("日時"))
    body = models.CharField(_("団体コード"), max_length=6, blank=True)
    actor_kind = models.CharField(_("行為者の種類"), max_length=8)
    actor_id = models.CharField(_("行為者の番号"), max_length=64)
    action = models.CharField(_("行為"), max_length=80)
    subject_type = models.CharField(_("対象の種類"), max_length=60)
    subject_id = models.CharField(_("対象の番号"), max_length=64)
    subject_label = models.CharField(_("対象の表示"), max_length=LABEL_LENGTH, blank=True)
    details = models.JSONField(_("詳細"), default=dict, encoder=CanonicalEncoder)
    mac = models.CharField(_("認証コード"), max_length=HASH_LENGTH)

    class Meta:
        verbose_name = _("監査記録")
        verbose_name_plural = _("監査記録")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["body", "at", "id"], name="audit_body_at"),
            models.Index(fields=["subject_label", "id"], name="audit_label"),
            models.Index(fields=["actor_id", "at", "id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}"


class Seal(AppendOnly):
    """A batch of entries under one Merkle root, tied to the seals before it.

    ``hash`` covers all other columns. ``skip_hash`` is the hash of the seal ``number`` minus its lowest set bit, so
    that a proof reaches the newest seal in few steps however many there are.
    """

    number = models.BigIntegerField(_("封印番号"), primary_key=True)
    first = models.BigIntegerField(_("最小の記録番号"))
    last = models.BigIntegerField(_("最大の記録番号"))
    count = models.PositiveIntegerField(_("件数"))
    root = models.CharField(_("木の根のハッシュ"), max_length=HASH_LENGTH)
    previous_hash = models.CharField(_("前の封印のハッシュ"), max_length=HASH_LENGTH, blank=True)
    skip_hash = models.CharField(_("さかのぼる封印のハッシュ"), max_length=HASH_LENGTH, blank=True)
    sealed_at = models.DateTimeField(_("封印日時"), db_index=True)
    hash = models.CharField(_("封印のハッシュ"), max_length=HASH_LENGTH)

    class Meta:
        verbose_name = _("封印")
        verbose_name_plural = _("封印")

    def __str__(self) -> str:
        return f"#{self.number}"


class SealedEntry(AppendOnly):
    """Which entry stands at which position of which seal, and its leaf.

    The membership is a table and not a range of ids because PostgreSQL hands out ids before it commits: a row with
    a smaller id may appear after a larger one was sealed.
    """

    # Always given, never counted: the automatic kind is what SQLite stores without a second index.
    entry_id = models.BigAutoField(_("記録番号"), primary_key=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+", db_index=False, verbose_name=_("封印"))
    position = models.PositiveIntegerField(_("位置"))
    leaf_hash = models.BinaryField(_("葉のハッシュ"), max_length=32)

    class Meta:
        verbose_name = _("封印された記録")
        verbose_name_plural = _("封印された記録")
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="sealed_position_once")]

    def __str__(self) -> str:
        return f"#{self.seal_id}:{self.position}"


class Head(models.Model):
    """The newest seal under a keyed code: the one row that moves, so that cutting off the newest seals shows."""

    id = models.SmallIntegerField(_("番号"), primary_key=True, default=HEAD_ID)
    number = models.BigIntegerField(_("封印番号"), default=0)
    entries = models.BigIntegerField(_("封印した記録の数"), default=0)
    hash = models.CharField(_("封印のハッシュ"), max_length=HASH_LENGTH, blank=True)
    mac = models.CharField(_("認証コード"), max_length=HASH_LENGTH)

    class Meta:
        verbose_name = _("最新の封印")
        verbose_name_plural = _("最新の封印")
        constraints = [models.CheckConstraint(condition=models.Q(id=HEAD_ID), name="one_audit_head")]

    def __str__(self) -> str:
        return f"#{self.number}"

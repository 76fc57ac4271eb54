"""The register of records (文書): what came in and went out, numbered without gaps, with its retention period."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body, Unit


class Classification(models.Model):
    """文書分類 (大中小) of a body with the retention period that belongs to it."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="classifications", verbose_name=_("団体"))
    code = models.CharField(_("分類コード"), max_length=20)
    major = models.CharField(_("大分類"), max_length=60)
    middle = models.CharField(_("中分類"), max_length=60)
    minor = models.CharField(_("小分類"), max_length=60)
    retention_years = models.PositiveSmallIntegerField(_("保存期間（年）"))
    valid_from = models.DateField(_("有効開始日"))
    valid_to = models.DateField(_("有効終了日（この日を含まない）"), null=True, blank=True)

    class Meta:
        verbose_name = _("文書分類")
        verbose_name_plural = _("文書分類")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["body", "code", "valid_from"], name="classification_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.minor}"


class RegisterCounter(models.Model):
    """The last 文書番号 of a division in a fiscal year; its row lock makes the numbers gapless."""

    division = models.ForeignKey(Unit, models.CASCADE, related_name="+", verbose_name=_("所属"))
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("最後の番号"), default=0)

    class Meta:
        verbose_name = _("文書番号の発番")
        verbose_name_plural = _("文書番号の発番")
        constraints = [
            models.UniqueConstraint(fields=["division", "fiscal_year"], name="register_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.division_id}/{self.fiscal_year}: {self.last}"


class Record(models.Model):
    """文書: one line of the register."""

    class Direction(models.TextChoices):
        """Received or issued."""

        RECEIVED = "received", _("収受")
        ISSUED = "issued", _("施行")

    body = models.ForeignKey(Body, models.PROTECT, related_name="records", verbose_name=_("団体"))
    division = models.ForeignKey(Unit, models.PROTECT, related_name="records", verbose_name=_("所属"))
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("番号"))
    number = models.CharField(_("文書番号"), max_length=60)
    direction = models.CharField(_("収受・施行"), max_length=8, choices=Direction.choices)
    title = models.CharField(_("件名"), max_length=200)
    classification = models.ForeignKey(
        Classification,
        models.PROTECT,
        related_name="records",
        null=True,
        blank=True,
        verbose_name=_("文書分類"),
    )
    retention_years = models.PositiveSmallIntegerField(_("保存期間（年）"))
    retain_until = models.DateField(_("保存期間満了日（この日を含まない）"))
    subject_type = models.CharField(_("対象の種類"), max_length=60, blank=True)
    subject_id = models.CharField(_("対象の番号"), max_length=64, blank=True)
    stored_file = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("ファイル"),
    )
    registered_at = models.DateTimeField(_("登録日時"))
    registered_by = models.CharField(_("登録者"), max_length=80)

    class Meta:
        verbose_name = _("文書")
        verbose_name_plural = _("文書")
        ordering = ["-registered_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["division", "fiscal_year", "serial"], name="record_serial_once"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="record_serial_from_one"),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="record_subject"),
            models.Index(fields=["body", "division", "-registered_at", "-id"], name="record_register"),
        ]

    def __str__(self) -> str:
        return self.number


class SealUse(models.Model):
    """公印使用簿: each use of an electronic seal."""

    record = models.OneToOneField(Record, models.PROTECT, related_name="seal_use", verbose_name=_("文書"))
    seal_name = models.CharField(_("公印の種類"), max_length=60)
    certificate_serial = models.CharField(_("証明書の番号"), max_length=64)
    document_digest = models.CharField(_("署名済みPDFのSHA-256"), max_length=64, db_index=True)
    used_at = models.DateTimeField(_("使用日時"))
    used_by = models.CharField(_("使用者"), max_length=80)

    class Meta:
        verbose_name = _("公印の使用")
        verbose_name_plural = _("公印の使用")

    def __str__(self) -> str:
        return f"{self.seal_name} {self.used_at}"

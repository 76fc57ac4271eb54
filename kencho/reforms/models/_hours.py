"""Hours saved (rule HRS): baseline minutes less remaining human minutes of completed cases, less upkeep and corrections."""

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReformCase(models.Model):
    """業務の見直し: one piece of work that is done another way since a day."""

    class Solution(models.TextChoices):
        """What replaced the manual work."""

        RPA = "rpa", _("ロボット（RPA）")
        OCR = "ocr", _("AI-OCR")
        FORM = "form", _("電子申請")
        BPR = "bpr", _("手順の見直し")
        RULE = "rule", _("規則の見直し")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, related_name="+", verbose_name=_("所属")
    )
    code = models.SlugField(_("コード"), max_length=60)
    title = models.CharField(_("業務の名前"), max_length=120)
    solution = models.CharField(_("方法"), max_length=6, choices=Solution.choices)
    # What the app that does the work calls it, e.g. "robots.robot:decided-to-ledger", "intake.procedure:library-card".
    subject = models.CharField(_("対象"), max_length=120)
    began_on = models.DateField(_("始めた日"))
    ended_on = models.DateField(_("終えた日"), null=True, blank=True)
    note = models.CharField(_("説明"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("業務の見直し")
        verbose_name_plural = _("業務の見直し")
        constraints = [
            models.UniqueConstraint(fields=["body", "code"], name="reform_code_once"),
            models.UniqueConstraint(fields=["body", "subject"], name="reform_subject_once"),
        ]

    def __str__(self) -> str:
        return self.title


class BaselineStudy(models.Model):
    """基準の測定: how long one case took by hand before. A vendor's figure is an estimate and never counts."""

    class Basis(models.TextChoices):
        """Only measured baselines enter an indicator."""

        MEASURED = "measured", _("実測")
        ESTIMATE = "estimate", _("見積り")

    reform = models.ForeignKey(
        ReformCase, models.CASCADE, related_name="baselines", verbose_name=_("業務の見直し")
    )
    basis = models.CharField(_("根拠"), max_length=8, choices=Basis.choices)
    measured_on = models.DateField(_("測定した日"))
    # For estimates, which have no samples.
    stated_minutes = models.DecimalField(
        _("見積りの分数"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    method = models.CharField(_("測り方・出典"), max_length=200)
    recorded_by = models.CharField(_("登録した人"), max_length=80)
    recorded_at = models.DateTimeField(_("登録した日時"))
    # Nothing is erased, so that a figure of last year can be made again as it was known then.
    withdrawn_at = models.DateTimeField(_("取り消した日時"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("取り消した理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("基準の測定")
        verbose_name_plural = _("基準の測定")

    def __str__(self) -> str:
        return f"{self.reform} {self.measured_on}"


class BaselineSample(models.Model):
    """One timed case of a measured baseline; names nobody."""

    study = models.ForeignKey(
        BaselineStudy, models.CASCADE, related_name="samples", verbose_name=_("基準の測定")
    )
    minutes = models.DecimalField(_("分"), max_digits=9, decimal_places=3)
    recorded_at = models.DateTimeField(_("登録した日時"))
    withdrawn_at = models.DateTimeField(_("取り消した日時"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("取り消した理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("測定した一件")
        verbose_name_plural = _("測定した一件")
        constraints = [models.CheckConstraint(condition=models.Q(minutes__gt=0), name="sample_positive")]

    def __str__(self) -> str:
        return str(self.minutes)


class RunningTiming(models.Model):
    """測定中: a case that somebody is doing by hand right now; gone when it ends, for samples name nobody."""

    study = models.ForeignKey(
        BaselineStudy, models.CASCADE, related_name="timings", verbose_name=_("基準の測定")
    )
    staff = models.ForeignKey(
        "organization.StaffMember", models.CASCADE, related_name="+", verbose_name=_("職員")
    )
    # Empty while interrupted: a telephone call is no part of the case.
    running_since = models.DateTimeField(_("計り始めた日時"), null=True, blank=True)
    seconds_before = models.DecimalField(_("中断までの秒数"), max_digits=10, decimal_places=3, default=0)

    class Meta:
        verbose_name = _("測定中の一件")
        verbose_name_plural = _("測定中の一件")
        constraints = [models.UniqueConstraint(fields=["study", "staff"], name="timing_one_per_person")]

    def __str__(self) -> str:
        return str(self.study)

    def seconds(self, at: datetime) -> Decimal:
        """Seconds of work on the case by an instant, interruptions left out."""
        if self.running_since is None:
            return self.seconds_before
        return self.seconds_before + Decimal(str((at - self.running_since).total_seconds()))


class EffectRecord(models.Model):
    """完了した一件: a case, not a run; a run that found nothing to do has none. Written once."""

    reform = models.ForeignKey(
        ReformCase, models.PROTECT, related_name="effects", verbose_name=_("業務の見直し")
    )
    # Opaque and stable, without personal data: "robots.item:123", "intake.sheet:45".
    evidence = models.CharField(_("根拠"), max_length=80)
    completed_at = models.DateTimeField(_("完了した日時"))
    # Minutes that people still spent on this case (checks, handling of failures), measured.
    human_minutes = models.DecimalField(_("人がかけた分数"), max_digits=9, decimal_places=3)
    recorded_at = models.DateTimeField(_("登録した日時"))

    class Meta:
        verbose_name = _("完了した一件")
        verbose_name_plural = _("完了した一件")
        constraints = [
            models.UniqueConstraint(fields=["reform", "evidence"], name="effect_once"),
            models.CheckConstraint(condition=models.Q(human_minutes__gte=0), name="effect_not_negative"),
        ]
        indexes = [models.Index(fields=["reform", "completed_at"], name="effect_reform")]

    def __str__(self) -> str:
        return self.evidence


class Deduction(models.Model):
    """差し引く時間: upkeep of the new way, and putting right what it did wrong."""

    class Kind(models.TextChoices):
        """Both are deducted; set-up is shown beside."""

        UPKEEP = "upkeep", _("維持管理")
        CORRECTION = "correction", _("誤りの手直し")
        SETUP = "setup", _("導入の作業")

    reform = models.ForeignKey(
        ReformCase, models.PROTECT, related_name="deductions", verbose_name=_("業務の見直し")
    )
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    on = models.DateField(_("日"))
    minutes = models.DecimalField(_("分"), max_digits=9, decimal_places=3)
    note = models.CharField(_("内容"), max_length=200, blank=True)
    evidence = models.CharField(_("根拠"), max_length=80, blank=True)
    recorded_by = models.CharField(_("登録した人"), max_length=80)
    recorded_at = models.DateTimeField(_("登録した日時"))
    withdrawn_at = models.DateTimeField(_("取り消した日時"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("取り消した理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("差し引く時間")
        verbose_name_plural = _("差し引く時間")
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="deduction_positive"),
            models.UniqueConstraint(
                fields=["reform", "kind", "evidence"],
                condition=~models.Q(evidence=""),
                name="deduction_evidence_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reform} {self.on}"

"""Fields as read and as verified, and what is learned from that about how far the reader can be trusted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.intake.engine.shapes import Kind
from kencho.intake.models._scan import ScanPage, Sheet

KINDS = [(each.value, each.value) for each in Kind]


class FieldResult(models.Model):
    """一項目: raw text, value, candidates and score as read; then what the clerks say it is."""

    class State(models.TextChoices):
        """Whether a person has to look, and has."""

        PASSED = "passed", _("確認なしで採用")
        DOUBTFUL = "doubtful", _("要確認")
        AUDIT = "audit", _("抜取り検査")
        SECOND = "second", _("二人目の入力待ち")
        THIRD = "third", _("二人の入力が違う")
        VERIFIED = "verified", _("確認済み")

    # Empty until the pages read so far show where the sheet ends.
    sheet = models.ForeignKey(
        Sheet, models.CASCADE, null=True, blank=True, related_name="fields", verbose_name=_("一件")
    )
    page = models.ForeignKey(ScanPage, models.CASCADE, related_name="fields", verbose_name=_("ページ"))
    position = models.PositiveIntegerField(_("順番"))
    key = models.CharField(_("項目"), max_length=120)
    label = models.CharField(_("項目名"), max_length=200)
    kind = models.CharField(_("種類"), max_length=24, choices=KINDS)
    raw = models.TextField(_("読んだままの文字"), blank=True)
    text = models.TextField(_("整えた文字"), blank=True)
    value = models.JSONField(_("値"), null=True)
    score = models.FloatField(_("確信度"))
    reasons = models.JSONField(_("理由"), default=list)
    candidates = models.JSONField(_("候補"), default=list)
    is_blank = models.BooleanField(_("空欄"), default=False)
    # Pixels of the page's kept image.
    crop_x = models.PositiveIntegerField(_("左"), default=0)
    crop_y = models.PositiveIntegerField(_("上"), default=0)
    crop_width = models.PositiveIntegerField(_("幅"), default=0)
    crop_height = models.PositiveIntegerField(_("高さ"), default=0)
    state = models.CharField(_("状態"), max_length=8, choices=State.choices)
    needs_second = models.BooleanField(_("二人で入力する"), default=False)
    # What the reader passed and an audit looked at nevertheless; blind, so that the value does not suggest itself.
    is_audited = models.BooleanField(_("抜取り検査の対象"), default=False)
    final = models.JSONField(_("確定した値"), null=True)
    first_entry = models.JSONField(_("一人目の値"), null=True)
    # The actor's id, for two people may have the same name.
    first_by = models.CharField(_("一人目"), max_length=80, blank=True)
    second_entry = models.JSONField(_("二人目の値"), null=True)
    # What the procedure says against the value; shown at the field until it is decided anew.
    message = models.CharField(_("直すところ"), max_length=400, blank=True)
    verified_by = models.CharField(_("確認した人"), max_length=80, blank=True)
    verified_at = models.DateTimeField(_("確認した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("読み取った項目")
        verbose_name_plural = _("読み取った項目")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sheet", "key"], name="field_result_once")]

    def __str__(self) -> str:
        return self.label


class Outcome(models.Model):
    """Whether a reading was right, without the reading: what thresholds are fitted from and leaks are counted in."""

    class Origin(models.TextChoices):
        """Fields that were checked because doubtful tell of the doubtful only; audits tell of what passes."""

        CHECK = "check", _("要確認だった項目")
        AUDIT = "audit", _("抜取り検査")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    procedure_code = models.CharField(_("手続"), max_length=60)
    kind = models.CharField(_("種類"), max_length=24, choices=KINDS)
    score = models.FloatField(_("確信度"))
    would_pass = models.BooleanField(_("確認なしで採用する値だった"))
    was_right = models.BooleanField(_("正しかった"))
    origin = models.CharField(_("由来"), max_length=8, choices=Origin.choices)
    at = models.DateTimeField(_("日時"))

    class Meta:
        verbose_name = _("読み取りの成否")
        verbose_name_plural = _("読み取りの成否")
        indexes = [models.Index(fields=["body", "kind", "at"], name="outcome_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Calibration(models.Model):
    """しきい値: from which score a kind of field needs no eye, per body; the newest one in force counts."""

    class Basis(models.TextChoices):
        """Where the threshold is from."""

        SHIPPED = "shipped", _("初期値")
        FITTED = "fitted", _("確認の結果から")
        SET = "set", _("職員が定めた")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    kind = models.CharField(_("種類"), max_length=24, choices=KINDS)
    threshold = models.FloatField(_("しきい値"))
    always_check = models.BooleanField(_("必ず確認する"), default=False)
    audit_share = models.DecimalField(_("抜取り検査の割合"), max_digits=5, decimal_places=4, default=0)
    target = models.DecimalField(_("目標とする正しさ"), max_digits=6, decimal_places=5)
    sample = models.PositiveIntegerField(_("もとにした件数"), default=0)
    basis = models.CharField(_("根拠"), max_length=8, choices=Basis.choices)
    in_force_from = models.DateTimeField(_("いつから"))
    set_by = models.CharField(_("定めた人"), max_length=80)

    class Meta:
        verbose_name = _("確信度のしきい値")
        verbose_name_plural = _("確信度のしきい値")
        indexes = [models.Index(fields=["body", "kind", "-in_force_from"], name="calibration_now")]

    def __str__(self) -> str:
        return f"{self.kind} {self.threshold}"

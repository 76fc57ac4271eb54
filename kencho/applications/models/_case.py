"""What happens to an application while it is worked on: steps, pauses, papers, amendments, findings."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kencho.applications.models._application import Application, Status


class StatusChange(models.Model):
    """One step in the life of an application, as applicant and staff read it."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="changes", verbose_name=_("申請")
    )
    verb = models.CharField(_("行為"), max_length=30)
    status = models.CharField(_("状態"), max_length=20, choices=Status.choices)
    at = models.DateTimeField(_("日時"))
    by_name = models.CharField(_("行為者"), max_length=80, blank=True)
    by_staff = models.BooleanField(_("職員による"), default=False)
    note = models.CharField(_("説明"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("経過")
        verbose_name_plural = _("経過")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.verb}"


class ClockPause(models.Model):
    """A time that does not count towards the standard processing period (補正に要する期間)."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="pauses", verbose_name=_("申請")
    )
    paused_at = models.DateTimeField(_("停止日時"))
    resumed_at = models.DateTimeField(_("再開日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("処理期間の停止")
        verbose_name_plural = _("処理期間の停止")
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(resumed_at__isnull=True), name="one_pause_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("paused_at")), name="pause_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.paused_at}"


class ApplicationDocument(models.Model):
    """添付書類 of an application; the file itself lies in ``files``."""

    # The place of the paper itself among the items that files are attached to.
    SCAN = "scan"

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="documents", verbose_name=_("申請")
    )
    item_id = models.CharField(_("項目"), max_length=120)
    upload = models.ForeignKey("files.Upload", models.PROTECT, related_name="+", verbose_name=_("ファイル"))
    added_at = models.DateTimeField(_("追加日時"))

    class Meta:
        verbose_name = _("添付書類")
        verbose_name_plural = _("添付書類")

    def __str__(self) -> str:
        return f"{self.application_id} {self.item_id}"


class AmendmentRequest(models.Model):
    """補正の求め（行政手続法第7条）: what to put right, item by item, by when."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="amendment_requests", verbose_name=_("申請")
    )
    message = models.TextField(_("説明"), blank=True)
    due_on = models.DateField(_("期限"))
    requested_at = models.DateTimeField(_("求めた日時"))
    requested_by = models.CharField(_("求めた職員"), max_length=80)
    answered_at = models.DateTimeField(_("補正日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("補正の求め")
        verbose_name_plural = _("補正の求め")
        ordering = ["requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(answered_at__isnull=True), name="one_open_amendment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.due_on}"


class AmendmentItem(models.Model):
    """One item of the form that was to be put right, or that the applicant changed besides: the value before and after."""

    request = models.ForeignKey(
        AmendmentRequest, models.CASCADE, related_name="items", verbose_name=_("補正の求め")
    )
    item_id = models.CharField(_("項目"), max_length=120)
    is_asked = models.BooleanField(_("補正を求めた項目"), default=True)
    message = models.CharField(_("直してほしいこと"), max_length=400, blank=True)
    before = models.JSONField(_("補正前"), null=True, blank=True)
    after = models.JSONField(_("補正後"), null=True, blank=True)

    class Meta:
        verbose_name = _("補正の項目")
        verbose_name_plural = _("補正の項目")
        constraints = [models.UniqueConstraint(fields=["request", "item_id"], name="amendment_item_once")]

    def __str__(self) -> str:
        return self.item_id


class Remark(models.Model):
    """職員のメモ: seen by staff only."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="remarks", verbose_name=_("申請")
    )
    text = models.TextField(_("本文"))
    by_name = models.CharField(_("書いた職員"), max_length=80)
    at = models.DateTimeField(_("日時"))

    class Meta:
        verbose_name = _("メモ")
        verbose_name_plural = _("メモ")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:40]


class ChecklistAnswer(models.Model):
    """The examiner's finding on one review standard."""

    class Finding(models.TextChoices):
        """What was found."""

        MET = "met", _("適合")
        NOT_MET = "not_met", _("不適合")
        NOT_APPLICABLE = "not_applicable", _("該当なし")

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="checklist", verbose_name=_("申請")
    )
    standard_id = models.CharField(_("審査基準"), max_length=60)
    finding = models.CharField(_("確認結果"), max_length=14, choices=Finding.choices)
    note = models.CharField(_("所見"), max_length=400, blank=True)
    by_name = models.CharField(_("確認した職員"), max_length=80)
    at = models.DateTimeField(_("日時"))

    class Meta:
        verbose_name = _("審査の確認結果")
        verbose_name_plural = _("審査の確認結果")
        constraints = [
            models.UniqueConstraint(fields=["application", "standard_id"], name="checklist_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.standard_id}: {self.finding}"

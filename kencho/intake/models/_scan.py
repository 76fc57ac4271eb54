"""What was scanned: batches, pages, and the sheets that belong together as one application."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.applications.models import Channel
from kencho.intake.engine.shapes import Refusal


class Source(models.TextChoices):
    """Where a batch came from."""

    UPLOAD = "upload", _("画面から")
    FOLDER = "folder", _("フォルダーから")
    MAIL = "mail", _("メールから")


class ScanBatch(models.Model):
    """一束: one file with scanned pages. Its original stays in quarantine, the rebuilt copy is read."""

    class State(models.TextChoices):
        """From arrival to the last sheet."""

        WAITING = "waiting", _("読み取り待ち")
        READING = "reading", _("読み取り中")
        READ = "read", _("読み取り済み")
        REFUSED = "refused", _("読み取れません")

    id = models.UUIDField(_("番号"), primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, related_name="+", verbose_name=_("所属")
    )
    source = models.CharField(_("取込み元"), max_length=8, choices=Source.choices)
    name = models.CharField(_("ファイル名"), max_length=200)
    digest = models.CharField(_("SHA-256"), max_length=64)
    upload = models.ForeignKey(
        "files.Upload", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ファイル")
    )
    channel = models.CharField(_("届いた方法"), max_length=10, choices=Channel.choices, default=Channel.POST)
    arrived_on = models.DateField(_("収受印の日"))
    procedure = models.ForeignKey(
        "procedures.Procedure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("手続（様式に印がないとき）"),
    )
    state = models.CharField(_("状態"), max_length=8, choices=State.choices, default=State.WAITING)
    refusal = models.CharField(_("読み取れない理由"), max_length=20, blank=True)
    # When nothing has moved for long, the remaining pages are asked for again.
    moved_at = models.DateTimeField(_("最後に進んだ日時"), null=True, blank=True)
    pages_total = models.PositiveIntegerField(_("ページ数"), default=0)
    pages_done = models.PositiveIntegerField(_("読み終えたページ数"), default=0)
    received_by = models.CharField(_("取り込んだ人"), max_length=80)
    received_at = models.DateTimeField(_("取り込んだ日時"))
    read_at = models.DateTimeField(_("読み終えた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("スキャンの束")
        verbose_name_plural = _("スキャンの束")
        constraints = [
            # The same file put in twice is the same batch: a clerk is shown the first one.
            models.UniqueConstraint(fields=["body", "division", "digest"], name="scan_batch_once"),
        ]
        indexes = [models.Index(fields=["division", "-received_at"], name="scan_batch_division")]

    def __str__(self) -> str:
        return self.name


class Sheet(models.Model):
    """一件: the pages of one filled-in form, on their way to become an application."""

    class State(models.TextChoices):
        """A sheet is read, looked at where doubtful, and registered as an application."""

        READING = "reading", _("読み取り中")
        INCOMPLETE = "incomplete", _("ページがそろっていません")
        VERIFYING = "verifying", _("確認待ち")
        READY = "ready", _("登録待ち")
        REGISTERED = "registered", _("申請として登録済み")
        DISCARDED = "discarded", _("取り消し")

    batch = models.ForeignKey(
        ScanBatch, models.PROTECT, related_name="sheets", verbose_name=_("スキャンの束")
    )
    number = models.PositiveIntegerField(_("束の中の番号"))
    template = models.ForeignKey(
        "intake.FormTemplate", models.PROTECT, related_name="+", verbose_name=_("様式")
    )
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.READING)
    # Two clerks never get the same sheet: whoever opens it holds it until this time.
    held_by = models.ForeignKey(
        "organization.StaffMember",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("確認中の職員"),
    )
    held_until = models.DateTimeField(_("確認中の期限"), null=True, blank=True)
    # Since when the time now running is counted: the opening, or the last field that was decided.
    held_since = models.DateTimeField(_("計り始めた時刻"), null=True, blank=True)
    verified_by = models.CharField(_("確認した人"), max_length=80, blank=True)
    verified_at = models.DateTimeField(_("確認した日時"), null=True, blank=True)
    # How long a clerk had it open, for the hours saved (rule HRS): measured, not claimed.
    verify_seconds = models.DecimalField(_("確認にかかった秒数"), max_digits=9, decimal_places=1, default=0)
    # One key, one application: the sheet's submission, and the draft that a clerk finishes by hand, both carry it.
    key = models.UUIDField(_("登録の鍵"), default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        "applications.Application",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("申請"),
    )
    # Kept for the figures when the fields themselves have been erased.
    is_untouched = models.BooleanField(_("誰も見ずに済んだ"), default=False)
    problem = models.CharField(_("登録できない理由"), max_length=400, blank=True)
    # Begun by a clerk in the form for papers, with what was read; it becomes an application from there.
    handed_over_at = models.DateTimeField(_("手入力に移した日時"), null=True, blank=True)
    erased_at = models.DateTimeField(_("内容を消した日時"), null=True, blank=True)
    created_at = models.DateTimeField(_("作成日時"))
    closed_at = models.DateTimeField(_("終わった日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("読み取った一件")
        verbose_name_plural = _("読み取った一件")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="sheet_number_once"),
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(application__isnull=False),
                name="sheet_of_application_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="sheet_state"),
            models.Index(fields=["closed_at"], name="sheet_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.number}"


class ScanPage(models.Model):
    """一面: one scanned page and what became of it. Written once: a page that was read is never read again."""

    class State(models.TextChoices):
        """Each page ends in one of the last five."""

        WAITING = "waiting", _("読み取り待ち")
        READ = "read", _("読み取り済み")
        BLANK = "blank", _("白紙")
        REFUSED = "refused", _("読み取れません")
        SET_ASIDE = "set_aside", _("除いた")
        ENCLOSED = "enclosed", _("添付書類")

    batch = models.ForeignKey(ScanBatch, models.PROTECT, related_name="pages", verbose_name=_("スキャンの束"))
    number = models.PositiveIntegerField(_("ページ"))
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.WAITING)
    refusal = models.CharField(
        _("読み取れない理由"),
        max_length=20,
        blank=True,
        choices=[(each.value, each.value) for each in Refusal],
    )
    sheet = models.ForeignKey(
        Sheet, models.PROTECT, null=True, blank=True, related_name="pages", verbose_name=_("一件")
    )
    template = models.ForeignKey(
        "intake.FormTemplate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("様式"),
    )
    template_page = models.PositiveIntegerField(_("様式のページ"), default=0)
    # What the sheet's own print says of itself, also when it cannot be read here: which form lies in the wrong pile.
    code = models.CharField(_("様式の印"), max_length=120, blank=True)
    # Which document of the sheet's application it is part of: the item's key.
    enclosed_as = models.CharField(_("添付書類の項目"), max_length=120, blank=True)
    image = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("画像")
    )
    rotation = models.PositiveSmallIntegerField(_("回した角度"), default=0)
    residual_mm = models.DecimalField(_("位置合わせの残差（mm）"), max_digits=7, decimal_places=3, default=0)
    dpi = models.PositiveSmallIntegerField(_("解像度"), default=0)
    masked_numbers = models.PositiveSmallIntegerField(_("消した個人番号の数"), default=0)
    cpu_seconds = models.DecimalField(_("読み取りにかかったCPU秒"), max_digits=7, decimal_places=3, default=0)
    attempts = models.PositiveSmallIntegerField(_("試みた回数"), default=0)
    # Whoever reads it has it until then; a reader that died is followed by the next one after that.
    claimed_by = models.CharField(_("読み取り中のワーカー"), max_length=120, blank=True)
    claimed_until = models.DateTimeField(_("読み取り中の期限"), null=True, blank=True)
    read_at = models.DateTimeField(_("読み取った日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("スキャンしたページ")
        verbose_name_plural = _("スキャンしたページ")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="scan_page_once")]
        indexes = [models.Index(fields=["state", "id"], name="scan_page_state")]

    def __str__(self) -> str:
        return f"{self.batch} p{self.number}"

"""Forms that can be read, and the places that scans are fetched from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.applications.models import Channel


class FormTemplate(models.Model):
    """様式の地図: printed by Kencho (made from the published version) or drawn by a clerk over a blank scan."""

    class Origin(models.TextChoices):
        """Generated maps cannot be changed: they follow from the definition."""

        GENERATED = "generated", _("Kenchoが印刷した様式")
        DRAWN = "drawn", _("以前からの様式")
        # Pages without a map, read whole: one for each version, so that its sheets have a form like all others.
        FREE = "free", _("様式のない紙")

    class State(models.TextChoices):
        """Only templates in use are recognised."""

        DRAFT = "draft", _("作成中")
        ACTIVE = "active", _("使用中")
        RETIRED = "retired", _("使用をやめた")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    version = models.ForeignKey(
        "procedures.ProcedureVersion", models.PROTECT, related_name="+", verbose_name=_("手続の版")
    )
    code = models.CharField(_("様式の印"), max_length=120)
    title = models.CharField(_("名称"), max_length=120)
    origin = models.CharField(_("作り方"), max_length=10, choices=Origin.choices)
    state = models.CharField(_("状態"), max_length=8, choices=State.choices, default=State.DRAFT)
    # The engine's Template as data; ``engine.templates`` writes and reads it.
    layout = models.JSONField(_("配置"), default=dict)
    pages = models.PositiveSmallIntegerField(_("ページ数"), default=1)
    # The blank form, as pages of one PDF: to compare with (ticks) and to draw upon.
    blank = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("白紙")
    )
    # What two clerks type of this drawn form, besides what its procedure demands (PaperRule).
    double_entry = models.JSONField(_("二人で入力する項目"), default=list)
    revision = models.PositiveIntegerField(_("改訂"), default=1)
    made_by = models.CharField(_("作った人"), max_length=80)
    made_at = models.DateTimeField(_("作った日時"))

    class Meta:
        verbose_name = _("様式")
        verbose_name_plural = _("様式")
        constraints = [models.UniqueConstraint(fields=["body", "code"], name="form_template_code_once")]

    def __str__(self) -> str:
        return self.title


class PaperRule(models.Model):
    """紙の申請の定め: what a procedure demands of every paper form of it, printed or drawn, now and in later versions."""

    procedure = models.OneToOneField(
        "procedures.Procedure", models.PROTECT, related_name="+", verbose_name=_("手続")
    )
    # Money and account numbers, say: typed by two clerks, who do not see each other's entry.
    double_entry = models.JSONField(_("二人で入力する項目"), default=list)
    set_by = models.CharField(_("決めた人"), max_length=80)
    set_at = models.DateTimeField(_("決めた日時"))

    class Meta:
        verbose_name = _("紙の申請の定め")
        verbose_name_plural = _("紙の申請の定め")

    def __str__(self) -> str:
        return str(self.procedure)


class ScanInlet(models.Model):
    """取込み口: a watched folder or a mailbox of a division."""

    class Kind(models.TextChoices):
        """Folders are below the installation's inlet folder; mailboxes are read over IMAP."""

        FOLDER = "folder", _("フォルダー")
        MAIL = "mail", _("メール")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, related_name="+", verbose_name=_("所属")
    )
    kind = models.CharField(_("種類"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=80)
    # A name below KENCHO_INTAKE_FOLDER, or host:port/mailbox.
    place = models.CharField(_("場所"), max_length=200)
    account = models.CharField(_("利用者名"), max_length=120, blank=True)
    # Only the name of the secret: its value comes from the environment or a secret file, never from here.
    credential = models.CharField(_("暗証の参照名"), max_length=80, blank=True)
    channel = models.CharField(_("届いた方法"), max_length=10, choices=Channel.choices, default=Channel.POST)
    procedure = models.ForeignKey(
        "procedures.Procedure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("手続"),
    )
    is_active = models.BooleanField(_("使っている"), default=True)
    checked_at = models.DateTimeField(_("最後に見た日時"), null=True, blank=True)
    problem = models.CharField(_("うまくいかない理由"), max_length=200, blank=True)
    # Sizes and times of files at the last visit: what has not changed since is written to its end.
    seen = models.JSONField(_("前に見たファイル"), default=dict, blank=True)

    class Meta:
        verbose_name = _("取込み口")
        verbose_name_plural = _("取込み口")
        constraints = [models.UniqueConstraint(fields=["body", "kind", "place"], name="scan_inlet_once")]

    def __str__(self) -> str:
        return self.name

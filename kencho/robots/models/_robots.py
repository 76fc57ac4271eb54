"""What may run where: targets with their kill switch, robots, and versions that must be approved."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Target(models.Model):
    """相手のシステム: where a robot types. A stopped target stops every robot that uses it."""

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    code = models.SlugField(_("コード"), max_length=60)
    name = models.CharField(_("名称"), max_length=120)
    base_url = models.URLField(_("入口のURL"), max_length=300)
    # Only versions that were approved may run against a real target; a rehearsal target is for trying out.
    is_real = models.BooleanField(_("本番"), default=True)
    # Names of environment variables or secret files; the values are never stored here.
    account_ref = models.CharField(_("利用者名の参照名"), max_length=80, blank=True)
    credential_ref = models.CharField(_("暗証の参照名"), max_length=80, blank=True)
    is_stopped = models.BooleanField(_("止めている"), default=False)
    stopped_by = models.CharField(_("止めた人"), max_length=80, blank=True)
    stopped_at = models.DateTimeField(_("止めた日時"), null=True, blank=True)
    stop_reason = models.CharField(_("止めた理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("相手のシステム")
        verbose_name_plural = _("相手のシステム")
        constraints = [models.UniqueConstraint(fields=["body", "code"], name="robot_target_code_once")]

    def __str__(self) -> str:
        return self.name


class Robot(models.Model):
    """ロボット: a package put to work by a division, against one target."""

    class Start(models.TextChoices):
        """What begins its work."""

        HAND = "hand", _("人が始める")
        EVENT = "event", _("出来事があったとき")
        SCHEDULE = "schedule", _("決まった時刻")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, related_name="+", verbose_name=_("所属")
    )
    code = models.SlugField(_("コード"), max_length=60)
    title = models.CharField(_("名称"), max_length=120)
    # The id in the manifest of the package.
    package = models.CharField(_("パッケージ"), max_length=60)
    target = models.ForeignKey(
        Target, models.PROTECT, related_name="robots", verbose_name=_("相手のシステム")
    )
    version = models.ForeignKey(
        "robots.RobotVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("使う版"),
    )
    start = models.CharField(_("始め方"), max_length=8, choices=Start.choices, default=Start.HAND)
    # For EVENT: the code of the procedure whose decided applications it carries.
    procedure_code = models.CharField(_("手続"), max_length=60, blank=True)
    daily_at = models.TimeField(_("毎日の時刻"), null=True, blank=True)
    parameters = models.JSONField(_("設定"), default=dict, blank=True)
    is_paused = models.BooleanField(_("一時停止"), default=False)
    is_dry_run = models.BooleanField(_("試し（登録の手前で止める）"), default=False)
    last_started_on = models.DateField(_("最後に始めた日"), null=True, blank=True)
    created_at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("ロボット")
        verbose_name_plural = _("ロボット")
        constraints = [models.UniqueConstraint(fields=["body", "code"], name="robot_code_once")]

    def __str__(self) -> str:
        return self.title


class RobotVersion(models.Model):
    """ロボットの版: the package exactly as it was when approved; another byte is another version."""

    class State(models.TextChoices):
        """Only approved versions run against real targets."""

        FOUND = "found", _("未承認")
        IN_APPROVAL = "in_approval", _("決裁中")
        APPROVED = "approved", _("承認済み")
        RETIRED = "retired", _("使用をやめた")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    package = models.CharField(_("パッケージ"), max_length=60)
    version = models.CharField(_("版"), max_length=20)
    # SHA-256 over the names and contents of the package's files.
    digest = models.CharField(_("SHA-256"), max_length=64)
    manifest = models.JSONField(_("宣言"), default=dict)
    # All its files as one JSON, so that the next version can be compared with it when the folder has changed.
    source = models.ForeignKey(
        "files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("ファイル一式")
    )
    state = models.CharField(_("状態"), max_length=12, choices=State.choices, default=State.FOUND)
    approval_id = models.BigIntegerField(_("決裁番号"), null=True, blank=True)
    found_at = models.DateTimeField(_("見つけた日時"))
    asked_by = models.CharField(_("決裁を求めた人"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("決裁の日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("ロボットの版")
        verbose_name_plural = _("ロボットの版")
        constraints = [
            models.UniqueConstraint(fields=["body", "package", "digest"], name="robot_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.package} {self.version}"

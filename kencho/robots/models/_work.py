"""The queue of a robot: one item is one transaction in the target, done once or shown to a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.robots.models._robots import Robot, RobotVersion


class Trigger(models.TextChoices):
    """What began a run."""

    HAND = "hand", _("人が始めた")
    EVENT = "event", _("出来事")
    SCHEDULE = "schedule", _("時刻")
    RETRY = "retry", _("やり直し")


class RobotRun(models.Model):
    """一回の運転: a process with a browser that works off items until none is left or it must stop."""

    class State(models.TextChoices):
        """A run whose process died is found by its lease and closed as lost."""

        RUNNING = "running", _("運転中")
        FINISHED = "finished", _("終わった")
        STOPPED = "stopped", _("止められた")
        FAILED = "failed", _("失敗")
        LOST = "lost", _("途絶えた")

    robot = models.ForeignKey(Robot, models.PROTECT, related_name="runs", verbose_name=_("ロボット"))
    version = models.ForeignKey(RobotVersion, models.PROTECT, related_name="runs", verbose_name=_("版"))
    trigger = models.CharField(_("きっかけ"), max_length=8, choices=Trigger.choices)
    started_by = models.CharField(_("始めた人"), max_length=80)
    is_dry_run = models.BooleanField(_("試し"), default=False)
    state = models.CharField(_("状態"), max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField(_("始めた日時"))
    alive_until = models.DateTimeField(_("応答の期限"))
    ended_at = models.DateTimeField(_("終わった日時"), null=True, blank=True)
    done = models.PositiveIntegerField(_("済んだ件数"), default=0)
    failed = models.PositiveIntegerField(_("失敗した件数"), default=0)
    reason = models.CharField(_("止まった理由"), max_length=40, blank=True)
    # The process that works it off; empty between two turns of the queue.
    holder = models.CharField(_("受け持つ処理"), max_length=80, blank=True)
    # JSON lines with names of steps and fields, never values.
    log = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("記録")
    )

    class Meta:
        verbose_name = _("ロボットの運転")
        verbose_name_plural = _("ロボットの運転")
        indexes = [models.Index(fields=["robot", "-started_at"], name="robot_run_newest")]
        constraints = [
            # One process per robot: two would race for the same session in the target.
            models.UniqueConstraint(
                fields=["robot"], condition=models.Q(state="running"), name="robot_run_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.robot} {self.started_at:%Y-%m-%d %H:%M}"


class RobotItem(models.Model):
    """一件: what is to be typed once. Between SUBMITTING and DONE nobody knows, so the receipt is looked up first."""

    class State(models.TextChoices):
        """SUBMITTING is stored durably before the click; whatever dies after it goes to UNCERTAIN, never back."""

        WAITING = "waiting", _("待ち")
        TAKEN = "taken", _("入力中")
        SUBMITTING = "submitting", _("登録の操作中")
        UNCERTAIN = "uncertain", _("登録されたか確かめる")
        DONE = "done", _("済み")
        REHEARSED = "rehearsed", _("試し済み")
        FAILED = "failed", _("失敗")
        SET_ASIDE = "set_aside", _("人が処理する")

    robot = models.ForeignKey(Robot, models.PROTECT, related_name="items", verbose_name=_("ロボット"))
    # Never twice for one robot: made from what the item is about, and given to the target where it takes one.
    key = models.CharField(_("重複を防ぐ鍵"), max_length=120)
    # What it is about ("applications.application:123"); the input is made from it when the item is taken.
    subject = models.CharField(_("対象"), max_length=120, blank=True)
    # Only for items typed or imported by hand; emptied when the item is done.
    input = models.JSONField(_("入力"), default=dict, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("試みた回数"), default=0)
    run = models.ForeignKey(
        RobotRun, models.SET_NULL, null=True, blank=True, related_name="items", verbose_name=_("運転")
    )
    not_before = models.DateTimeField(_("この時刻より後に"))
    # Once the click was announced and until the target's list said otherwise, whatever the state.
    may_be_there = models.BooleanField(_("登録された可能性"), default=False)
    receipt = models.CharField(_("相手の受付番号"), max_length=80, blank=True)
    reason = models.CharField(_("理由"), max_length=40, blank=True)
    note = models.CharField(_("職員の書き込み"), max_length=200, blank=True)
    seconds = models.DecimalField(_("かかった秒数"), max_digits=9, decimal_places=2, null=True, blank=True)
    # Minutes that a person spent on this item after a failure, as the person states them (rule HRS).
    human_minutes = models.DecimalField(_("人がかけた分数"), max_digits=7, decimal_places=2, default=0)
    created_at = models.DateTimeField(_("作成日時"))
    done_at = models.DateTimeField(_("済んだ日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("ロボットの一件")
        verbose_name_plural = _("ロボットの一件")
        constraints = [
            models.UniqueConstraint(fields=["robot", "key"], name="robot_item_once"),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(done_at__isnull=False), name="robot_item_done_at"
            ),
        ]
        indexes = [
            models.Index(fields=["robot", "state", "not_before", "id"], name="robot_item_next"),
            models.Index(fields=["robot", "-id"], name="robot_item_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.robot} {self.key}"


class ItemFailure(models.Model):
    """失敗: at which step, why, and the picture with personal fields blurred."""

    item = models.ForeignKey(RobotItem, models.CASCADE, related_name="failures", verbose_name=_("一件"))
    run = models.ForeignKey(
        RobotRun, models.SET_NULL, null=True, related_name="failures", verbose_name=_("運転")
    )
    at = models.DateTimeField(_("日時"))
    step = models.CharField(_("段階"), max_length=60)
    reason = models.CharField(_("理由"), max_length=40)
    field = models.CharField(_("項目"), max_length=80, blank=True)
    # File, line and kind of error inside the package, for whoever looks after it: never a message, which may quote.
    place = models.CharField(_("プログラムの箇所"), max_length=80, blank=True)
    screenshot = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("画面")
    )

    class Meta:
        verbose_name = _("失敗")
        verbose_name_plural = _("失敗")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.item} {self.reason}"


class Difference(models.Model):
    """照合の差: what the ledger of the target and the office's own decisions do not agree on; numbers and names of fields only."""

    class Kind(models.TextChoices):
        """How they disagree."""

        MISSING = "missing", _("相手の台帳にない")
        UNKNOWN = "unknown", _("庁内に決定がない")
        DIFFERENT = "different", _("内容が違う")
        TWICE = "twice", _("相手の台帳に二つある")

    robot = models.ForeignKey(Robot, models.PROTECT, related_name="differences", verbose_name=_("ロボット"))
    run = models.ForeignKey(
        RobotRun,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="differences",
        verbose_name=_("最後に見た運転"),
    )
    reference = models.CharField(_("番号"), max_length=120)
    kind = models.CharField(_("差の種類"), max_length=10, choices=Kind.choices)
    fields = models.JSONField(_("違う項目"), default=list, blank=True)
    first_seen_at = models.DateTimeField(_("最初に見た日時"))
    last_seen_at = models.DateTimeField(_("最後に見た日時"))
    closed_at = models.DateTimeField(_("解消した日時"), null=True, blank=True)
    closed_by = models.CharField(_("解消した人"), max_length=80, blank=True)
    note = models.CharField(_("職員の書き込み"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("照合の差")
        verbose_name_plural = _("照合の差")
        constraints = [
            models.UniqueConstraint(
                fields=["robot", "reference", "kind"],
                condition=models.Q(closed_at__isnull=True),
                name="robot_difference_open_once",
            )
        ]
        indexes = [models.Index(fields=["robot", "closed_at", "-id"], name="robot_difference_newest")]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.closed_at is None

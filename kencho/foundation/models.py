"""The queue: facts told upwards (outbox) and work to be done later, stored in the transaction that caused them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    """Where a task stands."""

    WAITING = "waiting", _("待ち")
    RUNNING = "running", _("実行中")
    DONE = "done", _("完了")
    FAILED = "failed", _("失敗")


class Task(models.Model):
    """One piece of queued work. An outbox message is a task of kind EVENT that fans out to its subscribers."""

    class Kind(models.TextChoices):
        """Event: a fact to be told to subscribers; work: one call of a registered function."""

        EVENT = "event", _("出来事")
        WORK = "work", _("作業")

    kind = models.CharField(_("種類"), max_length=5, choices=Kind.choices)
    name = models.CharField(_("名前"), max_length=120)
    payload = models.JSONField(_("内容"), default=dict)
    state = models.CharField(_("状態"), max_length=7, choices=TaskState.choices, default=TaskState.WAITING)
    body = models.CharField(_("団体コード"), max_length=6, blank=True)
    owner = models.CharField(_("依頼した人"), max_length=64, blank=True)
    run_at = models.DateTimeField(_("実行予定"))
    attempts = models.PositiveSmallIntegerField(_("試行回数"), default=0)
    leased_until = models.DateTimeField(_("占有期限"), null=True, blank=True)
    leased_by = models.CharField(_("占有者"), max_length=80, blank=True)
    progress_done = models.PositiveIntegerField(_("進み"), default=0)
    progress_total = models.PositiveIntegerField(_("全体"), default=0)
    message = models.CharField(_("メッセージ"), max_length=200, blank=True)
    error = models.TextField(_("エラー"), blank=True)
    created_at = models.DateTimeField(_("作成日時"))
    finished_at = models.DateTimeField(_("終了日時"), null=True, blank=True)
    once_key = models.CharField(
        _("重複防止キー"), max_length=160, unique=True, null=True, blank=True
    )  # NULL, unlike "", may repeat under UNIQUE

    class Meta:
        verbose_name = _("待ち行列の作業")
        verbose_name_plural = _("待ち行列の作業")
        indexes = [
            models.Index(
                fields=["run_at", "id"],
                name="task_due",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
            models.Index(fields=["state", "finished_at"], name="task_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.name}#{self.pk}"

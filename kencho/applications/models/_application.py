"""Drafts and applications, their states and the ways between."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body, StaffMember, Unit
from kencho.procedures.models import Procedure, ProcedureVersion


class Status(models.TextChoices):
    """Where an application stands; see TRANSITIONS for the ways between."""

    SUBMITTED = "submitted", _("受付待ち")
    ACCEPTED = "accepted", _("受付済み")
    IN_REVIEW = "in_review", _("審査中")
    AWAITING_AMENDMENT = "awaiting_amendment", _("補正待ち")
    IN_APPROVAL = "in_approval", _("決裁中")
    DECIDED = "decided", _("決定済み")
    ISSUED = "issued", _("通知済み")
    COMPLETED = "completed", _("完了")
    WITHDRAWN = "withdrawn", _("取下げ")
    REFUSED = "refused", _("不受理")


TRANSITIONS: dict[str, frozenset[str]] = {
    Status.SUBMITTED: frozenset({Status.ACCEPTED, Status.WITHDRAWN, Status.REFUSED}),
    Status.ACCEPTED: frozenset({Status.IN_REVIEW, Status.WITHDRAWN, Status.REFUSED, Status.COMPLETED}),
    Status.IN_REVIEW: frozenset(
        {Status.AWAITING_AMENDMENT, Status.IN_APPROVAL, Status.WITHDRAWN, Status.REFUSED, Status.COMPLETED}
    ),
    Status.AWAITING_AMENDMENT: frozenset({Status.IN_REVIEW, Status.WITHDRAWN, Status.REFUSED}),
    Status.IN_APPROVAL: frozenset({Status.IN_REVIEW, Status.DECIDED}),
    Status.DECIDED: frozenset({Status.ISSUED}),
    Status.ISSUED: frozenset(),
    Status.COMPLETED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.REFUSED: frozenset(),
}
OPEN = frozenset(
    {
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.IN_REVIEW,
        Status.AWAITING_AMENDMENT,
        Status.IN_APPROVAL,
        Status.DECIDED,
    }
)
# The applicant may take back what is not yet in the hands of those who decide.
WITHDRAWABLE = frozenset({s for s, ways in TRANSITIONS.items() if Status.WITHDRAWN in ways})


class Channel(models.TextChoices):
    """How an application reached the office."""

    ONLINE = "online", _("オンライン")
    COUNTER = "counter", _("窓口")
    POST = "post", _("郵送")
    API = "api", _("API")
    OCR = "ocr", _("紙の読取")


# What staff enter for an applicant.
PAPER = frozenset({Channel.COUNTER, Channel.POST, Channel.OCR})


class ApplicationDraft(models.Model):
    """What an applicant has filled in so far. Kept apart from applications: in law nothing has arrived yet."""

    id = models.UUIDField(_("番号"), primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.CASCADE, related_name="+", verbose_name=_("団体"))
    version = models.ForeignKey(
        ProcedureVersion, models.PROTECT, related_name="+", verbose_name=_("手続の版")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="application_drafts",
        null=True,
        blank=True,
        verbose_name=_("利用者"),
    )
    amends = models.ForeignKey(
        "Application",
        models.CASCADE,
        related_name="amendment_drafts",
        null=True,
        blank=True,
        verbose_name=_("補正する申請"),
    )
    channel = models.CharField(_("受付経路"), max_length=8, choices=Channel.choices, default=Channel.ONLINE)
    entered_by = models.ForeignKey(
        StaffMember,
        models.CASCADE,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("入力する職員"),
    )
    email = models.EmailField(_("メールアドレス"), blank=True)
    answers = models.JSONField(_("回答"), default=dict)
    page = models.CharField(_("開いているページ"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))
    expires_at = models.DateTimeField(_("保存期限"))

    class Meta:
        verbose_name = _("申請の下書き")
        verbose_name_plural = _("申請の下書き")
        indexes = [models.Index(fields=["expires_at"], name="draft_expiry")]

    def __str__(self) -> str:
        return str(self.pk)


class ReceptionCounter(models.Model):
    """The last reception number given out by a body in a fiscal year."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="+", verbose_name=_("団体"))
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("最後の番号"), default=0)

    class Meta:
        verbose_name = _("受付番号の発番")
        verbose_name_plural = _("受付番号の発番")
        constraints = [models.UniqueConstraint(fields=["body", "fiscal_year"], name="reception_counter_once")]

    def __str__(self) -> str:
        return f"{self.body_id}/{self.fiscal_year}: {self.last}"


class Application(models.Model):
    """申請・届出. ``arrived_at`` is the instant of recording, in law the arrival (デジタル手続法第6条第3項)."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="applications", verbose_name=_("団体"))
    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="applications", verbose_name=_("手続")
    )
    version = models.ForeignKey(
        ProcedureVersion, models.PROTECT, related_name="applications", verbose_name=_("手続の版")
    )
    division = models.ForeignKey(
        Unit, models.PROTECT, related_name="applications", verbose_name=_("担当所属")
    )
    number = models.CharField(_("受付番号"), max_length=24, unique=True)
    channel = models.CharField(_("受付経路"), max_length=8, choices=Channel.choices, default=Channel.ONLINE)
    status = models.CharField(_("状態"), max_length=20, choices=Status.choices, default=Status.SUBMITTED)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="applications",
        null=True,
        blank=True,
        verbose_name=_("利用者"),
    )
    secret_digest = models.CharField(_("確認コードのハッシュ"), max_length=64, blank=True)
    idempotency_key = models.CharField(_("二重送信防止キー"), max_length=80, unique=True)
    applicant_name = models.CharField(_("申請者"), max_length=200, blank=True)
    applicant_email = models.EmailField(_("連絡先メール"), blank=True)
    answers = models.JSONField(_("回答"))
    answers_digest = models.CharField(_("回答のダイジェスト"), max_length=64)
    search_text = models.CharField(_("検索用の文字"), max_length=400, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    arrived_at = models.DateTimeField(_("到達日時"))
    accepted_at = models.DateTimeField(_("受付日時"), null=True, blank=True)
    decided_at = models.DateTimeField(_("決定日時"), null=True, blank=True)
    closed_at = models.DateTimeField(_("終了日時"), null=True, blank=True)
    due_on = models.DateField(_("標準処理期間の満了日"), null=True, blank=True)
    assignee = models.ForeignKey(
        StaffMember,
        models.SET_NULL,
        related_name="assigned_applications",
        null=True,
        blank=True,
        verbose_name=_("担当者"),
    )
    record_id = models.BigIntegerField(_("収受文書"), null=True, blank=True)
    is_demo = models.BooleanField(_("デモの申請"), default=False)

    class Meta:
        verbose_name = _("申請")
        verbose_name_plural = _("申請")
        ordering = ["-arrived_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="application_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "issued"]) | Q(decided_at__isnull=False),
                name="application_decided_has_time",
            ),
        ]
        indexes = [
            # Exactly the orders and filters of the division's inbox.
            models.Index(fields=["division", "-arrived_at", "-id"], name="inbox_all"),
            models.Index(fields=["division", "status", "-arrived_at", "-id"], name="inbox_status"),
            models.Index(fields=["assignee", "status", "-arrived_at", "-id"], name="inbox_mine"),
            models.Index(
                fields=["division", "due_on", "id"],
                name="inbox_due",
                condition=Q(status__in=["submitted", "accepted", "in_review", "in_approval", "decided"]),
            ),
            # Counts for the policy sheet are read from this index alone, whole years and single months alike.
            models.Index(
                fields=["body", "fiscal_year", "channel", "arrived_at"],
                name="application_year",
                condition=Q(is_demo=False),
            ),
            models.Index(fields=["user", "-arrived_at"], name="application_user"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether the office still has to do something."""
        return self.status in OPEN

    def can_move_to(self, status: str) -> bool:
        """Whether the state diagram has this way."""
        return status in TRANSITIONS[self.status]

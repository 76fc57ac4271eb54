"""Cases under approval: a request has rounds, a round has steps. A return or a 引戻し ends the round; the past stays."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.approvals.models._rules import DelegationRule, Matter, Route, StepRole


class RequestState(models.TextChoices):
    """Where a request stands. RETURNED and WITHDRAWN may be put forward again; APPROVED and DISCARDED are final."""

    PENDING = "pending", _("決裁待ち")
    APPROVED = "approved", _("決裁済み")
    RETURNED = "returned", _("差戻し")
    WITHDRAWN = "withdrawn", _("引戻し")
    DISCARDED = "discarded", _("廃案")


class StepState(models.TextChoices):
    """Where a step stands."""

    WAITING = "waiting", _("これから")
    ACTIVE = "active", _("確認中")
    APPROVED = "approved", _("承認")
    RETURNED = "returned", _("差戻し")
    SKIPPED = "skipped", _("省略")
    CANCELLED = "cancelled", _("取りやめ")


OPEN_STEP_STATES = (StepState.WAITING, StepState.ACTIVE)


class SkipReason(models.TextChoices):
    """Why a step of the route needs nobody's approval; the deciding one is never skipped."""

    VACANT = "vacant", _("在任者がいないため")
    DRAFTER = "drafter", _("起案者のため")
    TWICE = "twice", _("同一人のため省略（あとの段階で確認）")
    SAME = "same", _("同一人のため省略（前の段階で承認）")


class Capacity(models.TextChoices):
    """In which right somebody acts on a step."""

    OWN = "own", _("本人")
    DEPUTY = "deputy", _("代理")
    SUBSTITUTE = "substitute", _("代決")


class ApprovalRequest(models.Model):
    """決裁を求める案件: what a division wants decided, and how far it has come."""

    body = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="approval_requests", verbose_name=_("団体")
    )
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, related_name="approval_requests", verbose_name=_("起案した所属")
    )
    drafter = models.ForeignKey(
        "organization.StaffMember", models.PROTECT, related_name="approval_requests", verbose_name=_("起案者")
    )
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="requests", verbose_name=_("事案の種類"))
    route = models.ForeignKey(
        Route, models.SET_NULL, related_name="requests", null=True, blank=True, verbose_name=_("回付経路")
    )
    title = models.CharField(_("件名"), max_length=200)
    amount = models.PositiveBigIntegerField(_("金額（円）"), null=True, blank=True)
    subject_type = models.CharField(_("対象の種類"), max_length=60)
    subject_id = models.CharField(_("対象の番号"), max_length=64)
    subject_label = models.CharField(_("対象の表示"), max_length=120, blank=True)
    subject_url_name = models.CharField(_("対象の画面"), max_length=80, blank=True)
    state = models.CharField(
        _("状態"), max_length=9, choices=RequestState.choices, default=RequestState.PENDING
    )
    round_number = models.PositiveSmallIntegerField(_("回"), default=1)
    requested_at = models.DateTimeField(_("起案日時"))
    closed_at = models.DateTimeField(_("決着日時"), null=True, blank=True)

    # Filled in by ``queries.sent_by`` only: the unit and post at which the case stands.
    waits_at: str | None

    class Meta:
        verbose_name = _("決裁案件")
        verbose_name_plural = _("決裁案件")
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "subject_type", "subject_id"],
                condition=Q(state=RequestState.PENDING),
                name="approval_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.PENDING, closed_at__isnull=True)
                | (~Q(state=RequestState.PENDING) & Q(closed_at__isnull=False)),
                name="approval_closed_when_not_pending",
            ),
        ]
        indexes = [
            models.Index(fields=["drafter", "-requested_at", "-id"], name="approval_sent"),
            models.Index(fields=["subject_type", "subject_id"], name="approval_subject"),
            models.Index(fields=["body", "state", "closed_at"], name="approval_closed"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_pending(self) -> bool:
        """Whether somebody's approval is awaited."""
        return self.state == RequestState.PENDING

    @property
    def may_be_resubmitted(self) -> bool:
        """Whether the drafter may put it forward again."""
        return self.state in {RequestState.RETURNED, RequestState.WITHDRAWN}


class ApprovalRound(models.Model):
    """One way through the route with one frozen document; a new round begins when the drafter resubmits."""

    request = models.ForeignKey(
        ApprovalRequest, models.CASCADE, related_name="rounds", verbose_name=_("決裁案件")
    )
    number = models.PositiveSmallIntegerField(_("回"))
    title = models.CharField(_("件名"), max_length=200)
    amount = models.PositiveBigIntegerField(_("金額（円）"), null=True, blank=True)
    document = models.JSONField(_("文書"))
    digest = models.CharField(_("文書のハッシュ"), max_length=64)
    note = models.TextField(_("起案者から"), blank=True)
    opened_at = models.DateTimeField(_("開始日時"))
    closed_at = models.DateTimeField(_("終了日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("回付の回")
        verbose_name_plural = _("回付の回")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(closed_at__isnull=True), name="round_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ApprovalStep(models.Model):
    """One step of a round. It belongs to a post in a unit, not to a person: after a 人事異動 the new holder acts."""

    round = models.ForeignKey(ApprovalRound, models.CASCADE, related_name="steps", verbose_name=_("回付の回"))
    order = models.PositiveSmallIntegerField(_("順番"))
    role = models.CharField(_("役割"), max_length=9, choices=StepRole.choices)
    unit = models.ForeignKey("organization.Unit", models.PROTECT, related_name="+", verbose_name=_("組織"))
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+", verbose_name=_("職"))
    rule = models.ForeignKey(
        DelegationRule, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("専決の定め")
    )
    state = models.CharField(_("状態"), max_length=9, choices=StepState.choices, default=StepState.WAITING)
    skip_reason = models.CharField(_("省略の理由"), max_length=7, choices=SkipReason.choices, blank=True)
    activated_at = models.DateTimeField(_("届いた日時"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "organization.StaffMember",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("承認した人"),
    )
    decided_at = models.DateTimeField(_("承認日時"), null=True, blank=True)
    decided_as = models.CharField(_("承認した立場"), max_length=10, choices=Capacity.choices, blank=True)
    decided_for = models.ForeignKey(
        "organization.StaffMember",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("不在だった人"),
    )
    comment = models.TextField(_("意見"), blank=True)
    reviewed_by = models.ForeignKey(
        "organization.StaffMember",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("後閲した人"),
    )
    reviewed_at = models.DateTimeField(_("後閲日時"), null=True, blank=True)

    # Filled in by ``queries.open_steps`` only: in which right the asker may act.
    capacity: str

    class Meta:
        verbose_name = _("回付の段階")
        verbose_name_plural = _("回付の段階")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(role=StepRole.DECIDE), name="step_decides_once"
            ),
            # The same person gives one approval in their own right, and at most one more in an absent person's place:
            # the post that decides in absence (代決) has as a rule seen the case before, as a step of its own.
            models.UniqueConstraint(
                fields=["round", "decided_by"],
                # Whoever holds the deciding post decides, whatever else they were asked before.
                condition=Q(decided_as=Capacity.OWN) & ~Q(role=StepRole.DECIDE),
                name="step_own_once",
            ),
            models.UniqueConstraint(
                fields=["round", "decided_by"],
                condition=Q(decided_as__in=[Capacity.DEPUTY, Capacity.SUBSTITUTE]),
                name="step_in_place_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[StepState.APPROVED, StepState.RETURNED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decided_as__in=Capacity.values,
                )
                | Q(
                    state__in=[StepState.WAITING, StepState.ACTIVE, StepState.SKIPPED, StepState.CANCELLED],
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    decided_as="",
                ),
                name="step_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=StepState.SKIPPED) | ~Q(role=StepRole.DECIDE),
                name="step_decision_never_skipped",
            ),
            models.CheckConstraint(
                condition=~Q(decided_as=Capacity.SUBSTITUTE) | Q(role=StepRole.DECIDE),
                name="step_substitute_decides",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "post", "activated_at", "id"],
                name="step_waiting",
                condition=Q(state=StepState.ACTIVE),
            ),
            models.Index(fields=["decided_by", "-decided_at", "-id"], name="step_done"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.unit} {self.post}"

    @property
    def awaits_review(self) -> bool:
        """Whether the post that was absent still has to look at what was decided in its place (後閲)."""
        return bool(
            self.rule
            and self.rule.deferred_review
            and self.state == StepState.APPROVED
            and self.decided_as != Capacity.OWN
            and self.reviewed_at is None
        )


class Remark(models.Model):
    """A word on the case that changes nothing, or the trace of an approval or draft taken back."""

    class Kind(models.TextChoices):
        """What the remark tells."""

        COMMENT = "comment", _("コメント")
        TAKEN_BACK = "taken_back", _("承認の取消し")
        PULLED_BACK = "pulled_back", _("引戻し")
        DISCARDED = "discarded", _("廃案")

    request = models.ForeignKey(
        ApprovalRequest, models.CASCADE, related_name="remarks", verbose_name=_("決裁案件")
    )
    round_number = models.PositiveSmallIntegerField(_("回"))
    kind = models.CharField(_("種類"), max_length=11, choices=Kind.choices, default=Kind.COMMENT)
    author = models.ForeignKey(
        "organization.StaffMember",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("書いた人"),
    )
    text = models.TextField(_("内容"), blank=True)
    written_at = models.DateTimeField(_("日時"))

    class Meta:
        verbose_name = _("コメント")
        verbose_name_plural = _("コメント")
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return self.get_kind_display()

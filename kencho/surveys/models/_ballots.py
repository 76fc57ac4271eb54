"""Boxes while a cycle is open; ballots, free texts and the sealed batch after it has closed. No row names a person."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.surveys.anonymity import Box
from kencho.surveys.models._cycles import Cycle, ReportingUnit


class BallotBox(models.Model):
    """投票箱 of one reporting unit, written whole with every ballot: tokens, spent tokens, receipts, sealed ballots.

    There is no row for a token or for a sealed ballot, because a row has a place and a time in the database.
    Emptied when the cycle closes.
    """

    group = models.OneToOneField(
        ReportingUnit, models.CASCADE, related_name="box", primary_key=True, verbose_name=_("集計単位")
    )
    tokens = models.BinaryField(_("回答権"))
    spent = models.BinaryField(_("使われた回答権"), default=b"")
    tags = models.BinaryField(_("受付の控え"), default=b"")
    ballots = models.BinaryField(_("封をした回答"), default=b"")
    ballot_size = models.PositiveIntegerField(_("封をした回答の長さ"))

    class Meta:
        verbose_name = _("投票箱")
        verbose_name_plural = _("投票箱")

    def __str__(self) -> str:
        return str(self.group)

    @property
    def box(self) -> Box:
        """Its content."""
        return Box(
            tokens=bytes(self.tokens),
            spent=bytes(self.spent),
            tags=bytes(self.tags),
            ballots=bytes(self.ballots),
            size=self.ballot_size,
        )


class Ballot(models.Model):
    """回答: what somebody of a reporting unit answered. No person, no time, no order; free texts are kept elsewhere."""

    id = models.UUIDField(_("識別子"), primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="ballots", verbose_name=_("実施回"))
    group = models.CharField(_("集計単位のコード"), max_length=30)
    answers = models.JSONField(_("回答"))

    class Meta:
        verbose_name = _("回答")
        verbose_name_plural = _("回答")

    def __str__(self) -> str:
        return str(self.pk)


class SealedBatch(models.Model):
    """封印した回答の束: what proves later that the count was made of exactly these ballots and these receipts."""

    cycle = models.OneToOneField(
        Cycle, models.PROTECT, related_name="batch", primary_key=True, verbose_name=_("実施回")
    )
    count = models.PositiveIntegerField(_("回答数"))
    receipts = models.BinaryField(_("受付の控えの一覧"))
    receipts_root = models.CharField(_("控えの木の根"), max_length=64)
    ballots_root = models.CharField(_("回答の木の根"), max_length=64)
    sealed_at = models.DateTimeField(_("封印日時"))

    class Meta:
        verbose_name = _("封印した回答の束")
        verbose_name_plural = _("封印した回答の束")

    def __str__(self) -> str:
        return self.ballots_root


class TextState(models.TextChoices):
    """Whether a free text was reviewed, and with what outcome."""

    WAITING = "waiting", _("確認待ち")
    RELEASED = "released", _("公表")
    WITHHELD = "withheld", _("公表しない")


class FreeText(models.Model):
    """自由記述: apart from the ballot it came with, without a unit; read by the owner before anybody else may."""

    id = models.UUIDField(_("識別子"), primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="texts", verbose_name=_("実施回"))
    question = models.CharField(_("設問"), max_length=40)
    text = models.TextField(_("記述"))
    state = models.CharField(_("状態"), max_length=8, choices=TextState.choices, default=TextState.WAITING)

    class Meta:
        verbose_name = _("自由記述")
        verbose_name_plural = _("自由記述")
        indexes = [models.Index(fields=["cycle", "question", "state"], name="survey_text_state")]

    def __str__(self) -> str:
        return str(self.pk)

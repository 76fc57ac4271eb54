"""What users of the data say and do: requests, feedback, reuses, and counts of use without cookies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DataRequest(models.Model):
    """データの要望: asked by anybody, answered by a division before a day."""

    class State(models.TextChoices):
        """Shown to the public as it stands."""

        RECEIVED = "received", _("受け付けた")
        IN_REVIEW = "in_review", _("検討中")
        ACCEPTED = "accepted", _("公開の準備中")
        PUBLISHED = "published", _("公開した")
        DECLINED = "declined", _("公開できない")
        HIDDEN = "hidden", _("載せない")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    number = models.CharField(_("番号"), max_length=24)
    title = models.CharField(_("ほしいデータ"), max_length=200)
    details = models.TextField(_("詳しい内容"), max_length=2000, blank=True)
    purpose = models.TextField(_("使いみち"), max_length=1000, blank=True)
    # Never shown; erased when the request is closed.
    email = models.EmailField(_("連絡先"), blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.RECEIVED)
    # Not on show before somebody has looked at it.
    is_shown = models.BooleanField(_("載せる"), default=False)
    division = models.ForeignKey(
        "organization.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("担当")
    )
    dataset = models.ForeignKey(
        "catalog.Dataset",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("データセット"),
    )
    answer = models.TextField(_("回答"), max_length=2000, blank=True)
    received_at = models.DateTimeField(_("受け付けた日時"))
    due_on = models.DateField(_("回答の期限"))
    answered_at = models.DateTimeField(_("回答した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("データの要望")
        verbose_name_plural = _("データの要望")
        constraints = [models.UniqueConstraint(fields=["body", "number"], name="data_request_number_once")]

    def __str__(self) -> str:
        return self.title


class Feedback(models.Model):
    """意見: about one dataset; seen by its owner, shown only with the owner's answer."""

    dataset = models.ForeignKey(
        "catalog.Dataset", models.CASCADE, related_name="feedback", verbose_name=_("データセット")
    )
    text = models.TextField(_("内容"), max_length=2000)
    is_useful = models.BooleanField(_("役に立った"), null=True, blank=True)
    answer = models.TextField(_("回答"), max_length=2000, blank=True)
    received_at = models.DateTimeField(_("受け付けた日時"))
    answered_at = models.DateTimeField(_("回答した日時"), null=True, blank=True)
    is_shown = models.BooleanField(_("載せる"), default=False)

    class Meta:
        verbose_name = _("意見")
        verbose_name_plural = _("意見")

    def __str__(self) -> str:
        return self.text[:40]


class Showcase(models.Model):
    """活用事例: what somebody made of the data."""

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    title = models.CharField(_("名称"), max_length=120)
    description = models.TextField(_("説明"), max_length=2000)
    url = models.URLField(_("場所"), max_length=500, blank=True)
    maker = models.CharField(_("作った人"), max_length=120, blank=True)
    datasets = models.ManyToManyField(
        "catalog.Dataset", related_name="showcases", verbose_name=_("使ったデータ")
    )
    is_shown = models.BooleanField(_("載せる"), default=False)
    proposed_at = models.DateTimeField(_("届いた日時"))

    class Meta:
        verbose_name = _("活用事例")
        verbose_name_plural = _("活用事例")

    def __str__(self) -> str:
        return self.title


class UsageDay(models.Model):
    """利用の数: per dataset, day and kind. Nothing about the user is kept."""

    class Kind(models.TextChoices):
        """How it was used."""

        PAGE = "page", _("ページ")
        DOWNLOAD = "download", _("ダウンロード")
        API = "api", _("API")

    dataset = models.ForeignKey(
        "catalog.Dataset", models.CASCADE, related_name="usage", verbose_name=_("データセット")
    )
    day = models.DateField(_("日"))
    kind = models.CharField(_("種類"), max_length=8, choices=Kind.choices)
    count = models.PositiveIntegerField(_("回数"), default=0)

    class Meta:
        verbose_name = _("利用の数")
        verbose_name_plural = _("利用の数")
        constraints = [models.UniqueConstraint(fields=["dataset", "day", "kind"], name="usage_day_once")]

    def __str__(self) -> str:
        return f"{self.dataset} {self.day} {self.kind}"

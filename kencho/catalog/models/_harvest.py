"""Catalogues of municipalities that publish elsewhere: where they are, how each collection went, what went wrong."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HarvestSource(models.Model):
    """収集元: a catalogue elsewhere, read on a schedule into datasets of the body whose data they are."""

    class Kind(models.TextChoices):
        """The languages spoken."""

        CKAN = "ckan", _("CKAN API")
        DCAT = "dcat", _("DCAT（RDF）")
        DATA_JSON = "data_json", _("data.json")
        LIST = "list", _("Excel・CSVの一覧")

    class Health(models.TextChoices):
        """How the last collection went."""

        NEW = "new", _("まだ収集していない")
        GOOD = "good", _("順調")
        PARTIAL = "partial", _("一部だけ")
        BAD = "bad", _("収集できない")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+", verbose_name=_("団体"))
    # The body that set the source up and may change it; often the prefecture for its municipalities.
    keeper = models.ForeignKey(
        "organization.Body", models.PROTECT, related_name="+", verbose_name=_("収集する団体")
    )
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    url = models.URLField(_("場所"), max_length=1000)
    is_paused = models.BooleanField(_("止めている"), default=False)
    every_hours = models.PositiveSmallIntegerField(_("間隔（時間）"), default=24)
    health = models.CharField(_("状態"), max_length=8, choices=Health.choices, default=Health.NEW)
    last_run_at = models.DateTimeField(_("最後に収集した日時"), null=True, blank=True)
    last_good_at = models.DateTimeField(_("最後に全部収集できた日時"), null=True, blank=True)
    created_at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("収集元")
        verbose_name_plural = _("収集元")
        constraints = [models.UniqueConstraint(fields=["keeper", "url"], name="harvest_source_once")]

    def __str__(self) -> str:
        return self.name


class HarvestRun(models.Model):
    """収集の一回: counts of what it found and did."""

    source = models.ForeignKey(HarvestSource, models.CASCADE, related_name="runs", verbose_name=_("収集元"))
    began_at = models.DateTimeField(_("始めた日時"))
    ended_at = models.DateTimeField(_("終わった日時"), null=True, blank=True)
    found = models.PositiveIntegerField(_("見つけた"), default=0)
    added = models.PositiveIntegerField(_("加えた"), default=0)
    changed = models.PositiveIntegerField(_("変えた"), default=0)
    unchanged = models.PositiveIntegerField(_("そのまま"), default=0)
    withdrawn = models.PositiveIntegerField(_("なくなった"), default=0)
    failed = models.PositiveIntegerField(_("読めなかった"), default=0)
    # Empty when the source could be read to its end.
    problem = models.CharField(_("止まった理由"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("収集の記録")
        verbose_name_plural = _("収集の記録")
        indexes = [models.Index(fields=["source", "-began_at"], name="harvest_run_newest")]

    def __str__(self) -> str:
        return f"{self.source} {self.began_at:%Y-%m-%d}"


class HarvestProblem(models.Model):
    """収集できなかった一件: which record of the source, and why."""

    run = models.ForeignKey(HarvestRun, models.CASCADE, related_name="problems", verbose_name=_("収集の記録"))
    external_id = models.CharField(_("収集元での番号"), max_length=300, blank=True)
    code = models.CharField(_("理由"), max_length=40)
    params = models.JSONField(_("詳しい値"), default=dict, blank=True)

    class Meta:
        verbose_name = _("収集の問題")
        verbose_name_plural = _("収集の問題")

    def __str__(self) -> str:
        return f"{self.run} {self.external_id}"

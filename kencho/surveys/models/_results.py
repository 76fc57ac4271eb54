"""Published figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.surveys.models._cycles import Cycle

ORGANIZATION = ""
"""The cut that is always made: by reporting units."""

VALID = "_valid"
"""How many answered the question."""

POSITIVE = "_positive"
"""How many of them chose a positive option."""

RETURNED = "_returned"
"""The question code under which the number of ballots stands."""


class Cell(models.Model):
    """集計値: a number, or nothing where it is kept back; then ``at_most`` or ``at_least`` may bound it."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="cells", verbose_name=_("実施回"))
    cut = models.CharField(_("分け方"), max_length=40, blank=True, default=ORGANIZATION)
    group = models.CharField(_("集計単位・区分のコード"), max_length=40)
    question = models.CharField(_("設問"), max_length=40)
    option = models.CharField(_("選択肢"), max_length=40)
    n = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    at_most = models.PositiveIntegerField(_("以下"), null=True, blank=True)
    at_least = models.PositiveIntegerField(_("以上"), null=True, blank=True)

    class Meta:
        verbose_name = _("集計値")
        verbose_name_plural = _("集計値")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "cut", "question", "group", "option"], name="survey_cell_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.question} {self.option}"

    @property
    def is_suppressed(self) -> bool:
        """Whether the number is kept back."""
        return self.n is None

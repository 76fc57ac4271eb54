"""The choices by which a search is narrowed, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.catalog.models import Frequency, License, Theme
from kencho.organization.models import Body

LABELS: dict[str, str | Promise] = {
    "body": _("団体"),
    "theme": _("分野"),
    "format": _("形式"),
    "license": _("利用ルール"),
    "frequency": _("更新頻度"),
}
_CHOICES = {
    "theme": dict(Theme.choices),
    "license": dict(License.choices),
    "frequency": dict(Frequency.choices),
}


@dataclass(frozen=True)
class FacetValue:
    """A value, its words, and how many datasets of those found have it."""

    value: str
    label: str | Promise
    count: int


def facet_values(name: str, values: Iterable[tuple[str, int]]) -> Sequence[FacetValue]:
    """Values with their words; bodies by their names."""
    found = list(values)
    words: dict[str, str | Promise] = dict(_CHOICES.get(name, {}))
    if name == "body":
        words = dict(Body.objects.filter(slug__in=[value for value, _n in found]).values_list("slug", "name"))
    return [FacetValue(value, words.get(value, value), count) for value, count in found]

"""What the search box finds: staff and units of the asker's own body."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kencho.foundation.registry import SearchHit, SearchSource, search
from kencho.organization.queries import Desk, main_posts, staff_of, units_named


def find_staff(request: HttpRequest, words: str, limit: int) -> list[SearchHit]:
    """Staff by name, kana or number."""
    desk: Desk | None = getattr(request, "desk", None) or None
    if desk is None or not words.strip():
        return []
    found = list(staff_of(desk.body, desk.day, words=words).order_by("number")[:limit])
    posts = main_posts([each.pk for each in found], desk.day)
    return [
        SearchHit(
            each.name,
            reverse("organization:staff_detail", args=[each.pk]),
            _("職員"),
            f"{posts[each.pk].unit.name} {posts[each.pk].title}" if each.pk in posts else "",
        )
        for each in found
    ]


def find_units(request: HttpRequest, words: str, limit: int) -> list[SearchHit]:
    """Units of today by name, kana or code."""
    desk: Desk | None = getattr(request, "desk", None) or None
    if desk is None or not words.strip():
        return []
    return [
        SearchHit(unit.name, reverse("organization:unit_detail", args=[unit.pk]), _("組織"), unit.code)
        for unit in units_named(desk.body, desk.day, words)[:limit]
    ]


search.register("organization.staff", SearchSource("organization.staff", gettext_lazy("職員"), find_staff))
search.register("organization.units", SearchSource("organization.units", gettext_lazy("組織"), find_units))

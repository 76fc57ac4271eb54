"""Surveys in the search box of the desk."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import SearchHit, SearchSource, search
from kencho.organization.queries import Desk
from kencho.surveys import permissions, queries


def find_cycles(request: HttpRequest, words: str, limit: int) -> list[SearchHit]:
    """Cycles whose results the asker may read and whose title holds every word."""
    desk: Desk | None = getattr(request, "desk", None)
    if not desk or not words.strip():
        return []
    found = queries.cycles_of(desk.body)
    for word in words.split():
        found = found.filter(title__contains=word)
    return [
        SearchHit(
            title=cycle.title,
            url=reverse("surveys:survey_results", args=[cycle.key]),
            kind=str(_("職員アンケート")),
            note=str(cycle.get_state_display()),
            at=cycle.closed_at,
        )
        for cycle in found[: limit * 4]
        if permissions.may_read_results(desk, cycle)
    ][:limit]


search.register("surveys", SearchSource("surveys", _("職員アンケート"), find_cycles))

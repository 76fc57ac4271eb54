"""Measures and their indicators in the search box of the desk."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import SearchHit, SearchSource, search
from kencho.organization.queries import Desk
from kencho.policy import queries


def find_measures(request: HttpRequest, words: str, limit: int) -> list[SearchHit]:
    """Measures of the own body of which number, name, program or indicator holds every word."""
    desk: Desk | None = getattr(request, "desk", None)
    if not desk or not words.strip():
        return []
    return [
        SearchHit(
            title=str(measure),
            url=reverse("policy:measure_desk", args=[measure.pk]),
            kind=_("施策"),
            note=measure.plan.name,
        )
        for measure in queries.search_measures(desk.body, words)[:limit]
    ]


search.register("policy", SearchSource("policy", _("施策"), find_measures))

"""What the search box of the desk finds: procedures of the asker's own body, published or not."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kencho.foundation import clock
from kencho.foundation.registry import SearchHit, SearchSource, search
from kencho.organization.queries import Desk
from kencho.procedures import queries


def find_procedures(request: HttpRequest, words: str, limit: int) -> list[SearchHit]:
    """By title, keywords, readings and law."""
    desk: Desk | None = getattr(request, "desk", None) or None
    if desk is None or not words.strip():
        return []
    found = queries.on_desk(desk.body, clock.now(), words=words).order_by("title")
    return [
        SearchHit(
            row.title,
            reverse("procedures:procedure_desk", args=[row.code]),
            _("手続"),
            f"{row.division.name} {row.code}",
        )
        for row in found[:limit]
    ]


search.register("procedures", SearchSource("procedures", gettext_lazy("手続"), find_procedures))

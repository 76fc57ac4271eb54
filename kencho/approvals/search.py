"""Cases in the search box of the desk, as far as the asker may read them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kencho.approvals import queries
from kencho.foundation.registry import SearchHit, SearchSource, search
from kencho.organization.queries import Desk


def find_requests(request: HttpRequest, words: str, limit: int) -> list[SearchHit]:
    """Visible cases whose title or subject holds every word, the newest first."""
    desk: Desk | None = getattr(request, "desk", None)
    if not desk or not words.strip():
        return []
    return [
        SearchHit(
            title=found.title,
            url=reverse("approvals:approval_show", args=[found.pk]),
            kind=str(_("決裁案件")),
            note=f"{found.matter} {found.get_state_display()}",
            at=found.requested_at,
        )
        for found in queries.search_requests(desk, words)[:limit]
    ]


search.register("approvals", SearchSource("approvals", _("決裁案件"), find_requests))

"""Records in the search box."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kencho.foundation import registry
from kencho.organization.queries import Desk
from kencho.records import queries


def find(request: HttpRequest, words: str, limit: int) -> list[registry.SearchHit]:
    """Records whose title holds the words."""
    desk: Desk = request.desk  # type: ignore[attr-defined]  # the search page is guarded by staff_page
    rows = queries.register(desk, queries.RegisterFilter(words=words))[:limit]
    return [
        registry.SearchHit(
            f"{row.number}　{row.title}",
            f"{reverse('records:register')}?words={row.title[:40]}",
            row.get_direction_display(),
            f"{row.division.name}",
            row.registered_at,
        )
        for row in rows
    ]


registry.search.register("records", registry.SearchSource("records", _("文書"), find))

"""Applications in the search box of the desk, as far as the asker may see them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kencho.applications import inbox, queries
from kencho.applications.queries import InboxFilter
from kencho.foundation.checkdigits import parse_receipt_number
from kencho.foundation.registry import SearchHit, SearchSource, search
from kencho.organization.queries import Desk


def find_applications(request: HttpRequest, words: str, limit: int) -> list[SearchHit]:
    """By reception number among all that the desk may see; by name or reading among the division's newest."""
    desk: Desk | None = getattr(request, "desk", None) or None
    if desk is None or not words.strip():
        return []
    number = parse_receipt_number(words)
    if number is not None:
        rows = list(
            queries.visible_to(desk).filter(number=str(number)).values_list(*inbox.COLUMNS, named=True)[:1]
        )
    else:
        wanted = InboxFilter(words=words[:60])
        rows = inbox.page(desk.division, desk.staff, wanted, due_edge=desk.day).rows[:limit]
    return [
        SearchHit(
            title=f"{row.number} {row.applicant_name}".strip(),
            url=reverse("applications:case", args=[row.id]),
            kind=_("申請"),
            note=row.procedure__title,
            at=row.arrived_at,
        )
        for row in rows
    ]


search.register("applications", SearchSource("applications", gettext_lazy("申請"), find_applications))

"""A draft saves itself while it is being filled in, where the browser runs scripts."""

from datetime import UTC
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kencho.applications import services
from kencho.applications.models import ApplicationDraft
from kencho.applications.views._access import draft_or_404
from kencho.foundation import clock
from kencho.foundation.access import Access, mark
from kencho.procedures import queries as procedures

SEEN = "_seen"
SEEN_HEADER = "X-Draft-Seen"


def seen_of(draft: ApplicationDraft) -> str:
    """Names the state of a draft that a page shows: a page that shows an older one must not save over a newer."""
    return draft.updated_at.astimezone(UTC).isoformat()


@require_POST
def draft_autosave(request: HttpRequest, pk: UUID, page: str) -> HttpResponse:
    """Keep what stands on a page, right or wrong: 204, or 409 when the draft was saved elsewhere meanwhile.

    Files wait for the next press of a button, and so does taking one off.
    """
    draft = draft_or_404(request, pk)
    plan = procedures.compiled_of(draft.version)
    on = clock.day_of(clock.now() if draft.amends is None else draft.amends.arrived_at)
    if page not in {each.id for each in plan.visible_pages(draft.answers, on=on)}:
        raise Http404
    if request.POST.get(SEEN) != seen_of(draft):
        return _conflict()
    sent = {key: values for key, values in request.POST.lists() if not key.endswith(".remove")}
    reading = plan.read_page(page, sent, draft.answers, on=on)
    try:
        services.save_draft(
            draft=draft,
            answers=plan.merge(draft.answers, reading.values),
            page=page,
            at=clock.now(),
            seen_at=draft.updated_at,
        )
    except services.DraftMovedOn:
        return _conflict()
    return HttpResponse(status=204, headers={SEEN_HEADER: seen_of(draft)})


mark(draft_autosave, Access("secret", "holder of the draft"))


def _conflict() -> HttpResponse:
    return HttpResponse(_("ほかの画面で保存されています。"), status=409, content_type="text/plain")

"""Pages of procedures for the public."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kencho.foundation import clock
from kencho.foundation.access import public
from kencho.foundation.ui import Crumb
from kencho.organization.models import Body
from kencho.procedures import queries


@public("catalogue of procedures")
@require_GET
def procedure_list(request: HttpRequest, body: str) -> HttpResponse:
    """Find a procedure of one body."""
    office = get_object_or_404(Body, slug=body)
    words = request.GET.get("q", "")[:100]
    found = queries.find(office, clock.now(), words=words, life_event=request.GET.get("event", "")[:40])
    return render(
        request,
        "procedures/procedure_list.html",
        {"body": office, "procedures": found, "words": words, "breadcrumbs": [Crumb(office.name)]},
    )


@public("explains a procedure")
@require_GET
def procedure_show(request: HttpRequest, body: str, code: str) -> HttpResponse:
    """What a procedure is, whom it concerns, what it costs, how long it takes, what is needed."""
    office = get_object_or_404(Body, slug=body)
    found = queries.in_force(office, code, clock.now())
    if found is None:
        raise Http404
    return render(
        request,
        "procedures/procedure_show.html",
        {
            "body": office,
            "procedure": found.procedure,
            "definition": found.definition,
            "breadcrumbs": [
                Crumb(office.name, f"/{office.slug}/procedures/"),
                Crumb(found.definition.title_text()),
            ],
            "title": _("手続"),
        },
    )

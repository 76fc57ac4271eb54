"""What the pages of the desk share."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kencho.applications import queries
from kencho.applications.models import Application
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest

INBOX = "applications:inbox"
CASE = "applications:case"


def case_or_404(request: StaffRequest, pk: int) -> Application:
    """The application, if this desk may know of it; whoever may not gets the answer for one that is not there."""
    application = queries.case(request.desk, pk)
    if application is None:
        raise Http404
    return application


def crumbs(*more: Crumb) -> list[Crumb]:
    """Where one is below the inbox."""
    return [Crumb(_("申請の受付箱"), reverse(INBOX)), *more]


def case_crumbs(application: Application, here: str) -> list[Crumb]:
    """Where one is below a case."""
    return crumbs(Crumb(application.number, reverse(CASE, args=[application.pk])), Crumb(here))


def frame(application: Application, here: str) -> dict[str, Any]:
    """Context of a page about one application."""
    return {
        "application": application,
        "case_url": reverse(CASE, args=[application.pk]),
        "breadcrumbs": case_crumbs(application, here),
    }


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF that Kencho itself made, shown by the browser and kept by nobody."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response

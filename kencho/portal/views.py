"""Home pages, the staff desk, the search box, and the pages for errors."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.catalog import queries as catalog
from kencho.foundation import clock, registry
from kencho.foundation.access import public
from kencho.foundation.middleware import API_PREFIX, problem
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.models import Body
from kencho.policy import queries as policy
from kencho.portal import desk, queries
from kencho.portal.demo import sign_ins

HITS_PER_SOURCE = 10
SHOWN_PROCEDURES = 60


@public("front page")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Find a procedure of any body."""
    asked = queries.Asked.of(request.GET)
    context = {
        "asked": asked,
        "found": queries.find(None, asked, clock.now())[:SHOWN_PROCEDURES] if asked.is_set else None,
        "life_events": queries.life_events(None, clock.now()),
        "bodies": Body.objects.filter(accepts_online=True),
        "has_open_data": catalog.published().exists(),
        "demo_sign_ins": sign_ins() if settings.DEMO else [],
    }
    return render(request, "portal/home.html", context)


@public("front page of a body")
@require_safe
def body_home(request: HttpRequest, body: str) -> HttpResponse:
    """The procedures of one body: by words, by occasion, by office."""
    office = get_object_or_404(Body, slug=body)
    asked = queries.Asked.of(request.GET)
    context = {
        "body": office,
        "asked": asked,
        "found": queries.find(office, asked, clock.now()),
        "life_events": queries.life_events(office, clock.now()),
        "offices": queries.offices(office, clock.now()),
        "has_policy": policy.public_measures(office).exists(),
        "has_open_data": catalog.published(office).exists(),
        "breadcrumbs": [Crumb(_("ホーム"), "/"), Crumb(office.name)],
    }
    return render(request, "portal/body_home.html", context)


@public("says how accessible the site is")
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "portal/accessibility.html", {"breadcrumbs": [Crumb(_("アクセシビリティ"))]})


@public("says what is done with personal data")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What personal data is kept, why, how long."""
    return render(request, "portal/privacy.html", {"breadcrumbs": [Crumb(_("個人情報の取扱い"))]})


@public("chooses the home of whoever has just signed in")
def after_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Staff go to the desk, residents to their applications."""
    if not request.user.is_authenticated:
        return redirect_to_login("/")
    if getattr(request, "desk", None):
        return redirect("portal:desk_home")
    return redirect("applications:my_applications")


@staff_page("portal.desk")
@require_safe
def desk_home(request: StaffRequest) -> HttpResponse:
    """What waits for this member of staff today."""
    return render(
        request, "portal/desk_home.html", {"today": desk.today_of(request.desk), "day": request.desk.day}
    )


@staff_page("portal.search")
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """Look through everything that the desk may see."""
    words = request.GET.get("q", "").strip()[:100]
    sections = []
    if words:
        for source in registry.search:
            hits = source.find(request, words, HITS_PER_SOURCE)
            if hits:
                sections.append((source.label, hits))
    context = {"words": words, "sections": sections, "breadcrumbs": [Crumb(_("さがす"))]}
    return render(request, "portal/search.html", context)


def _error(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem(status, code, detail)
    return render(request, f"errors/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _error(request, 400, "bad-request", "リクエストを読み取れませんでした。")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _error(request, 403, "forbidden", "この操作をする権限がありません。")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _error(request, 404, "not-found", "見つかりませんでした。")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; without context processors, which may be what failed."""
    if request.path.startswith(API_PREFIX):
        return problem(500, "server-error", "処理中に問題が起きました。")
    return render(None, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was sent without its token: usually an old page; nothing is lost when one goes back."""
    if request.path.startswith(API_PREFIX):
        return problem(403, "csrf", "CSRFトークンがありません。")
    return render(request, "errors/csrf.html", status=403)

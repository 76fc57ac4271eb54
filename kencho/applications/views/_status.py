"""What the applicant sees after submission: receipt, steps, amendment, withdrawal, notice."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.accounts.access import signed_in_page
from kencho.accounts.models import User
from kencho.applications import documents, permissions, queries, services
from kencho.applications.forms import FindApplication, Withdraw
from kencho.applications.held import CODE_KEY
from kencho.applications.models import Application, Status
from kencho.applications.status import kind_of, steps_of, told
from kencho.applications.views._access import (
    actor,
    application_or_404,
    hold_application,
    hold_draft,
    holds_application,
    signed_in_user,
)
from kencho.files import queries as files
from kencho.foundation import clock
from kencho.foundation.access import Access, mark, public
from kencho.foundation.api import count, counted
from kencho.foundation.client import address_of
from kencho.foundation.ui import Crumb, Fact
from kencho.foundation.ui import Status as Shown
from kencho.procedures.queries import InForce

# The same count as the API's: two doors to one room.
TRIED = "code"
TRIES = 10
TRIES_SECONDS = 15 * 60


def _too_many_tries(request: HttpRequest) -> bool:
    """Ten wrong codes in a quarter of an hour from one address are enough.

    Not counted by number: whoever knows a number could lock its applicant out.
    """
    return counted(TRIED, address_of(request), TRIES_SECONDS) >= TRIES


def _note_wrong_try(request: HttpRequest) -> None:
    count(TRIED, address_of(request), TRIES_SECONDS)


@public("guests prove themselves by number and code")
@never_cache
@require_http_methods(["GET", "POST"])
def application_find(request: HttpRequest) -> HttpResponse:
    """Find an application by its number and code."""
    form = FindApplication(request.POST or None, initial={"number": request.GET.get("number", "")})
    if request.method == "POST" and form.is_valid():
        if _too_many_tries(request):
            return render(request, "errors/429.html", status=429)
        found = queries.by_number(form.cleaned_data["number"])
        if found is not None and queries.knows_secret(found, form.cleaned_data["secret"]):
            hold_application(request, found)
            return redirect("applications:application_status", found.number)
        _note_wrong_try(request)
        form.add_error(
            None, _("受付番号か確認コードが違います。受付票を確かめて、もう一度入力してください。")
        )
    status = 422 if form.is_bound else 200
    return render(
        request,
        "applications/application_find.html",
        {"form": form, "breadcrumbs": [Crumb(_("申請の状況を確認する"))]},
        status=status,
    )


def _frame(application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "body": application.body,
        "number": application.number,
        "definition": queries.compiled_of(application).definition,
        "breadcrumbs": [
            Crumb(application.body.name, f"/{application.body.slug}/"),
            Crumb(_("申請の状況")),
        ],
    }


@never_cache
@require_safe
def application_status(request: HttpRequest, number: str) -> HttpResponseBase:
    """Where the application stands, and what can be done now."""
    application = queries.by_number(number)
    if application is None or not holds_application(request, application):
        return redirect(f"{reverse('applications:application_find')}?number={number[:40]}")
    shown = request.session.get(CODE_KEY) or {}
    secret = shown.get("secret", "") if shown.get("number") == application.number else ""
    request_open = queries.open_amendment(application)
    labels = {item.id: item.label_text() for item in queries.compiled_of(application).definition.items()}
    me = actor(request, application.number)
    context = {
        **_frame(application),
        "secret": secret,
        "status": Shown(application.get_status_display(), kind_of(application.status)),
        "steps": steps_of(application),
        "timeline": told(application),
        "facts": [
            Fact(_("手続"), queries.compiled_of(application).definition.title_text()),
            Fact(_("到達日時"), documents.printed_instant(application.arrived_at)),
            Fact(_("担当"), application.division.name),
        ],
        "amendment": request_open,
        "amendment_items": [
            (labels.get(item.item_id, item.item_id), item.message) for item in request_open.items.all()
        ]
        if request_open
        else [],
        "notice": getattr(application, "notice", None),
        "may_withdraw": permissions.may_withdraw(me, application),
    }
    return render(request, "applications/application_status.html", context)


mark(application_status, Access("secret", "applicant"))


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def receipt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """受付票 as PDF; with the code while the session of the submission lasts."""
    application = application_or_404(request, number)
    shown = request.session.get(CODE_KEY) or {}
    secret = shown.get("secret", "") if shown.get("number") == application.number else ""
    return _pdf(documents.receipt_pdf(application, secret=secret), f"receipt-{application.number}")


mark(receipt_pdf, Access("secret", "applicant"))


@require_safe
def slip_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """申請内容の控え as PDF."""
    application = application_or_404(request, number)
    return _pdf(documents.slip_pdf(application), f"application-{application.number}")


mark(slip_pdf, Access("secret", "applicant"))


@require_safe
def notice_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The signed notice."""
    application = application_or_404(request, number)
    notice = getattr(application, "notice", None)
    if notice is None or notice.stored_file is None:
        raise Http404
    services.note_fetched(notice=notice, by=actor(request, application.number), at=clock.now())
    return _pdf(files.content(notice.stored_file), f"notice-{application.number}")


mark(notice_pdf, Access("secret", "applicant"))


@require_POST
def application_amend(request: HttpRequest, number: str) -> HttpResponse:
    """Begin to put right what was asked for."""
    application = application_or_404(request, number)
    if application.status != Status.AWAITING_AMENDMENT:
        messages.error(request, _("この申請は、いまは補正を受け付けていません。"))
        return redirect("applications:application_status", number)
    plan = queries.compiled_of(application)
    draft = application.amendment_drafts.first()
    if draft is None:
        draft = services.begin_draft(
            procedure=InForce(application.procedure, application.version, plan),
            user=signed_in_user(request),
            at=clock.now(),
            answers=application.answers,
            amends=application,
        )
    hold_draft(request, draft)
    asked = set(
        application.amendment_requests.filter(answered_at__isnull=True).values_list(
            "items__item_id", flat=True
        )
    )
    pages = plan.visible_pages(application.answers)
    first = next((page for page in pages if any(item.id in asked for item in page.items)), pages[0])
    return redirect("applications:draft_page", draft.pk, first.id)


mark(application_amend, Access("secret", "applicant"))


@require_http_methods(["GET", "POST"])
def application_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """取り下げる, after a last question."""
    application = application_or_404(request, number)
    me = actor(request, application.number)
    form = Withdraw(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(
                application=application, reason=form.cleaned_data["reason"], by=me, at=clock.now()
            )
        except services.UnableToMove:
            messages.error(
                request, _("この申請は、いまは取り下げることができません。担当に連絡してください。")
            )
        else:
            messages.success(request, _("申請を取り下げました。"))
        return redirect("applications:application_status", number)
    return render(request, "applications/application_withdraw.html", {**_frame(application), "form": form})


mark(application_withdraw, Access("secret", "applicant"))


@signed_in_page("own applications")
def my_applications(request: HttpRequest) -> HttpResponse:
    """Applications and drafts of the account."""
    user = request.user
    rows = list(queries.mine(user)[:200]) if isinstance(user, User) else []
    drafts = list(queries.drafts_of(user, clock.now())) if isinstance(user, User) else []
    return render(
        request,
        "applications/my_applications.html",
        {
            "applications": [(a, a.number, Shown(a.get_status_display(), kind_of(a.status))) for a in rows],
            "drafts": drafts,
            "breadcrumbs": [Crumb(_("わたしの申請"))],
        },
    )

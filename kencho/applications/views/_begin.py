"""Beginning to fill in, going on elsewhere, throwing away."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kencho.applications import services
from kencho.applications.forms import SendLink
from kencho.applications.models import ApplicationDraft
from kencho.applications.views._access import (
    draft_or_404,
    draft_token,
    hold_draft,
    signed_in_user,
    token_opens,
)
from kencho.foundation import clock
from kencho.foundation.access import Access, mark, public
from kencho.foundation.api import count
from kencho.foundation.client import address_of
from kencho.foundation.ui import Crumb
from kencho.notifications import services as notifications
from kencho.organization.models import Body
from kencho.procedures import queries as procedures


@public("everybody may apply")
@require_http_methods(["GET", "POST"])
def application_begin(request: HttpRequest, body: str, code: str) -> HttpResponse:
    """Explain what will be asked; POST begins a draft."""
    office = get_object_or_404(Body, slug=body, accepts_online=True)
    found = procedures.in_force(office, code, clock.now())
    if found is None:
        raise Http404
    user = signed_in_user(request)
    must_sign_in = found.definition.identity in {"account", "high"} and user is None
    if request.method == "POST" and not must_sign_in:
        if user is None and not _may_begin(request):
            return render(request, "errors/429.html", status=429)
        draft = services.begin_draft(procedure=found, user=user, at=clock.now())
        if user is None:
            hold_draft(request, draft)
        first = found.compiled.visible_pages({})[0]
        return redirect("applications:draft_page", draft.pk, first.id)
    return render(
        request,
        "applications/application_begin.html",
        {
            "body": office,
            "procedure": found.procedure,
            "definition": found.definition,
            "pages": found.compiled.visible_pages({}),
            "must_sign_in": must_sign_in,
            "breadcrumbs": [
                Crumb(office.name, f"/{office.slug}/"),
                Crumb(found.definition.title_text(), reverse("procedures:procedure_show", args=[body, code])),
                Crumb(_("申請をはじめる")),
            ],
        },
    )


# A school or a company stands behind one address; a program that floods an office with applications begins faster.
DRAFTS_SECONDS = 60 * 60


def _may_begin(request: HttpRequest) -> bool:
    """Without a limit anybody could flood an office: each application of a guest comes from a draft begun here."""
    return count("begin", address_of(request), DRAFTS_SECONDS) <= settings.GUEST_DRAFTS_PER_HOUR


MAILS = 10
MAILS_SECONDS = 60 * 60


def _may_mail(request: HttpRequest) -> bool:
    """Anybody may name any address: without a limit this site would fill the mailboxes of others."""
    return count("resume", address_of(request), MAILS_SECONDS) <= MAILS


def _send_link(request: HttpRequest, draft: ApplicationDraft, email: str) -> None:
    from kencho.applications.views._access import actor

    notifications.send(
        template="applications/mail/resume",
        recipients=[notifications.Recipient(email=email)],
        body=draft.body,
        url=reverse("applications:draft_resume", args=[draft.pk, draft_token(draft)]),
        context={"procedure": draft.version.procedure, "expires_at": draft.expires_at},
        by=actor(request),
        at=clock.now(),
    )


@require_http_methods(["GET", "POST"])
def draft_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send oneself a link to go on later or on another device."""
    draft = draft_or_404(request, pk)
    form = SendLink(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _may_mail(request):
            return render(request, "errors/429.html", status=429)
        _send_link(request, draft, form.cleaned_data["email"])
        messages.success(request, _("つづきから入力するためのリンクをメールで送りました。"))
        return redirect("applications:draft_page", draft.pk, draft.page or draft_first_page(draft))
    return render(
        request,
        "applications/draft_link.html",
        {"form": form, "draft": draft, "body": draft.body, "breadcrumbs": [Crumb(_("つづきはあとで"))]},
    )


mark(draft_link, Access("secret", "holder of the draft"))


def draft_first_page(draft: ApplicationDraft) -> str:
    """The page with which the form begins."""
    return procedures.compiled_of(draft.version).visible_pages(draft.answers)[0].id


def draft_resume(request: HttpRequest, pk: UUID, token: str) -> HttpResponse:
    """Open a draft from the link in the mail."""
    draft = (
        ApplicationDraft.objects.filter(pk=pk, expires_at__gt=clock.now()).select_related("version").first()
    )
    if draft is None or not token_opens(draft, token):
        return render(request, "applications/draft_gone.html", status=404)
    hold_draft(request, draft)
    return redirect("applications:draft_page", draft.pk, draft.page or draft_first_page(draft))


mark(draft_resume, Access("secret", "holder of the link"))


@require_POST
def draft_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw the draft away."""
    draft = draft_or_404(request, pk)
    procedure = draft.version.procedure
    services.discard_draft(draft=draft)
    messages.success(request, _("入力した内容を消しました。"))
    return redirect("procedures:procedure_show", procedure.body.slug, procedure.code)


mark(draft_discard, Access("secret", "holder of the draft"))

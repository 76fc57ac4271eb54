"""Papers: staff fill in the same form as residents, then say how and when the paper came."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.applications import documents, permissions, queries, services
from kencho.applications.forms_exchange import BeginEntry, ConfirmEntry
from kencho.applications.models import PAPER, Application, ApplicationDraft
from kencho.applications.views._access import hold_draft, release_draft
from kencho.applications.views._begin import draft_first_page
from kencho.applications.views._draft import answers_shown
from kencho.foundation import clock
from kencho.foundation.ui import Crumb, Fact
from kencho.organization.access import staff_page
from kencho.organization.queries import Desk
from kencho.procedures import queries as procedures


def desk_of(request: HttpRequest) -> Desk:
    """The desk that ``staff_page`` has made sure of."""
    desk: Desk = request.desk  # type: ignore[attr-defined]  # set by the organisation's middleware
    return desk


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("紙の申請を入力する"), reverse("applications:enter") if more else ""), *more]


@staff_page("applications.enter")
@require_http_methods(["GET", "POST"])
def paper_begin(request: HttpRequest) -> HttpResponse:
    """Choose a procedure of the own division; POST begins to enter. Shows what was begun before."""
    desk, at = desk_of(request), clock.now()
    form = BeginEntry(request.POST or None, desk=desk, at=at)
    if request.method == "POST" and form.is_valid():
        found = procedures.in_force(desk.body, form.chosen().code, at)
        if found is None:
            raise Http404
        draft = services.begin_entry(
            procedure=found, channel=form.cleaned_data["channel"], staff=desk.staff, by=desk.actor, at=at
        )
        return _open(request, draft)
    context = {
        "form": form,
        "entries": [
            (each, each.get_channel_display(), _title(each)) for each in queries.entries_of(desk.staff, at)
        ],
        "breadcrumbs": _crumbs(),
    }
    return render(request, "applications/paper_begin.html", context, status=422 if form.errors else 200)


def _title(draft: ApplicationDraft) -> str:
    plan = procedures.compiled_of(draft.version)
    who = queries.applicant_in(plan, draft.answers).name
    return f"{plan.definition.title}　{who}" if who else plan.definition.title


def _open(request: HttpRequest, draft: ApplicationDraft) -> HttpResponse:
    hold_draft(request, draft)
    return redirect("applications:draft_page", draft.pk, draft.page or draft_first_page(draft))


def _entry_or_404(request: HttpRequest, pk: UUID) -> ApplicationDraft:
    draft = queries.entries_of(desk_of(request).staff, clock.now()).filter(pk=pk).first()
    if draft is None:
        raise Http404
    return draft


@require_POST
@staff_page("applications.enter")
def paper_resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on with what was begun before."""
    return _open(request, _entry_or_404(request, pk))


@require_POST
@staff_page("applications.enter")
def paper_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw away what was begun."""
    services.discard_draft(draft=_entry_or_404(request, pk))
    messages.success(request, _("入力した内容を消しました。"))
    return redirect("applications:enter")


@never_cache
@staff_page("applications.enter")
@require_http_methods(["GET", "POST"])
def paper_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show all answers and ask for the day on the stamp; POST submits."""
    kept = _entered(request, idempotency_key=str(pk))
    if kept is not None:
        return redirect("applications:paper_done", kept.number)
    draft = _entry_or_404(request, pk)
    today = desk_of(request).day
    form = ConfirmEntry(request.POST or None, today=today, initial={"arrived_on": today})
    errors: Any = ()
    if request.method == "POST" and form.is_valid():
        try:
            receipt = services.submit_entry(
                draft=draft,
                arrived_on=form.cleaned_data["arrived_on"],
                by=desk_of(request).actor,
                at=clock.now(),
            )
        except services.UnableToSubmit as refused:
            errors = refused.errors
        except services.ReceptionClosed:
            form.add_error("arrived_on", _("到達日が、この手続の受付期間ではありません。"))
        else:
            release_draft(request, pk)
            return redirect("applications:paper_done", receipt.application.number)
    return _show_confirmation(request, draft, form, errors)


def _show_confirmation(
    request: HttpRequest, draft: ApplicationDraft, form: ConfirmEntry, errors: Any
) -> HttpResponse:
    plan = procedures.compiled_of(draft.version)
    if request.method == "GET":
        found = plan.validate(draft.answers, on=desk_of(request).day).errors
        errors = queries.errors_that_count(plan, found, draft.channel)
    context = {
        **answers_shown(draft, plan, errors),
        "draft": draft,
        "form": form,
        "definition": plan.definition,
        "channel": draft.get_channel_display(),
        "breadcrumbs": _crumbs(Crumb(_("内容の確認"))),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/paper_confirm.html", context, status=status)


def _entered(request: HttpRequest, **which: str) -> Application | None:
    """A paper that has been entered, if this desk works on it."""
    found = (
        Application.objects.select_related("body", "procedure", "version", "division")
        .filter(channel__in=PAPER, **which)
        .first()
    )
    return found if found is not None and permissions.works_on(desk_of(request).actor, found) else None


def _entered_or_404(request: HttpRequest, number: str) -> Application:
    found = _entered(request, number=number)
    if found is None:
        raise Http404
    return found


@never_cache
@staff_page("applications.enter")
@require_safe
def paper_done(request: HttpRequest, number: str) -> HttpResponse:
    """What to hand to the applicant: number, code, receipt."""
    application = _entered_or_404(request, number)
    context = {
        "application": application,
        "secret": services.secret_for(application.idempotency_key),
        "facts": [
            Fact(_("手続"), application.procedure.title),
            Fact(_("申請者"), application.applicant_name),
            Fact(_("受付経路"), application.get_channel_display()),
            Fact(_("到達日時"), documents.printed_instant(application.arrived_at)),
        ],
        "breadcrumbs": _crumbs(Crumb(_("登録しました"))),
    }
    return render(request, "applications/paper_done.html", context)


@never_cache
@staff_page("applications.enter")
@require_safe
def paper_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """受付票 with the code, for the applicant without a browser."""
    application = _entered_or_404(request, number)
    content = documents.receipt_pdf(application, secret=services.secret_for(application.idempotency_key))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{application.number}.pdf"'
    return response

"""Filling in, page by page, and the confirmation. Works without JavaScript; every step is stored at once."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kencho.applications import held, lookups, queries, services
from kencho.applications.models import Application, ApplicationDraft
from kencho.applications.views._access import (
    actor,
    draft_or_404,
    draft_token,
    held_draft,
    hold_application,
    holds_application,
    signed_in_user,
)
from kencho.applications.views._autosave import seen_of
from kencho.files import services as files
from kencho.foundation import clock
from kencho.foundation.access import Access, mark
from kencho.foundation.sessions import Kept, SessionEnded, SessionStore
from kencho.foundation.ui import Crumb, Fact, Step, Steps
from kencho.procedures import queries as procedures
from kencho.procedures.definition import Compiled, FieldError, Item, Page

Answers = dict[str, Any]


@require_http_methods(["GET", "POST"])
def draft_page(request: HttpRequest, pk: UUID, page: str) -> HttpResponseBase:
    """One page of the form; POST stores it and goes on."""
    sent = _already_sent(request, pk)
    if sent is not None:
        return redirect("applications:application_status", sent.number)
    draft = draft_or_404(request, pk)
    plan = procedures.compiled_of(draft.version)
    if page not in {each.id for each in plan.visible_pages(draft.answers, on=_rules_of(draft))}:
        raise Http404
    if request.method == "POST":
        return _keep_page(request, draft, plan, page)
    if draft.user_id is not None and signed_in_user(request) is None:
        return redirect_to_login(request.get_full_path())
    return _show_page(request, draft, plan, page)


mark(draft_page, Access("secret", "holder of the draft"))


def _keep_page(request: HttpRequest, draft: ApplicationDraft, plan: Compiled, page: str) -> HttpResponseBase:
    reading = plan.read_page(page, request.POST, draft.answers, on=_rules_of(draft))
    answers = plan.merge(draft.answers, reading.values)
    answers, refused = _take_files(request, draft, plan.page(page), answers)
    counted = queries.errors_that_count(plan, reading.errors, draft.channel)
    errors = [e for e in counted if not _has_file(e, answers)] + refused
    services.save_draft(draft=draft, answers=answers, page=page, at=clock.now())
    if reading.action == "next" and not errors and not reading.revealed:
        following = plan.next_page(page, draft.answers, on=_rules_of(draft))
        if following is None:
            return redirect(_confirmation_of(draft), draft.pk)
        return redirect("applications:draft_page", draft.pk, following.id)
    if reading.action == "save" and not errors:
        if draft.entered_by_id is not None:
            return redirect("applications:enter")
        return redirect("applications:draft_link", draft.pk)
    shown = errors if reading.action in {"next", "save"} else refused
    return _show_page(request, draft, plan, page, raw=reading.raw, errors=shown)


def _confirmation_of(draft: ApplicationDraft) -> str:
    """Papers are confirmed at the desk, where the day of their stamp is asked for."""
    return "applications:paper_confirm" if draft.entered_by_id else "applications:draft_confirm"


def _has_file(error: FieldError, answers: Answers) -> bool:
    """A missing-file error found before the file of the same request was taken in."""
    return error.code.startswith("required") and bool(answers.get(error.item_id))


def _take_files(
    request: HttpRequest, draft: ApplicationDraft, page: Page, answers: Answers
) -> tuple[Answers, list[FieldError]]:
    """Receive the files sent with a page; each becomes a reference in the answers or an error at its item."""
    errors: list[FieldError] = []
    items: dict[str, Item] = {item.id: item for item in page.items if item.type == "attachment"}
    for name, sent in request.FILES.lists():
        item = items.get(name)
        if item is None:
            continue
        kept = list(answers.get(name) or [])
        for file in sent:
            if len(kept) >= item.max_files:
                errors.append(FieldError(name, "", "too_many", _("ファイルの数が多すぎます。")))
                break
            kept += _take_one(request, draft, item, file, errors)
        answers = {**answers, name: kept} if kept else answers
    return answers, errors


def _take_one(
    request: HttpRequest, draft: ApplicationDraft, item: Item, file: File[Any], errors: list[FieldError]
) -> list[dict[str, Any]]:
    try:
        upload = files.receive(
            body=draft.body,
            content=file,
            name=file.name or "file",
            owner=str(draft.pk),
            max_bytes=item.max_bytes,
            kinds=item.kinds,
            by=actor(request),
            at=clock.now(),
        )
    except files.UnableToReceive as refused:
        errors.append(FieldError(item.id, "", f"file_{refused.code}", f"{file.name}: {refused}"))
        return []
    size = upload.clean_copy.size if upload.clean_copy else 0
    kind = upload.clean_copy.kind if upload.clean_copy else ""
    return [{"id": str(upload.pk), "name": upload.name, "bytes": size, "kind": kind}]


def _rules_of(draft: ApplicationDraft) -> date:
    """The day as of which rules like "not before today" are read: today, for an amendment the day of arrival."""
    return clock.day_of(clock.now() if draft.amends is None else draft.amends.arrived_at)


def _steps(draft: ApplicationDraft, plan: Compiled, current: str) -> Steps:
    pages = plan.visible_pages(draft.answers, on=_rules_of(draft))
    ids = [each.id for each in pages]
    place = ids.index(current) + 1 if current in ids else len(ids) + 1
    made = [
        Step(
            each.title_text(),
            reverse("applications:draft_page", args=[draft.pk, each.id]) if n < place else "",
        )
        for n, each in enumerate(pages, 1)
    ]
    return Steps([*made, Step(_("確認"))], place)


def _frame(draft: ApplicationDraft, plan: Compiled, current: str) -> dict[str, Any]:
    procedure = draft.version.procedure
    return {
        "draft": draft,
        "draft_token": draft_token(draft),
        "draft_seen": seen_of(draft),
        "body": draft.body,
        "definition": plan.definition,
        "steps": _steps(draft, plan, current),
        "breadcrumbs": [
            Crumb(draft.body.name, f"/{draft.body.slug}/"),
            Crumb(
                plan.definition.title_text(),
                reverse("procedures:procedure_show", args=[draft.body.slug, procedure.code]),
            ),
            Crumb(_("補正") if draft.amends_id else _("申請")),
        ],
    }


def _show_page(
    request: HttpRequest,
    draft: ApplicationDraft,
    plan: Compiled,
    page: str,
    *,
    raw: Any = None,
    errors: Sequence[FieldError] = (),
) -> HttpResponse:
    view = plan.page_view(page, draft.answers, raw, errors, on=_rules_of(draft))
    asked = _asked_here(draft, plan.page(page))
    context = {**_frame(draft, plan, page), "page": view, "errors": view.errors, "asked": asked}
    return render(request, "applications/draft_page.html", context, status=422 if errors else 200)


def _asked_here(draft: ApplicationDraft, page: Page) -> list[tuple[str, str]]:
    """What the office wants put right on this page, as (label, message)."""
    if draft.amends is None:
        return []
    labels = {item.id: item.label_text() for item in page.items}
    asked = draft.amends.amendment_requests.filter(answered_at__isnull=True).prefetch_related("items")
    return [(labels[i.item_id], i.message) for r in asked for i in r.items.all() if i.item_id in labels]


@require_http_methods(["GET", "POST"])
def draft_confirm(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Show all answers; POST submits them."""
    sent = _already_sent(request, pk)
    if sent is not None:
        return redirect("applications:application_status", sent.number)
    draft = draft_or_404(request, pk)
    if draft.entered_by_id is not None:
        return redirect("applications:paper_confirm", draft.pk)
    plan = procedures.compiled_of(draft.version)
    if request.method == "POST":
        return _send(request, draft, plan)
    if draft.user_id is not None and signed_in_user(request) is None:
        return redirect_to_login(request.get_full_path())
    verdict = plan.validate(draft.answers, on=_rules_of(draft))
    return _show_confirmation(request, draft, plan, verdict.errors)


mark(draft_confirm, Access("secret", "holder of the draft"))


def _show_confirmation(
    request: HttpRequest,
    draft: ApplicationDraft,
    plan: Compiled,
    errors: Sequence[FieldError],
    status: int = 200,
) -> HttpResponse:
    context = {**_frame(draft, plan, ""), **answers_shown(draft, plan, errors)}
    return render(request, "applications/draft_confirm.html", context, status=status)


def answers_shown(draft: ApplicationDraft, plan: Compiled, errors: Sequence[FieldError]) -> dict[str, Any]:
    """All answers, what is wrong with them, and the fee, for a last look."""
    pages = {item.id: page.id for page in plan.pages for item in page.items}
    faults = [
        (
            error.message,
            reverse("applications:draft_page", args=[draft.pk, pages[error.item_id.split(".")[0]]])
            if error.item_id.split(".")[0] in pages
            else "",
        )
        for error in errors
    ]
    sections = [
        (
            section.title,
            reverse("applications:draft_page", args=[draft.pk, section.page_id]),
            [Fact(line.label, line.text) for line in section.lines],
        )
        for section in plan.sections(draft.answers, on=_rules_of(draft))
    ]
    return {"sections": sections, "faults": faults, "fee": plan.fee(draft.answers, on=_rules_of(draft))}


def _already_sent(request: HttpRequest, pk: UUID) -> Application | None:
    """The application made from this draft, for the back button, a second press, and a retry after a lost answer."""
    kept = lookups.sent(str(pk))
    if kept is None or not (holds_application(request, kept) or held_draft(request, pk)):
        return None
    if kept.user_id is None:
        _show_code_once(request, kept.number, services.secret_for(str(pk)))
    hold_application(request, kept)
    return kept


def _show_code_once(request: HttpRequest, number: str, secret: str) -> None:
    request.session[held.CODE_KEY] = held.code_of(number, secret)


def _send(request: HttpRequest, draft: ApplicationDraft, plan: Compiled) -> HttpResponseBase:
    try:
        if draft.amends is not None:
            services.amend(
                application=draft.amends,
                answers=draft.answers,
                by=actor(request, draft.amends.number),
                at=clock.now(),
            )
            services.discard_draft(draft=draft)
            messages.success(request, _("補正した内容を送りました。"))
            return redirect("applications:application_status", draft.amends.number)
        receipt = _submitted(request, draft)
    except services.UnableToSubmit as refused:
        return _show_confirmation(request, draft, plan, refused.errors, status=422)
    except services.ReceptionClosed:
        messages.error(
            request, _("この手続は、いまは受付期間ではありません。入力した内容は保存されています。")
        )
        return redirect("applications:draft_confirm", draft.pk)
    except (services.UnableToMove, services.UnableToAmend):
        messages.error(request, _("この申請は、いまは補正を受け付けていません。"))
        return redirect("applications:draft_confirm", draft.pk)
    return redirect("applications:application_status", receipt.application.number)


def _submitted(request: HttpRequest, draft: ApplicationDraft) -> services.Receipt:
    """The application with the session that holds it: both in one transaction where there is a session already."""
    before = dict(request.session.items())
    submit = partial(
        services.submit,
        version=draft.version,
        body=draft.body,
        answers=draft.answers,
        key=str(draft.pk),
        by=actor(request),
        at=clock.now(),
        user=draft.user,
        email=draft.email,
        draft=draft,
    )
    secret = "" if draft.user_id is not None else services.secret_for(str(draft.pk))
    session = _stored_session(request)
    try:
        receipt = submit(session=None if session is None else partial(_kept, session, before, secret))
    except SessionEnded:
        session, receipt = None, submit()
    hold_application(request, receipt.application)
    if receipt.secret:
        _show_code_once(request, receipt.application.number, receipt.secret)
    if session is not None and not receipt.is_repeat:
        session.note_stored(dict(session.items()))
    return receipt


def _kept(session: SessionStore, before: dict[str, Any], secret: str, number: str) -> Kept:
    return session.keep(held.with_application(before, number, secret))


def _stored_session(request: HttpRequest) -> SessionStore | None:
    """The browser's session, if it has one that is in the database."""
    session = request.session
    return session if isinstance(session, SessionStore) and session.session_key is not None else None

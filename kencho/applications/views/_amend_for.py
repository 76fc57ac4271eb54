"""補正 that came on paper: staff put it into the same pages, for the applicant."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kencho.accounts.models import User
from kencho.applications import permissions, queries, services
from kencho.applications.models import Application, ApplicationDraft
from kencho.applications.views._desk_common import CASE, case_or_404, frame
from kencho.applications.views._draft import answers_shown
from kencho.files import services as files
from kencho.foundation import clock
from kencho.foundation.ui import Step, Steps
from kencho.organization.access import StaffRequest, staff_page
from kencho.procedures.definition import Compiled, FieldError, Item, Page
from kencho.procedures.queries import InForce

Answers = dict[str, Any]


@staff_page("applications.amend_for")
@require_POST
def amend_for(request: StaffRequest, pk: int) -> HttpResponse:
    """紙で届いた補正を入力する: begin, or go on with what was begun."""
    application = case_or_404(request, pk)
    permissions.require(permissions.may_amend(request.desk.actor, application))
    draft = _draft(request, application) or services.begin_draft(
        procedure=InForce(application.procedure, application.version, queries.compiled_of(application)),
        user=_account(request),
        at=clock.now(),
        answers=application.answers,
        amends=application,
    )
    asked = set(
        application.amendment_requests.filter(answered_at__isnull=True).values_list(
            "items__item_id", flat=True
        )
    )
    pages = queries.compiled_of(application).visible_pages(draft.answers)
    first = next((page for page in pages if any(item.id in asked for item in page.items)), pages[0])
    return redirect("applications:amend_page", pk, first.id)


def _account(request: StaffRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _draft(request: StaffRequest, application: Application) -> ApplicationDraft | None:
    """What this member of staff has begun."""
    return application.amendment_drafts.filter(user=_account(request), expires_at__gt=clock.now()).first()


def _draft_or_404(request: StaffRequest, application: Application) -> ApplicationDraft:
    permissions.require(permissions.works_on(request.desk.actor, application))
    draft = _draft(request, application)
    if draft is None:
        raise Http404
    return draft


@staff_page("applications.amend_for")
@require_http_methods(["GET", "POST"])
def amend_page(request: StaffRequest, pk: int, page: str) -> HttpResponse:
    """One page of the form; POST stores it and goes on."""
    application = case_or_404(request, pk)
    draft, plan = _draft_or_404(request, application), queries.compiled_of(application)
    if page not in {each.id for each in plan.visible_pages(draft.answers)}:
        raise Http404
    if request.method == "GET":
        return _show_page(application, draft, plan, page, request=request)
    reading = plan.read_page(page, request.POST, draft.answers)
    answers, refused = _with_files(
        request, application, plan.page(page), plan.merge(draft.answers, reading.values)
    )
    counted = queries.errors_that_count(plan, reading.errors, application.channel)
    errors = [
        each for each in counted if not (each.code.startswith("required") and answers.get(each.item_id))
    ]
    services.save_draft(draft=draft, answers=answers, page=page, at=clock.now())
    if reading.action == "next" and not errors and not refused and not reading.revealed:
        following = plan.next_page(page, draft.answers)
        if following is not None:
            return redirect("applications:amend_page", pk, following.id)
        return redirect("applications:amend_confirm", pk)
    shown = errors + refused if reading.action in {"next", "save"} else refused
    return _show_page(application, draft, plan, page, raw=reading.raw, errors=shown, request=request)


def _with_files(
    request: StaffRequest, application: Application, page: Page, answers: Answers
) -> tuple[Answers, list[FieldError]]:
    """Receive the scans sent with a page; each becomes a reference in the answers or an error at its item."""
    errors: list[FieldError] = []
    items = {item.id: item for item in page.items if item.type == "attachment"}
    for name, sent in request.FILES.lists():
        if name not in items:
            continue
        kept = list(answers.get(name) or [])
        room = max(0, items[name].max_files - len(kept))
        if len(sent) > room:
            errors.append(FieldError(name, "", "too_many", _("ファイルの数が多すぎます。")))
        for file in sent[:room]:
            kept += _received(request, application, items[name], file, errors)
        if kept:
            answers = {**answers, name: kept}
    return answers, errors


def _received(
    request: StaffRequest,
    application: Application,
    item: Item,
    file: "UploadedFile[Any]",
    errors: list[FieldError],
) -> list[dict[str, Any]]:
    try:
        upload = files.receive(
            body=application.body,
            content=file,
            name=file.name or "file",
            owner=application.number,
            max_bytes=item.max_bytes,
            kinds=item.kinds,
            by=request.desk.actor,
            at=clock.now(),
        )
    except files.UnableToReceive as refused:
        errors.append(FieldError(item.id, "", f"file_{refused.code}", f"{file.name}: {refused}"))
        return []
    copy = upload.clean_copy
    if copy is None:
        return []
    return [{"id": str(upload.pk), "name": upload.name, "bytes": copy.size, "kind": copy.kind}]


def _frame(application: Application, draft: ApplicationDraft, plan: Compiled, current: str) -> dict[str, Any]:
    pages = plan.visible_pages(draft.answers)
    steps = [
        Step(page.title_text(), reverse("applications:amend_page", args=[application.pk, page.id]))
        for page in pages
    ]
    place = next((n for n, page in enumerate(pages, start=1) if page.id == current), len(pages) + 1)
    return {
        **frame(application, _("補正の内容を入力する")),
        "definition": plan.definition,
        "steps": Steps([*steps, Step(_("内容の確認"))], place),
    }


def _show_page(
    application: Application,
    draft: ApplicationDraft,
    plan: Compiled,
    page: str,
    *,
    request: StaffRequest,
    raw: Any = None,
    errors: Sequence[FieldError] = (),
) -> HttpResponse:
    view = plan.page_view(page, draft.answers, raw, errors)
    context = {
        **_frame(application, draft, plan, page),
        "page": view,
        "errors": view.errors,
        "asked": _asked(application, plan.page(page)),
    }
    return render(request, "applications/case_amend_page.html", context, status=422 if errors else 200)


def _asked(application: Application, page: Page) -> list[tuple[str, str]]:
    """What was to be put right on this page, as (label, message)."""
    labels = {item.id: item.label_text() for item in page.items}
    open_requests = application.amendment_requests.filter(answered_at__isnull=True).prefetch_related("items")
    return [
        (labels[i.item_id], i.message)
        for each in open_requests
        for i in each.items.all()
        if i.item_id in labels
    ]


@staff_page("applications.amend_for")
@require_http_methods(["GET", "POST"])
def amend_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """All answers once more; POST takes the amendment in."""
    application = case_or_404(request, pk)
    draft, plan = _draft_or_404(request, application), queries.compiled_of(application)
    if request.method == "GET":
        found = plan.validate(draft.answers, on=clock.day_of(application.arrived_at)).errors
        return _confirmation(
            request, application, draft, plan, queries.errors_that_count(plan, found, application.channel)
        )
    try:
        services.amend(application=application, answers=draft.answers, by=request.desk.actor, at=clock.now())
    except services.UnableToSubmit as refused:
        return _confirmation(request, application, draft, plan, refused.errors, status=422)
    except (services.UnableToAmend, services.UnableToMove):
        messages.error(request, _("この申請は、いまは補正を受け付けていません。"))
        return redirect(CASE, pk)
    services.discard_draft(draft=draft)
    messages.success(request, _("補正の内容を受け取りました。審査をつづけてください。"))
    return redirect(CASE, pk)


def _confirmation(
    request: StaffRequest,
    application: Application,
    draft: ApplicationDraft,
    plan: Compiled,
    errors: Sequence[FieldError],
    status: int = 200,
) -> HttpResponse:
    shown = answers_shown(draft, plan, errors)
    places = {reverse("applications:draft_page", args=[draft.pk, page.id]): page.id for page in plan.pages}

    def here(url: str) -> str:
        # The applicant's pages of the same draft are the desk's pages under another address.
        return reverse("applications:amend_page", args=[application.pk, places[url]]) if url in places else ""

    context = {
        **_frame(application, draft, plan, ""),
        "fee": shown["fee"],
        "sections": [(title, here(url), facts) for title, url, facts in shown["sections"]],
        "faults": [(message, here(url)) for message, url in shown["faults"]],
    }
    return render(request, "applications/case_amend_confirm.html", context, status=status)

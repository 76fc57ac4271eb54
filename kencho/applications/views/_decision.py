"""The decision: its draft with a live picture of the notice, and the way into approval."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.applications import desk_forms, documents, permissions, pictures, queries, services
from kencho.applications.case import answers_of
from kencho.applications.models import Application, Decision
from kencho.applications.views._acts import reason_of, verbs_for
from kencho.applications.views._desk_common import CASE, case_or_404, frame, pdf
from kencho.approvals import services as approvals
from kencho.files import queries as files
from kencho.foundation import clock
from kencho.organization.access import StaffRequest, staff_page

REFUSALS = (services.UnableToMove, services.GroundsMissing, services.UnknownDecision)


@staff_page("applications.draft_decision")
@require_http_methods(["GET", "POST"])
def draft_decision(request: StaffRequest, pk: int) -> HttpResponse:
    """処分案を作る: the kind first, then text, grounds and conditions beside the notice as it will look."""
    application = case_or_404(request, pk)
    permissions.require(permissions.may_examine(request.desk.actor, application))
    plan = queries.compiled_of(application)
    if not plan.definition.flow.decisions:
        raise Http404
    form = desk_forms.DraftDecision(
        plan.definition.flow, request.POST or None, initial=_initial(application, request.GET.get("kind", ""))
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.draft_decision(
                application=application, by=request.desk.actor, at=clock.now(), **form.cleaned_data
            )
        except REFUSALS as refusal:
            form.add_error(None, reason_of(refusal, application))
        else:
            messages.success(request, _("処分案を保存しました。内容を確かめて、決裁に回してください。"))
            return redirect(CASE, pk)
    requests = list(application.amendment_requests.prefetch_related("items"))
    context = {
        **frame(application, _("処分案を作る")),
        "form": form,
        "decisions": plan.definition.flow.decisions,
        "preview": _preview(application, form, clock.now()),
        "standards": _findings(application),
        "sections": answers_of(application, plan, requests),
    }
    return render(
        request, "applications/case_draft_decision.html", context, status=422 if form.is_bound else 200
    )


def _initial(application: Application, kind: str) -> dict[str, object]:
    """What was drafted before, or the text that the definition gives for this kind of decision."""
    kept: Decision | None = getattr(application, "decision", None)
    decisions = queries.compiled_of(application).definition.flow.decisions
    if kept is not None and kind in {"", kept.kind}:
        return {
            "kind": kept.kind,
            "text": kept.text,
            "grounds": kept.grounds,
            "conditions": kept.conditions,
            "amount": kept.amount,
        }
    codes = [each.code for each in decisions]
    chosen = kind if kind in codes else codes[0]
    return {"kind": chosen, "text": queries.notice_text(application, chosen, clock.now())}


def _findings(application: Application) -> list[tuple[str, str, str]]:
    kept = {each.standard_id: each for each in application.checklist.all()}
    standards = queries.compiled_of(application).definition.review_standards
    return [
        (
            each.text,
            kept[each.id].get_finding_display() if each.id in kept else "",
            kept[each.id].note if each.id in kept else "",
        )
        for each in standards
    ]


def _preview(application: Application, form: desk_forms.DraftDecision, at: datetime) -> list[str]:
    """Pictures of the notice as the form stands; none while no kind is chosen."""
    kind = form.chosen
    if kind is None:
        return []
    draft = Decision(
        application=application,
        kind=kind.code,
        text=_text(form, "text"),
        grounds=_text(form, "grounds"),
        conditions=_text(form, "conditions"),
    )
    return pictures.pages_of(notice_draft(application, draft, at))


def _text(form: desk_forms.DraftDecision, name: str) -> str:
    return str(form[name].value() or "")[:20_000].replace("\0", "")


def notice_draft(application: Application, decision: Decision, at: datetime) -> bytes:
    """The notice before it has a number."""
    data = documents.notice_data(
        application,
        decision,
        document_number=_("（案）文書番号は施行のときに付きます"),
        issued_at=at,
        signer="",
    )
    # A draft bears no seal, and must not look as if it did.
    data.pop("seal", None)
    return documents.notice_pdf(data, issued_at=at)


@staff_page("applications.notice_preview")
@require_POST
def notice_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """Pictures of the notice for what is being typed; nothing is stored."""
    application = case_or_404(request, pk)
    permissions.require(permissions.may_examine(request.desk.actor, application))
    form = desk_forms.DraftDecision(queries.compiled_of(application).definition.flow, request.POST)
    context = {"preview": _preview(application, form, clock.now())}
    return render(request, "applications/_notice_preview.html", context)


@staff_page("applications.read_case")
@require_safe
def notice(request: StaffRequest, pk: int) -> HttpResponse:
    """The issued notice, or how the draft will look."""
    application = case_or_404(request, pk)
    issued = getattr(application, "notice", None)
    if issued is not None and issued.stored_file is None:
        # Erased at the end of its retention period.
        raise Http404
    if issued is not None:
        return pdf(files.content(issued.stored_file), f"notice-{application.number}")
    draft: Decision | None = getattr(application, "decision", None)
    if draft is None:
        raise Http404
    return pdf(notice_draft(application, draft, clock.now()), f"notice-draft-{application.number}")


@staff_page("applications.submit_for_approval")
@require_POST
def submit_for_approval(request: StaffRequest, pk: int) -> HttpResponse:
    """決裁に回す。"""
    application = case_or_404(request, pk)
    permissions.require(permissions.may_examine(request.desk.actor, application))
    if not verbs_for(request, application).submit_for_approval:
        messages.error(request, reason_of(services.UnableToMove(), application))
        return redirect(CASE, pk)
    try:
        services.submit_for_approval(
            application=application, drafter=request.desk.staff, by=request.desk.actor, at=clock.now()
        )
    except services.UnableToMove as refusal:
        messages.error(request, reason_of(refusal, application))
    except approvals.UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("決裁に回しました。"))
    return redirect(CASE, pk)

"""One application on one page: answers and documents beside checklist, clock and actions."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.applications import desk_forms, documents, queries
from kencho.applications.case import Paper, answers_of, clock_of, papers_of, timeline_of
from kencho.applications.models import Application
from kencho.applications.status import kind_of
from kencho.applications.verbs import Verbs, verbs_of
from kencho.applications.views._desk_common import case_or_404, crumbs
from kencho.approvals import queries as approvals
from kencho.foundation import clock
from kencho.foundation.ui import Crumb, Fact, TimelineEntry
from kencho.foundation.ui import Status as Shown
from kencho.organization.access import StaffRequest, staff_page
from kencho.procedures.definition import Compiled

SUBJECT_TYPE = "applications.application"


@staff_page("applications.read_case")
@require_safe
def case(request: StaffRequest, pk: int) -> HttpResponse:
    """The application with everything that is needed to examine it."""
    return show(request, case_or_404(request, pk))


def show(request: StaffRequest, application: Application, **bound: Form) -> HttpResponse:
    """Draw the page; a bound form with errors takes the place of the empty one, and the answer is 422."""
    plan = queries.compiled_of(application)
    verbs = verbs_of(request.desk.actor, application, plan.definition)
    requests = list(application.amendment_requests.prefetch_related("items"))
    papers = papers_of(application, list(_documents(application)), plan)
    offered = _forms(request, application, plan, verbs)
    context: dict[str, Any] = {
        "application": application,
        "definition": plan.definition,
        "verbs": verbs,
        "status": Shown(application.get_status_display(), kind_of(application.status)),
        "sections": answers_of(application, plan, requests),
        "papers": papers,
        "shown": _chosen(request, papers),
        "open_amendment": queries.open_amendment(application),
        "amendments": [_amendment(each, plan) for each in requests],
        "timeline": timeline_of(application),
        "remarks": _remarks(application),
        "clock": clock_of(application, plan, clock.now()),
        "facts": _facts(application),
        "decision": getattr(application, "decision", None),
        "notice": getattr(application, "notice", None),
        "decision_label": _decision_label(application, plan),
        "rounds": _rounds(request, application),
        "fee": plan.fee(application.answers),
        "breadcrumbs": crumbs(Crumb(application.number)),
        **offered,
        # Somebody who may not act gets no form back, whatever they posted.
        **{name: form for name, form in bound.items() if name in offered},
    }
    return render(request, "applications/case.html", context, status=422 if bound else 200)


def _forms(request: StaffRequest, application: Application, plan: Compiled, verbs: Verbs) -> dict[str, Form]:
    """Only the forms of what this desk may do now."""
    offered: dict[str, Form] = {}
    if verbs.remark:
        offered["remark_form"] = desk_forms.NewRemark(auto_id="remark_%s")
    if verbs.assign:
        number = application.assignee.number if application.assignee else ""
        offered["assign_form"] = desk_forms.Assign(
            request.desk, initial={"staff": number}, auto_id="assign_%s"
        )
    if plan.definition.review_standards:
        offered["checklist_form"] = desk_forms.Checklist(plan.definition, list(application.checklist.all()))
    return offered


def _documents(application: Application) -> Any:
    return application.documents.select_related("upload__clean_copy").order_by("pk")


def _chosen(request: StaffRequest, papers: list[Paper]) -> Paper | None:
    """The document in the viewer: the one asked for, else the first that a browser can show."""
    wanted = request.GET.get("document", "")
    chosen = next((paper for paper in papers if str(paper.id) == wanted), None)
    return chosen or next((paper for paper in papers if paper.kind == "pdf" or paper.is_picture), None)


def _amendment(asked: Any, plan: Compiled) -> tuple[Any, list[tuple[str, str]]]:
    labels = {item.id: item.label_text() for item in plan.definition.items()}
    return asked, [(labels.get(item.item_id, item.item_id), item.message) for item in asked.items.all()]


def _remarks(application: Application) -> list[TimelineEntry]:
    return [
        TimelineEntry(each.by_name, each.at, body=each.text)
        for each in reversed(list(application.remarks.all()))
    ]


def _facts(application: Application) -> list[Fact]:
    facts = [
        Fact(_("申請者"), application.applicant_name),
        Fact(
            _("到達"),
            f"{documents.printed_instant(application.arrived_at)}（{application.get_channel_display()}）",
        ),
        Fact(_("担当所属"), application.division.name),
    ]
    if application.applicant_email:
        facts.append(Fact(_("連絡先メール"), application.applicant_email))
    return facts


def _decision_label(application: Application, plan: Compiled) -> str:
    decision = getattr(application, "decision", None)
    labels = {each.code: each.label for each in plan.definition.flow.decisions}
    return labels.get(decision.kind, decision.kind) if decision else ""


def _rounds(request: StaffRequest, application: Application) -> list[tuple[Any, Any, str]]:
    """The approval requests about this application, the newest first: (request, its newest round, address or nothing)."""
    found = approvals.requests_of_subject(
        body_code=application.body.code, subject_type=SUBJECT_TYPE, subject_id=str(application.pk)
    )[:3]
    return [
        (
            each,
            approvals.rounds_of(each, request.desk.day)[0],
            reverse("approvals:approval_show", args=[each.pk]),
        )
        for each in found
    ]

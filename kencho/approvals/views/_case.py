"""The whole case on one page."""

from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.approvals import forms, permissions, queries
from kencho.approvals.models import RequestState, StepRole
from kencho.foundation.ui import Crumb, Kind, Status
from kencho.organization.access import StaffRequest, staff_page

KINDS = {
    RequestState.PENDING: Kind.INFO,
    RequestState.APPROVED: Kind.SUCCESS,
    RequestState.RETURNED: Kind.WARNING,
    RequestState.WITHDRAWN: Kind.NEUTRAL,
    RequestState.DISCARDED: Kind.NEUTRAL,
}


def status_of(state: str) -> Status:
    """A state of a request as a tag."""
    return Status(RequestState(state).label, KINDS[RequestState(state)])


def case_or_404(request: StaffRequest, pk: int) -> queries.Case:
    """The case, if this desk may know of it; whoever may not gets the same answer as for one that is not there."""
    case = queries.case_of(request.desk, pk)
    if case is None:
        raise Http404
    return case


@staff_page("approvals.may_read")
@require_safe
def approval_show(request: StaffRequest, pk: int) -> HttpResponse:
    """One case: summary, document, route, remarks, and what I may do."""
    return show(request, case_or_404(request, pk))


def show(request: StaffRequest, case: queries.Case, **bound: Form) -> HttpResponse:
    """Draw the page; a bound form with errors takes the place of the empty one, and the answer is 422."""
    offered = _forms(request, case)
    context: dict[str, Any] = {
        "case": case,
        "status": status_of(case.request.state),
        "decides": case.mine is not None and case.mine.role == StepRole.DECIDE,
        "breadcrumbs": [
            Crumb(_("決裁"), reverse("approvals:approvals_waiting")),
            Crumb(case.request.title),
        ],
        **offered,
        # Somebody who may not act gets no form back, whatever they posted.
        **{name: form for name, form in bound.items() if name in offered},
    }
    return render(request, "approvals/approval_show.html", context, status=422 if bound else 200)


def _forms(request: StaffRequest, case: queries.Case) -> dict[str, Form | bool]:
    """Only the forms of what this desk may do now."""
    desk, found = request.desk, case.request
    offered: dict[str, Form | bool] = {"remark_form": forms.NewRemark(prefix="remark")}
    if case.mine is not None:
        offered["approve_form"] = forms.Approve(initial={"digest": case.current.round.digest})
        offered["send_back_form"] = forms.SendBack(prefix="send_back")
    if permissions.may_pull_back(desk, found):
        offered["pull_back_form"] = forms.PullBack(prefix="pull_back")
    if permissions.may_resubmit(desk, found):
        offered["resubmit_form"] = forms.Resubmit(prefix="resubmit")
        offered["discard_form"] = forms.Discard(prefix="discard")
    offered["may_take_back"] = permissions.may_take_back(desk, found)
    offered["may_review"] = permissions.may_review(desk, found)
    return offered

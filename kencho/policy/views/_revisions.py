"""シートの版 on the desk: made, looked at, sent through approval."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.approvals import services as approvals
from kencho.foundation import clock
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.policy import forms, permissions, queries, services
from kencho.policy.documents import layout_of
from kencho.policy.models import SheetRevision
from kencho.policy.views._common import form_page, may_plan, measure_crumbs, measure_or_404, saved
from kencho.policy.views._files import file_of
from kencho.policy.views._measure import sheet_year_of
from kencho.policy.views._public import title_of


def _revision_or_404(request: StaffRequest, pk: int) -> SheetRevision:
    rows = SheetRevision.objects.select_related("node__plan__body")
    return get_object_or_404(rows, pk=pk, node__plan__body=request.desk.body)


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def revision_create(request: StaffRequest, pk: int) -> HttpResponse:
    """版を作る: freeze the sheet as it is recorded now."""
    measure = measure_or_404(request, pk)
    at = clock.now()
    year = sheet_year_of(request, measure, at)
    latest = queries.latest_revision(measure, year)
    form = forms.RevisionForm(
        request.POST or None,
        initial={"sheet_year": year, "trigger": "confirmed" if latest else "drafted"},
    )
    by = request.desk.actor
    made: list[SheetRevision] = []
    if saved(form, lambda given: made.append(services.open_revision(node=measure, by=by, at=at, **given))):
        messages.success(request, _("版を作りました。内容を確かめて、決裁に回します。"))
        return redirect("policy:revision_show", made[0].pk)
    title = _("版を作る")
    context = {
        "title": title,
        "lead": _("いま記録されている内容を、そのまま固めて版にします。後から変わることはありません。"),
        "breadcrumbs": measure_crumbs(measure, Crumb(title)),
    }
    return form_page(request, "policy/form.html", form, {**context, "submit_label": title})


@staff_page("policy.may_read")
@require_safe
def revision_show(request: StaffRequest, pk: int) -> HttpResponse:
    """One revision: the form, what changed, where it stands."""
    revision = _revision_or_404(request, pk)
    sheet = queries.sheet_of_revision(revision)
    title = title_of(revision)
    return render(
        request,
        "policy/revision_show.html",
        {
            "revision": revision,
            "measure": revision.node,
            "sheet": sheet,
            "layout": layout_of(sheet),
            "title": title,
            "may_submit": permissions.may_submit(request.desk.actor, revision),
            "is_public": permissions.is_public(revision),
            "breadcrumbs": measure_crumbs(revision.node, Crumb(title)),
        },
    )


@staff_page("policy.may_read")
@require_safe
def revision_file(request: StaffRequest, pk: int, form: str) -> HttpResponse:
    """A revision as a file, published or not."""
    revision = _revision_or_404(request, pk)
    return file_of(queries.sheet_of_revision(revision), form, at=revision.published_at or revision.made_at)


@staff_page("policy.may_plan", may=may_plan)
@require_POST
def revision_submit(request: StaffRequest, pk: int) -> HttpResponse:
    """決裁に回す。"""
    revision = _revision_or_404(request, pk)
    desk = request.desk
    try:
        services.submit_revision(
            revision=revision, division=desk.division, drafter=desk.staff, by=desk.actor, at=clock.now()
        )
    except (services.UnableTo, approvals.UnableTo) as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("決裁に回しました。決裁されると、公表されます。"))
    return redirect("policy:revision_show", revision.pk)

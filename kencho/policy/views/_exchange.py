"""The sheet as a file of its own form: taken in, given out; and figures that no longer agree with their rows."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb, FormError, Pager, errors_of
from kencho.organization.access import StaffRequest, staff_page
from kencho.policy import forms, importing, queries, services
from kencho.policy.models import Actual
from kencho.policy.queries import Drift
from kencho.policy.views._common import crumbs, may_plan, measure_or_404, page_number
from kencho.policy.views._measure import sheet_years

DRIFT_ROWS = 10
"""Figures of a page: each is counted again from all its rows."""


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def sheet_import(request: StaffRequest) -> HttpResponse:
    """YAMLの評価表を取り込む; what is wrong is told cell by cell, and nothing is written then."""
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    context = {"form": form, "breadcrumbs": crumbs(Crumb(_("YAMLを取り込む")))}
    if not form.is_bound or not form.is_valid():
        errors = errors_of(form) if form.is_bound else []
        return render(
            request, "policy/sheet_import.html", {**context, "errors": errors}, status=422 if errors else 200
        )
    try:
        done = importing.import_text(
            body=request.desk.body, text=form.cleaned_data["file"], by=request.desk.actor, at=clock.now()
        )
    except importing.UnableToImport as refusal:
        errors = [FormError(finding.message, "id_file", finding.cell) for finding in refusal.findings]
    except services.UnableTo as refusal:
        errors = [FormError(refusal.message, "id_file")]
    else:
        return render(request, "policy/sheet_imported.html", {**context, "done": done})
    return render(request, "policy/sheet_import.html", {**context, "errors": errors}, status=422)


@staff_page("policy.may_read")
@require_safe
def sheet_yaml(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """The recorded sheet as YAML, which can be taken in again."""
    measure = measure_or_404(request, pk)
    at = clock.now()
    if year not in sheet_years(measure, at):
        raise Http404
    return HttpResponse(
        importing.export_yaml(measure, year, at=at),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="measure-{measure.pk}-{year}.yaml"'},
    )


@staff_page("policy.may_plan", may=may_plan)
@require_safe
def drift_report(request: StaffRequest) -> HttpResponse:
    """確定した後に変わった行: every final figure counted again as known now. The recorded figures never move."""
    at = clock.now()
    actuals = queries.final_actuals(request.desk.body, at)
    number = page_number(request)
    shown = actuals[(number - 1) * DRIFT_ROWS : number * DRIFT_ROWS]
    return render(
        request,
        "policy/drift_report.html",
        {
            "lines": [_line(actual, queries.drift_of(actual, at)) for actual in shown],
            "pager": Pager(
                previous_url=f"?page={number - 1}" if number > 1 else "",
                next_url=f"?page={number + 1}" if number * DRIFT_ROWS < len(actuals) else "",
                shown=len(shown),
                total=len(actuals),
            ),
            "breadcrumbs": crumbs(Crumb(_("確定後の変化"))),
        },
    )


def _line(actual: Actual, found: object) -> dict[str, object]:
    drift = found if isinstance(found, Drift) else None
    return {
        "actual": actual,
        "label": FiscalYear(actual.year).label,
        "drift": drift,
        "value": queries.plain(actual.value) if actual.value is not None else None,
        "now": queries.plain(drift.now) if drift is not None and drift.now is not None else None,
    }

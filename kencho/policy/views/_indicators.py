"""目標項目 on the desk: what it is, what it counts, its targets."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import IndicatorSpec, indicators
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.policy import dashboard, forms, permissions, queries, services
from kencho.policy.models import Indicator, IndicatorDefinition
from kencho.policy.queries import LiveReading, Series
from kencho.policy.rules import Direction, Missing, Range, shown
from kencho.policy.services import Binding, IndicatorFacts
from kencho.policy.views._common import (
    form_page,
    indicator_crumbs,
    indicator_or_404,
    may_plan,
    measure_crumbs,
    measure_or_404,
    saved,
)


def _facts(given: dict[str, Any], ended_year: int | None = None) -> IndicatorFacts:
    names = ("name", "role", "unit", "measure", "decimals", "direction", "stage", "order")
    return IndicatorFacts(**{name: given[name] for name in names}, ended_year=ended_year)


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def indicator_create(request: StaffRequest, pk: int) -> HttpResponse:
    """目標項目を作る。"""
    measure = measure_or_404(request, pk)
    others = list(queries.indicators_of(measure))
    has_primary = any(one.role == Indicator.Role.PRIMARY for one in others)
    role = Indicator.Role.SECONDARY if has_primary else Indicator.Role.PRIMARY
    form = forms.IndicatorForm(request.POST or None, initial={"role": role, "order": len(others)})
    by, at = request.desk.actor, clock.now()
    made: list[Indicator] = []
    if saved(
        form,
        lambda given: made.append(
            services.create_indicator(node=measure, code=given["code"], facts=_facts(given), by=by, at=at)
        ),
    ):
        messages.success(request, _("目標項目を作りました。次に、何を数えるかを選びます。"))
        return redirect("policy:binding_edit", made[0].pk)
    title = _("目標項目を作る")
    context = {"title": title, "breadcrumbs": measure_crumbs(measure, Crumb(title))}
    return form_page(request, "policy/form.html", form, {**context, "submit_label": title})


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def indicator_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """目標項目を直す。"""
    indicator = indicator_or_404(request, pk)
    names = ("code", "name", "role", "unit", "decimals", "direction", "measure", "stage", "order")
    form = forms.IndicatorForm(
        request.POST or None,
        existing=True,
        initial={name: getattr(indicator, name) for name in names},
    )
    by, at = request.desk.actor, clock.now()
    if saved(
        form,
        lambda given: services.edit_indicator(
            indicator=indicator, facts=_facts(given, indicator.ended_year), by=by, at=at
        ),
    ):
        messages.success(request, _("目標項目を直しました。"))
        return redirect("policy:indicator_desk", indicator.pk)
    context = {"title": _("目標項目を直す"), "breadcrumbs": indicator_crumbs(indicator, Crumb(_("直す")))}
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("保存する")})


@staff_page("policy.may_read")
@require_safe
def indicator_desk(request: StaffRequest, pk: int) -> HttpResponse:
    """One indicator: definitions, targets, figures by year."""
    indicator = indicator_or_404(request, pk)
    at = clock.now()
    series = queries.series_of_indicator(indicator, at)
    sheet = queries.sheet_of(indicator.node, FiscalYear.of(at).start_year, at=at, live=True)
    row = next(one for one in (*sheet.primary, *sheet.secondary) if one.code == indicator.code)
    return render(
        request,
        "policy/indicator_desk.html",
        {
            "indicator": indicator,
            "measure": indicator.node,
            "definitions": [(one, _title(one)) for one in reversed(series.definitions)],
            "years": [
                (each, FiscalYear(each.year).label, dashboard.status_of(each.actual)) for each in row.years
            ],
            "targets": [(one, FiscalYear(one.year).label) for one in queries.targets_set(indicator)],
            "problem": queries.unbound_reason(series.definition_in(FiscalYear.of(at).start_year)),
            "may_edit": permissions.may_edit(request.desk.actor, indicator.node),
            "breadcrumbs": indicator_crumbs(indicator),
        },
    )


def _title(definition: IndicatorDefinition) -> str:
    """What it counts, in words."""
    if not definition.binding_code:
        return _("手で記録する")
    spec = queries.spec_of(definition.binding_code)
    return str(spec.title) if spec else definition.binding_code


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def binding_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """何を数えるかを選ぶ: first any indicator that an app declares, then its parameters with a preview, then save."""
    indicator = indicator_or_404(request, pk)
    code = request.GET.get("code")
    if code is None:
        return _pick(request, indicator)
    spec = queries.spec_of(code) if code else None
    if code and spec is None:
        raise Http404
    return _define(request, indicator, code, spec)


def _pick(request: StaffRequest, indicator: Indicator) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    offered = [spec for spec in indicators if not words or words in f"{spec.title} {spec.explanation}"]
    return render(
        request,
        "policy/binding_pick.html",
        {
            "indicator": indicator,
            "offered": sorted(offered, key=lambda spec: (spec.measure != indicator.measure, str(spec.title))),
            "words": words,
            "breadcrumbs": indicator_crumbs(indicator, Crumb(_("何を数えるか"))),
        },
    )


def _define(
    request: StaffRequest, indicator: Indicator, code: str, spec: IndicatorSpec | None
) -> HttpResponse:
    at = clock.now()
    running = indicator.definitions.order_by("-version").first()
    form = forms.DefinitionForm(
        spec,
        request.desk.body.code,
        request.POST or None,
        initial=_definition_initial(indicator, running, code, spec),
    )
    wants_preview = "preview" in request.POST
    preview = None
    if wants_preview and form.is_valid():
        preview = _preview(indicator, code, form, at)
    elif not wants_preview and _keep(form, indicator, running, code, request.desk.actor, at):
        messages.success(request, _("数え方を決めました。次に、目標値を入力します。"))
        return redirect("policy:targets_edit", indicator.pk)
    title = str(spec.title) if spec else _("手で記録する")
    context = {
        "indicator": indicator,
        "spec": spec,
        "running": running,
        "title": title,
        "preview": preview,
        "preview_text": _shown(indicator, preview) if preview else "",
        "breadcrumbs": indicator_crumbs(indicator, Crumb(_("何を数えるか")), Crumb(title)),
    }
    return form_page(request, "policy/binding_edit.html", form, context)


def _definition_initial(
    indicator: Indicator, running: IndicatorDefinition | None, code: str, spec: IndicatorSpec | None
) -> dict[str, Any]:
    explanation = running.explanation if running else str(spec.explanation) if spec else ""
    initial: dict[str, Any] = {
        "effective_year": running.effective_year if running else indicator.node.plan.fy_from,
        "explanation": explanation,
    }
    if running and running.binding_code == code and spec:
        for parameter in spec.parameters:
            values = running.chosen().get(parameter.code, ())
            initial[f"p-{parameter.code}"] = list(values) if parameter.is_multiple else next(iter(values), "")
    return initial


def _preview(indicator: Indicator, code: str, form: forms.DefinitionForm, at: datetime) -> LiveReading:
    """What would be counted in the present year, without saving anything."""
    trial = IndicatorDefinition(
        indicator=indicator,
        version=0,
        effective_year=form.cleaned_data["effective_year"],
        binding_code=code,
        parameters={name: list(values) for name, values in form.parameters.items()},
    )
    plan = indicator.node.plan
    year = min(max(FiscalYear.of(at).start_year, plan.fy_from), plan.fy_to)
    return queries.reading_of(indicator, trial, year, at)


def _shown(indicator: Indicator, reading: LiveReading) -> str:
    from kencho.policy.profiles import profile_of

    profile = profile_of(indicator.node.plan)
    return shown(reading.value, unit=indicator.unit, decimals=indicator.decimals, profile=profile)


def _keep(
    form: forms.DefinitionForm,
    indicator: Indicator,
    running: IndicatorDefinition | None,
    code: str,
    by: Actor,
    at: datetime,
) -> bool:
    """A first definition, the same one bound anew while nothing rests on it, or a later version."""

    def write(given: dict[str, Any]) -> object:
        binding = Binding(code, form.parameters)
        if running is not None and running.effective_year == given["effective_year"]:
            return services.bind(definition=running, binding=binding, by=by, at=at)
        return services.define(
            indicator=indicator,
            effective_year=given["effective_year"],
            explanation=given["explanation"],
            reason=given["reason"],
            binding=binding,
            by=by,
            at=at,
        )

    return saved(form, write)


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def targets_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """現状値と目標値を決める。"""
    indicator = indicator_or_404(request, pk)
    at = clock.now()
    series = queries.series_of_indicator(indicator, at)
    is_range = indicator.direction == Direction.RANGE
    years = list(indicator.node.plan.years)
    form = forms.TargetsForm(
        years, request.POST or None, with_upper=is_range, initial=_targets_initial(series, years)
    )
    by = request.desk.actor
    if saved(form, lambda given: _write_targets(series, form, by, at)):
        messages.success(request, _("現状値と目標値を決めました。"))
        return redirect("policy:indicator_desk", indicator.pk)
    title = _("現状値と目標値")
    context = {
        "title": title,
        "lead": _("目標値を決めていない年度は、空欄のままにします。空欄は0ではありません。"),
        "breadcrumbs": indicator_crumbs(indicator, Crumb(title)),
    }
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("保存する")})


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{queries.plain(value):,f}"


def _targets_initial(series: Series, years: list[int]) -> dict[str, Any]:
    plan = series.indicator.node.plan
    baseline = series.baseline
    initial: dict[str, Any] = {
        "baseline_year": baseline.year if baseline else plan.fy_from - 1,
        "baseline": _plain(baseline.value) if baseline else "",
    }
    for year in years:
        target = series.targets.get(year)
        if target is not None:
            initial[f"target-{year}"] = _plain(target.value)
            initial[f"upper-{year}"] = _plain(target.upper)
            initial[f"rationale-{year}"] = target.rationale
    return initial


def _write_targets(series: Series, form: forms.TargetsForm, by: Actor, at: datetime) -> None:
    _write_baseline(series, form.cleaned_data, by, at)
    for year in form.years:
        low, high, rationale = form.target(year)
        value: Decimal | Range | Missing = Missing.NOT_SET if low is None else low
        if low is not None and high is not None:
            value = Range(low, high)
        held = series.targets.get(year)
        # History is only added to, so a target that stays the same is not written again.
        if value == series.target_in(year) and rationale == (held.rationale if held else ""):
            continue
        services.set_target(
            indicator=series.indicator, year=year, value=value, rationale=rationale, by=by, at=at
        )


def _write_baseline(series: Series, given: dict[str, Any], by: Actor, at: datetime) -> None:
    year, number = given["baseline_year"], given["baseline"]
    if year is None:
        return
    value = Missing.NO_BASELINE if number is None else number
    held = series.baseline
    if held is not None and held.year == year and series.baseline_cell == value:
        return
    services.set_baseline(indicator=series.indicator, year=year, value=value, by=by, at=at)

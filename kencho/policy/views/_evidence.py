"""From a digit to its rows: the evidence of a figure, for the public and for the desk, and whether it still holds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.access import public
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import IndicatorSpec
from kencho.foundation.ui import Crumb, Fact, Pager
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.models import Body
from kencho.policy import dashboard, permissions, queries
from kencho.policy.models import ActualStatus, Indicator, IndicatorDefinition, Snapshot
from kencho.policy.profiles import profile_of
from kencho.policy.queries import Drift, EvidencePage, LiveReading, Setting
from kencho.policy.rules import Missing, shown
from kencho.policy.sheet import IndicatorYear
from kencho.policy.views._common import indicator_crumbs, indicator_or_404, page_number, public_measure_or_404
from kencho.policy.views._public import measure_way

MOST_CHANGES = 200
"""Rows of a drift that are listed; the number of all is always told."""


def _year_or_404(indicator: Indicator, year: int, at: datetime) -> int:
    plan = indicator.node.plan
    baseline = queries.series_of_indicator(indicator, at).baseline
    allowed = {*plan.years, *([baseline.year] if baseline else [])}
    if year not in allowed:
        raise Http404
    return year


@dataclass(frozen=True)
class Shown:
    """The figure of a year as its readers may see it: recorded, frozen or counted just now."""

    text: str
    note: str = ""
    status: str = ""
    reason: str = ""
    snapshot: Snapshot | None = None
    as_of: datetime | None = None


def figure_context(
    indicator: Indicator, year: int, at: datetime, *, published: IndicatorYear | None = None
) -> dict[str, Any]:
    """Definition, query in words, period, the figure and what is counted now.

    With ``published`` (the cells of the newest published sheet) only what is public: drafts stay inside.
    """
    _year_or_404(indicator, year, at)
    series = queries.series_of_indicator(indicator, at)
    definition = series.definition_in(year)
    live = queries.reading_of(indicator, definition, year, at)
    live_text = _text(indicator, live.value)
    shown = (
        _on_desk(series, year, at) if published is None else _in_public(indicator, published, live, live_text)
    )
    is_public = published is not None
    return {
        "indicator": indicator,
        "measure": indicator.node,
        "body": indicator.node.plan.body,
        "year": year,
        "label": FiscalYear(year).label,
        "shown_figure": shown,
        "snapshot": shown.snapshot,
        "held": series.actuals.get(year) if not is_public else None,
        "live": live,
        "live_text": live_text,
        "facts": _facts(indicator, definition, live, shown),
        "notes": live.notes,
        "doubts": () if is_public else live.doubts,
        "has_rows": bool(live.spec and live.spec.rows),
        "history": [] if is_public else list(queries.history_of(indicator, year)),
        "charts": dashboard.parts_of(
            series, year, published.target.value if published else _target(series, year), at
        ),
    }


def _on_desk(series: queries.Series, year: int, at: datetime) -> Shown:
    indicator = series.indicator
    baseline = series.baseline
    if baseline is not None and year < indicator.node.plan.fy_from:
        return Shown(_text(indicator, queries.cell_of(baseline)), snapshot=baseline.snapshot)
    setting = Setting(profile_of(indicator.node.plan), at, live=True)
    figure = queries.figure_of(series, year, setting)
    held = series.actuals.get(year)
    text = _text(indicator, figure.value)
    if held is None or held.value is None:
        return Shown(text, figure.note)
    return Shown(text, figure.note, str(held.get_status_display()), held.reason, held.snapshot, held.as_of)


def _in_public(indicator: Indicator, published: IndicatorYear, live: LiveReading, live_text: str) -> Shown:
    cell = published.actual
    if cell.value is None:
        note = _("速報値（%(period)s）") % {"period": live.period} if live.period else _("速報値")
        return Shown(live_text, "" if isinstance(live.value, Missing) else note)
    body = indicator.node.plan.body
    snapshot = queries.public_snapshot(body, cell.snapshot) if cell.snapshot is not None else None
    status = str(ActualStatus(cell.status).label) if cell.status else ""
    return Shown(cell.text, cell.note, status, "", snapshot, snapshot.as_of if snapshot else None)


def _target(series: queries.Series, year: int) -> Any:
    target = series.targets.get(year)
    return target.value if target else None


def _text(indicator: Indicator, value: Any) -> str:
    profile = profile_of(indicator.node.plan)
    return shown(value, unit=indicator.unit, decimals=indicator.decimals, profile=profile)


def _facts(
    indicator: Indicator, definition: IndicatorDefinition | None, live: LiveReading, figure: Shown
) -> list[Fact]:
    made = [
        Fact(_("目標項目の説明"), definition.explanation if definition else ""),
        Fact(_("数えるもの"), str(live.spec.title) if live.spec else live.problem),
        Fact(_("数え方の説明"), _rule_in_words(definition, live)),
        Fact(_("条件"), _conditions(live.spec, definition.chosen(), indicator) if definition else ""),
        Fact(_("足し方"), indicator.get_measure_display()),
        Fact(_("期間"), _period(live)),
        Fact(_("定義の版"), _("第%(n)s版") % {"n": definition.version} if definition else ""),
    ]
    if figure.as_of is not None:
        made.append(Fact(_("いつの時点か"), date_format(localtime(figure.as_of), "DATETIME_FORMAT")))
    return [fact for fact in made if fact.text]


def _rule_in_words(definition: IndicatorDefinition | None, live: LiveReading) -> str:
    """The app's own words, unless the definition says just that."""
    told = str(live.spec.explanation) if live.spec else ""
    return "" if definition is not None and definition.explanation == told else told


def _period(live: LiveReading) -> str:
    if live.asked is None:
        return ""
    return _days(live.asked.first, live.asked.last_day)


def _days(first: date, last: date) -> str:
    return _("%(first)sから%(last)sまで") % {
        "first": date_format(first, "DATE_FORMAT"),
        "last": date_format(last, "DATE_FORMAT"),
    }


def _conditions(spec: IndicatorSpec | None, chosen: Any, indicator: Indicator) -> str:
    """The chosen values of each parameter in words."""
    if spec is None:
        return ""
    body = indicator.node.plan.body.code
    lines = []
    for parameter in spec.parameters:
        names = dict(parameter.choices(body))
        values = chosen.get(parameter.code, parameter.default)
        if values:
            told = "、".join(str(names.get(value, value)) for value in values)
            lines.append(f"{parameter.label}：{told}")
    return "\n".join(lines)


def _public_indicator(body: str, code: str, figure: str) -> Indicator:
    measure = public_measure_or_404(body, code)
    return get_object_or_404(Indicator.objects.select_related("node__plan__body"), node=measure, code=figure)


def _published_cells(indicator: Indicator, year: int) -> IndicatorYear:
    """The cells of a year on the newest published sheet. Raises Http404 when the indicator is not on it."""
    revision = queries.published_revision(indicator.node)
    if revision is None:
        raise Http404
    sheet = queries.sheet_of_revision(revision)
    for row in (*sheet.primary, *sheet.secondary):
        for each in row.years:
            if (row.code, each.year) == (indicator.code, year):
                return each
    raise Http404


@public("evidence of a published figure")
@require_safe
def figure_show(request: HttpRequest, body: str, code: str, figure: str, year: int) -> HttpResponse:
    """根拠: how the figure of a year was made."""
    indicator = _public_indicator(body, code, figure)
    cells = _published_cells(indicator, year)
    context = figure_context(indicator, year, clock.now(), published=cells)
    title = _("%(year)s %(name)s") % {"year": FiscalYear(year).label, "name": indicator.name}
    crumbs = measure_way(indicator.node, Crumb(title))
    return render(request, "policy/figure_show.html", {**context, "breadcrumbs": crumbs})


@public("rows behind a published figure, without what they are")
@require_safe
def figure_rows(request: HttpRequest, body: str, code: str, figure: str, year: int) -> HttpResponse:
    """The rows behind a live figure: opaque ids, days, divisions."""
    indicator = _public_indicator(body, code, figure)
    at = clock.now()
    _published_cells(indicator, year)
    definition = queries.series_of_indicator(indicator, at).definition_in(year)
    page = queries.evidence_live(indicator, definition, year, at, page_number(request))
    title = _("%(year)s %(name)s") % {"year": FiscalYear(year).label, "name": indicator.name}
    crumbs = measure_way(indicator.node, Crumb(title, "../"), Crumb(_("行")))
    return _rows(
        request,
        "policy/rows_show.html",
        page,
        title,
        {"breadcrumbs": crumbs, "body": indicator.node.plan.body},
    )


def _rows(
    request: HttpRequest, template: str, page: EvidencePage, title: str, context: dict[str, Any]
) -> HttpResponse:
    pager = Pager(
        previous_url=f"?page={page.number - 1}" if page.has_previous else "",
        next_url=f"?page={page.number + 1}" if page.has_next else "",
        shown=len(page.lines),
        total=page.total,
    )
    return render(request, template, {"page": page, "pager": pager, "title": title, **context})


def _public_snapshot(body: str, pk: int) -> Snapshot:
    found = queries.public_snapshot(get_object_or_404(Body, slug=body), pk)
    if found is None:
        raise Http404
    return found


def _snapshot_or_404(request: StaffRequest, pk: int) -> Snapshot:
    found = queries.snapshot_of(request.desk.body, pk)
    if found is None:
        raise Http404
    return found


def _snapshot_context(snapshot: Snapshot) -> dict[str, Any]:
    told = json.loads(snapshot.binding_text)
    indicator = snapshot.indicator
    value = snapshot.official if snapshot.official is not None else Missing.NOT_YET_MEASURED
    facts = [
        Fact(_("公表する値"), _text(indicator, value)),
        Fact(_("分子"), _plain(snapshot.numerator)),
        Fact(_("分母"), _plain(snapshot.denominator)),
        Fact(_("期間"), _days(snapshot.first, snapshot.end - timedelta(days=1))),
        Fact(_("いつの時点か"), date_format(localtime(snapshot.as_of), "DATETIME_FORMAT")),
        Fact(_("数えたもの"), f"{told['title']}\n{told['explanation']}".strip()),
        Fact(_("定義の版"), _("第%(n)s版") % {"n": snapshot.definition.version}),
        Fact(_("行の数"), f"{snapshot.row_count:,}" if snapshot.has_rows else _("行は記録していません")),
        Fact(_("プログラムの版"), snapshot.code_version),
        Fact(_("記録した人"), snapshot.taken_by),
    ]
    return {
        "snapshot": snapshot,
        "indicator": indicator,
        "measure": indicator.node,
        "body": indicator.node.plan.body,
        "facts": [fact for fact in facts if fact.text],
        "title": _("%(year)s %(name)s の記録")
        % {
            "year": FiscalYear(snapshot.year).label,
            "name": indicator.name,
        },
    }


def _plain(value: Any) -> str:
    return "" if value is None else f"{queries.plain(value):,f}"


@public("frozen evidence of a published figure")
@require_safe
def snapshot_show(request: HttpRequest, body: str, pk: int) -> HttpResponse:
    """集計の記録: what was counted, when, by which rule, from how many rows, proven by which root."""
    snapshot = _public_snapshot(body, pk)
    context = _snapshot_context(snapshot)
    crumbs = measure_way(snapshot.indicator.node, Crumb(context["title"]))
    return render(request, "policy/snapshot_show.html", {**context, "breadcrumbs": crumbs})


@public("rows behind a published figure, without what they are")
@require_safe
def snapshot_rows(request: HttpRequest, body: str, pk: int) -> HttpResponse:
    """The kept rows: opaque ids, versions, days, divisions."""
    snapshot = _public_snapshot(body, pk)
    page = queries.evidence_of_snapshot(snapshot, page_number(request))
    context = _snapshot_context(snapshot)
    crumbs = measure_way(snapshot.indicator.node, Crumb(context["title"], "../"), Crumb(_("行")))
    return _rows(
        request,
        "policy/rows_show.html",
        page,
        context["title"],
        {"breadcrumbs": crumbs, "body": context["body"]},
    )


@staff_page("policy.may_read")
@require_safe
def snapshot_desk(request: StaffRequest, pk: int) -> HttpResponse:
    """The same on the desk, with the button that counts again."""
    return _snapshot_page(request, _snapshot_or_404(request, pk), {})


def _snapshot_page(request: StaffRequest, snapshot: Snapshot, more: dict[str, Any]) -> HttpResponse:
    context = _snapshot_context(snapshot)
    crumbs = indicator_crumbs(snapshot.indicator, Crumb(context["title"]))
    return render(request, "policy/snapshot_desk.html", {**context, "breadcrumbs": crumbs, **more})


@staff_page("policy.may_read")
@require_safe
def snapshot_desk_rows(request: StaffRequest, pk: int) -> HttpResponse:
    """The kept rows, with what they are for those who may know."""
    snapshot = _snapshot_or_404(request, pk)
    may = permissions.may_see_rows(request.desk.actor, snapshot.indicator.node)
    page = queries.evidence_of_snapshot(snapshot, page_number(request), with_labels=may)
    title = _snapshot_context(snapshot)["title"]
    crumbs = indicator_crumbs(snapshot.indicator, Crumb(title, "../"), Crumb(_("行")))
    return _rows(request, "policy/rows_desk.html", page, title, {"breadcrumbs": crumbs, "may_see": may})


@staff_page("policy.may_read")
@require_safe
def figure_desk_rows(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """The rows of a live figure, with what they are for those who may know."""
    indicator = indicator_or_404(request, pk)
    at = clock.now()
    _year_or_404(indicator, year, at)
    may = permissions.may_see_rows(request.desk.actor, indicator.node)
    definition = queries.series_of_indicator(indicator, at).definition_in(year)
    page = queries.evidence_live(indicator, definition, year, at, page_number(request), with_labels=may)
    title = _("%(year)s %(name)s") % {"year": FiscalYear(year).label, "name": indicator.name}
    crumbs = indicator_crumbs(indicator, Crumb(title, "../"), Crumb(_("行")))
    return _rows(request, "policy/rows_desk.html", page, title, {"breadcrumbs": crumbs, "may_see": may})


@staff_page("policy.may_read")
@require_POST
def snapshot_recompute(request: StaffRequest, pk: int) -> HttpResponse:
    """数え直す: as known then (``then``) or as known now (``now``), and say whether it still agrees."""
    snapshot = _snapshot_or_404(request, pk)
    is_now = request.POST.get("as_of") == "now"
    found = queries.recompute(snapshot, as_of=clock.now() if is_now else None)
    if not isinstance(found, Drift):
        messages.success(request, _("数え直した結果は、記録と同じでした。行も一つも変わっていません。"))
        return _snapshot_page(request, snapshot, {"agrees": True, "is_now": is_now})
    return _snapshot_page(
        request,
        snapshot,
        {
            "drift": found,
            "is_now": is_now,
            "before_text": _text(snapshot.indicator, _or_missing(found.before)),
            "now_text": _text(snapshot.indicator, _or_missing(found.now)),
            "changes": _listed(found),
            "left_out": max(0, len(found.changes) - MOST_CHANGES),
        },
    )


def _or_missing(value: Decimal | None) -> Decimal | Missing:
    return Missing.NOT_YET_MEASURED if value is None else value


def _listed(drift: Drift) -> Sequence[tuple[str, Any]]:
    words = {"added": _("増えた"), "removed": _("なくなった"), "changed": _("変わった")}
    return [(words[change.kind.value], change) for change in drift.changes[:MOST_CHANGES]]

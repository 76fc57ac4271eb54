"""Reforms: the list with hours saved, one of them with how its number is made, its cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Cell, Column, Row, Stat, Status, Table
from kencho.foundation.ui import Kind as StatusKind
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.models import Unit
from kencho.organization.queries import divisions_on
from kencho.reforms import forms, permissions, queries, services
from kencho.reforms.charts import MonthBar, months_chart
from kencho.reforms.hours import LEAST_SAMPLES, Saved, per_year
from kencho.reforms.models import EffectRecord, ReformCase
from kencho.reforms.queries import Period, Reckoning, in_hours, in_minutes
from kencho.reforms.views._common import asked_year, crumbs, link_to, own_reform, years_around

DAYS_FOR_A_PACE = 28
"""Fewer days say nothing about a year."""


def _period(year: FiscalYear) -> Period:
    return Period(year.start, year.end, clock.now())


def _interval(saved: Saved) -> str:
    return _("%(low)s～%(high)s") % {"low": in_hours(saved.low), "high": in_hours(saved.high)}


@staff_page("reforms.may_read", may=permissions.may_read)
@require_safe
def reform_list(request: StaffRequest) -> HttpResponse:
    """All reforms of the body with what they saved in a year."""
    desk, year = request.desk, asked_year(request)
    found = queries.reckon(queries.reforms_of(desk.body), _period(year))
    total = queries.total_of(found)
    unmeasured = [each for each in found if not each.studies and each.cases]
    context: dict[str, Any] = {
        **years_around(request, year),
        "table": _list_table(found) if found else None,
        "stats": [
            Stat(
                _("減った時間"),
                in_hours(total.minutes) if total else _("測定していない"),
                _("時間") if total else "",
                note=_("95％信頼区間 %(interval)s時間") % {"interval": _interval(total)} if total else "",
                kind=StatusKind.WARNING if total and total.minutes < 0 else StatusKind.NEUTRAL,
            ),
            Stat(_("完了した件数"), sum(each.cases for each in found), _("件")),
            Stat(_("業務の見直し"), len(found), _("件")),
        ],
        "unmeasured": unmeasured,
        "may_register": permissions.may_register(desk.actor, desk.body, desk.division),
        "breadcrumbs": crumbs()[:1],
    }
    return render(request, "reforms/reform_list.html", context)


def _list_table(found: Sequence[Reckoning]) -> Table:
    columns = [
        Column(_("業務")),
        Column(_("方法")),
        Column(_("所属")),
        Column(_("完了した件数"), number=True),
        Column(_("減った時間"), number=True),
        Column(_("95％信頼区間"), number=True),
    ]
    last = {each.reform.pk: each for each in found}
    return Table(
        _("業務の見直しと減った時間"), columns, [_list_row(each) for each in last.values()], hide_caption=True
    )


def _list_row(each: Reckoning) -> Row:
    reform, saved = each.reform, each.saved
    if saved is None:
        figures = [Cell(status=Status(_("測定していない"), StatusKind.WARNING)), Cell(_("―"))]
    else:
        figures = [Cell(_("%(h)s時間") % {"h": in_hours(saved.minutes)}), Cell(_interval(saved))]
    return Row(
        [
            Cell(reform.title, url=link_to(reform)[1]),
            Cell(reform.get_solution_display()),
            Cell(reform.division.name),
            Cell(f"{each.cases:,}"),
            *figures,
        ]
    )


@dataclass(frozen=True)
class _Line:
    """A line of the reckoning: what, a remark, and the figure."""

    term: str
    figure: str
    note: str = ""
    is_total: bool = False


@staff_page("reforms.may_read", may=permissions.may_read)
@require_safe
def reform_show(request: StaffRequest, pk: int) -> HttpResponse:
    """One reform in a year: the number, its interval, how it is made, months, baselines, deductions."""
    reform, year = own_reform(request, pk), asked_year(request)
    at = clock.now()
    [found] = queries.reckon([reform], Period(year.start, year.end, at))
    months = [each for each in year.months() if each <= request.desk.day]
    by_month = [
        (month, each)
        for month, each in zip(months, queries.months_of(reform, months, at), strict=True)
        if month >= reform.began_on.replace(day=1) or each.cases or each.deducted.minutes
    ]
    deductions = list(queries.deductions_of(reform)[:20])
    context: dict[str, Any] = {
        **years_around(request, year),
        "reform": reform,
        "found": found,
        "saved": found.saved,
        "hours": in_hours(found.saved.minutes) if found.saved else "",
        "interval": _interval(found.saved) if found.saved else "",
        "is_loss": found.saved is not None and found.saved.minutes < 0,
        "lines": _lines(found),
        "pace": _pace(found, year, request),
        "chart": _chart(reform, by_month),
        "months": _months_table(by_month) if by_month else None,
        "studies": list(queries.studies_of(reform)),
        "used": {each.study for each in found.used},
        "least": LEAST_SAMPLES,
        "deductions": deductions,
        "may_edit": permissions.may_edit(request.desk.actor, reform),
        "breadcrumbs": crumbs(reform.title),
    }
    return render(request, "reforms/reform_show.html", context)


def _less(minutes: Decimal) -> str:
    """Minutes as hours that are taken off."""
    return _("−%(h)s時間") % {"h": in_hours(minutes)} if minutes else _("0時間")


def _lines(found: Reckoning) -> list[_Line]:
    """The reckoning, line by line, with the very figures."""
    lines = [
        _Line(
            _("完了した件"), _("%(n)s件") % {"n": f"{found.cases:,}"}, _("運転の回数ではなく、終わった件だけ")
        ),
        *(
            _Line(
                _("一件の基準"),
                _("%(m)s分") % {"m": in_minutes(each.baseline.mean)},
                _("%(day)sに測定した%(n)s件の平均。95％信頼区間 %(low)s～%(high)s分、標準偏差%(sd)s分")
                % {
                    "day": each.measured_on.isoformat(),
                    "n": each.baseline.n,
                    "low": in_minutes(each.baseline.low),
                    "high": in_minutes(each.baseline.high),
                    "sd": in_minutes(each.baseline.deviation),
                },
            )
            for each in found.used
        ),
        _Line(
            _("人がかけた時間（合計）"),
            _("%(h)s時間") % {"h": in_hours(found.human_minutes)},
            _("一件ごとに基準から引く。引いて0より小さくなる件は0とする"),
        ),
    ]
    gross, saved = found.gross, found.saved
    if gross is None or saved is None:
        return lines
    return [
        *lines,
        _Line(_("差し引く前"), _("%(h)s時間") % {"h": in_hours(gross.minutes)}),
        _Line(_("維持管理"), _less(found.deducted.upkeep)),
        _Line(_("誤りの手直し"), _less(found.deducted.correction)),
        _Line(
            _("減った時間"),
            _("%(h)s時間") % {"h": in_hours(saved.minutes)},
            _("95％信頼区間 %(interval)s時間") % {"interval": _interval(saved)},
            is_total=True,
        ),
    ]


def _pace(found: Reckoning, year: FiscalYear, request: StaffRequest) -> str:
    """What the same pace would give in a year; only for the running year, and only after some weeks."""
    first = max(year.start, found.reform.began_on)
    days = (min(request.desk.day, year.last_day) - first).days + 1
    if found.saved is None or days < DAYS_FOR_A_PACE or request.desk.day > year.last_day:
        return ""
    pace = per_year(found.saved, days)
    return _(
        "この年度の%(days)s日間の速さが一年（365日）続くとした年換算は%(hours)s時間（%(interval)s時間）です。"
        "実績ではなく、指標には使いません。"
    ) % {"days": days, "hours": in_hours(pace.minutes), "interval": _interval(pace)}


def _chart(reform: ReformCase, by_month: Sequence[tuple[Any, Reckoning]]) -> Any:
    bars = []
    for month, each in by_month:
        saved = each.saved
        bars.append(
            MonthBar(str(month.month), saved.minutes / 60, saved.low / 60, saved.high / 60)
            if saved is not None
            else MonthBar(str(month.month), None)
        )
    if not any(bar.hours is not None for bar in bars):
        return None
    told = _("、").join(
        _("%(m)s月 %(h)s時間") % {"m": month.month, "h": in_hours(each.saved.minutes)}
        for month, each in by_month
        if each.saved is not None
    )
    return months_chart(_("%(title)s：月ごとの減った時間") % {"title": reform.title}, told, bars)


def _months_table(by_month: Sequence[tuple[Any, Reckoning]]) -> Table:
    columns = [
        Column(_("月")),
        Column(_("件数"), number=True),
        Column(_("人がかけた時間"), number=True),
        Column(_("差し引いた時間"), number=True),
        Column(_("減った時間"), number=True),
        Column(_("95％信頼区間"), number=True),
    ]
    rows = [
        Row(
            [
                Cell(_("%(m)s月") % {"m": month.month}),
                Cell(f"{each.cases:,}"),
                Cell(in_hours(each.human_minutes)),
                Cell(in_hours(each.deducted.minutes)),
                Cell(in_hours(each.saved.minutes) if each.saved else _("測定していない")),
                Cell(_interval(each.saved) if each.saved else _("―")),
            ]
        )
        for month, each in by_month
    ]
    return Table(_("月ごとの減った時間（時間）"), columns, rows)


@staff_page("reforms.may_read", may=permissions.may_read)
@require_safe
def case_list(request: StaffRequest, pk: int) -> HttpResponse:
    """The completed cases of a reform, newest first."""
    reform = own_reform(request, pk)
    page = page_of(EffectRecord.objects.filter(reform=reform), request, "-completed_at", "-id")
    columns = [Column(_("根拠")), Column(_("完了した日時")), Column(_("人がかけた分数"), number=True)]
    rows = [
        Row(
            [
                Cell(each.evidence),
                Cell(
                    each.completed_at.astimezone(clock.JST).strftime("%Y-%m-%d %H:%M"),
                    datetime=each.completed_at.isoformat(),
                ),
                Cell(in_minutes(each.human_minutes)),
            ]
        )
        for each in page.rows
    ]
    context = {
        "reform": reform,
        "table": Table(_("完了した件"), columns, rows, hide_caption=True) if rows else None,
        "pager": page.pager,
        "breadcrumbs": crumbs(link_to(reform), _("完了した件")),
    }
    return render(request, "reforms/case_list.html", context)


def _division(request: StaffRequest, form: forms.Reform) -> Unit:
    rows = divisions_on(request.desk.body, request.desk.day)
    return get_object_or_404(rows, pk=int(form.cleaned_data["division"]))


def _divisions(request: StaffRequest) -> list[Unit]:
    """The own division; for planning staff all of them."""
    desk = request.desk
    if desk.has_role(*permissions.EVERYWHERE):
        return list(divisions_on(desk.body, desk.day))
    return [desk.division]


@staff_page("reforms.may_register")
@require_http_methods(["GET", "POST"])
def reform_create(request: StaffRequest) -> HttpResponse:
    """業務の見直しを登録する。"""
    desk = request.desk
    form = forms.Reform(request.POST or None, divisions=_divisions(request))
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if queries.by_code(desk.body, code) is not None:
            form.add_error("code", services.Reason.CODE_TAKEN.label)
        else:
            reform = _saved(request, form, code)
            if reform is not None:
                messages.success(request, _("登録しました。次に、基準を測定してください。"))
                return redirect("reforms:reform_show", reform.pk)
    return _form_page(request, form, _("業務の見直しを登録する"), crumbs(_("登録する")))


@staff_page("reforms.may_edit")
@require_http_methods(["GET", "POST"])
def reform_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """登録した内容を変える。"""
    reform = own_reform(request, pk, to_edit=True)
    divisions = {each.pk: each for each in [*_divisions(request), reform.division]}
    form = forms.Reform(request.POST or None, divisions=divisions.values(), reform=reform)
    if request.method == "POST" and form.is_valid() and _saved(request, form, reform.code):
        messages.success(request, _("保存しました。"))
        return redirect("reforms:reform_show", pk)
    title = _("「%(title)s」を変える") % {"title": reform.title}
    return _form_page(request, form, title, crumbs(link_to(reform), _("変える")), reform)


def _saved(request: StaffRequest, form: forms.Reform, code: str) -> ReformCase | None:
    try:
        return services.save_reform(
            body=request.desk.body,
            division=_division(request, form),
            code=code,
            text=form.text,
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableToSaveReform as refusal:
        form.add_error(None, refusal.message)
        return None


def _form_page(
    request: StaffRequest,
    form: forms.Reform,
    title: str,
    breadcrumbs: list[Any],
    reform: ReformCase | None = None,
) -> HttpResponse:
    context = {"form": form, "title": title, "reform": reform, "breadcrumbs": breadcrumbs}
    return render(request, "reforms/reform_edit.html", context, status=422 if form.errors else 200)

"""Figures of the body: divisions and unit-days, without anybody's name; what to do about split divisions."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear, FiscalYearError
from kencho.foundation.indicators import Asked
from kencho.foundation.ui import Cell, Column, Row, Stat, Table
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.models import Unit
from kencho.workplace import exports, forms, permissions, queries, services
from kencho.workplace.views._common import crumbs, file_response

COLUMNS: tuple[tuple[str, ...], ...] = (queries.COUNTED, ("mobile",), ("satellite",), ("home",))


def _year(request: StaffRequest) -> FiscalYear:
    text = request.GET.get("year", "")
    today = FiscalYear.of(request.desk.day)
    if not text.isdecimal() or len(text) > len("9999"):
        return today
    try:
        return FiscalYear(int(text))
    except FiscalYearError:
        return today


def _asked(request: StaffRequest, year: FiscalYear, *kinds: str) -> Asked:
    return Asked.whole(
        year, body=request.desk.body.code, as_of=clock.now(), parameters={"kinds": kinds or queries.COUNTED}
    )


@staff_page("workplace.may_read_figures", may=permissions.may_read_figures)
@require_safe
def telework_figures(request: StaffRequest) -> HttpResponse:
    """A fiscal year: divisions by kind, by month, by division; splits that nobody has decided."""
    year = _year(request)
    asked = _asked(request, year)
    reading = queries.divisions_reading(asked)
    found = queries.divisions(asked, queries.COUNTED)
    context: dict[str, Any] = {
        "year": year,
        "previous": year.previous,
        "following": year.next if year.next.start <= request.desk.day else None,
        "stats": [
            Stat(_("モバイル・サテライトを利用した所属"), int(reading.numerator or 0), _("所属")),
            *(Stat(label, text, _("所属")) for label, text in reading.notes),
            Stat(
                _("延べ日数（モバイル・サテライト）"),
                queries.unit_days(asked, queries.COUNTED).count(),
                _("日"),
            ),
        ],
        "months": _months(asked),
        "divisions": _divisions(asked),
        "doubts": [
            (found.units[pk], text)
            for pk, text in zip(
                sorted(found.count.doubtful, key=lambda pk: found.units[pk].code), reading.doubts, strict=True
            )
        ],
        "may_decide": permissions.may_decide_splits(request.desk),
        "breadcrumbs": crumbs(_("統計")),
    }
    return render(request, "workplace/telework_figures.html", context)


def _months(asked: Asked) -> Table:
    rows = [
        Row([Cell(_("%(m)d月") % {"m": month.month}), *map(Cell, numbers)])
        for month, numbers in queries.divisions_by_month(asked, COLUMNS)
    ]
    columns = [
        Column(_("月")),
        Column(_("モバイル・サテライト"), number=True),
        Column(_("うちモバイル"), number=True),
        Column(_("うちサテライト"), number=True),
        Column(_("在宅（参考）"), number=True),
    ]
    return Table(_("月ごとの所属数"), columns, rows, hide_caption=True)


def _divisions(asked: Asked) -> Table:
    days: dict[str, int] = {}
    for each in queries.evidence_rows(asked):
        days[each.unit] = days.get(each.unit, 0) + 1
    rows = [
        Row(
            [
                Cell(f"{each.code} {each.name}"),
                Cell(_("利用あり") if each.reading.numerator else _("なし")),
                Cell(days.get(each.code, 0)),
            ]
        )
        for each in queries.divisions_by_unit(asked)
    ]
    columns = [Column(_("所属")), Column(_("利用")), Column(_("延べ日数"), number=True)]
    return Table(_("所属ごとの利用"), columns, rows, hide_caption=True)


@staff_page("workplace.may_read_figures", may=permissions.may_read_figures)
@require_safe
def unit_days_export(request: StaffRequest) -> HttpResponseBase:
    """Division, day and kind of a year as a file."""
    format_name = request.GET.get("format", "csv")
    if format_name not in {"csv", "cp932", "xlsx"}:
        raise Http404
    table = exports.unit_days(desk=request.desk, asked=_asked(request, _year(request)), at=clock.now())
    return file_response(table, format_name)


@staff_page("workplace.may_decide_splits", may=permissions.may_decide_splits)
@require_http_methods(["GET", "POST"])
def split_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """分割された所属の扱いを決める。"""
    desk = request.desk
    unit = get_object_or_404(Unit.objects.filter(body=desk.body).select_related("body", "successor"), pk=pk)
    parts = queries.split_into(desk.body.code, desk.day).get(unit.pk)
    if parts is None or unit.valid_to is None:
        raise Http404
    heirs = {each.pk: each for each in Unit.objects.filter(pk__in=parts)}
    if unit.successor is not None:
        heirs[unit.successor.pk] = unit.successor
    form = forms.Split(
        request.POST or None,
        heirs=[(str(key), f"{each.code} {each.name}") for key, each in sorted(heirs.items())],
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["heir"]
        try:
            services.decide_split(
                unit=unit,
                heir=heirs[int(chosen)] if chosen else None,
                reason=form.cleaned_data["reason"],
                by=desk.actor,
                at=clock.now(),
            )
        except services.UnableToDecideSplit as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("分割された所属の扱いを決めました。"))
            return redirect(f"{reverse('workplace:telework_figures')}?year={_year_of(unit.valid_to)}")
    context = {
        "form": form,
        "unit": unit,
        "breadcrumbs": crumbs((_("統計"), reverse("workplace:telework_figures")), _("分割された所属")),
    }
    return render(request, "workplace/split_decide.html", context, status=422 if form.errors else 200)


def _year_of(day: date) -> int:
    return FiscalYear.of(day).start_year

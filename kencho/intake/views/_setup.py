"""取込み口 (folders and mailboxes), and how far the reader is trusted."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.intake import forms, permissions, queries, services, words
from kencho.intake.engine.shapes import Kind
from kencho.intake.models import Calibration, ScanInlet
from kencho.intake.views._common import crumbs, tabs
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.queries import Desk

INLETS, CALIBRATION = "intake:inlet_list", "intake:calibration"


def _may_manage_inlets(desk: Desk) -> bool:
    return permissions.may_manage_inlets(desk.actor, desk.body)


def _may_calibrate(desk: Desk) -> bool:
    return permissions.may_calibrate(desk.actor, desk.body)


@staff_page("intake.manage_inlet", may=_may_manage_inlets)
@require_safe
def inlet_list(request: StaffRequest) -> HttpResponse:
    """Folders and mailboxes with when they were last looked at, and what went wrong."""
    desk = request.desk
    context = {
        "inlets": queries.inlets(desk.body),
        "tabs": tabs(desk, INLETS),
        "breadcrumbs": crumbs(_("取込み口")),
    }
    return render(request, "intake/inlet_list.html", context)


@staff_page("intake.manage_inlet", may=_may_manage_inlets)
@require_http_methods(["GET", "POST"])
def inlet_create(request: StaffRequest) -> HttpResponse:
    """取込み口を登録する。"""
    return _inlet_page(request, None)


@staff_page("intake.manage_inlet", may=_may_manage_inlets)
@require_http_methods(["GET", "POST"])
def inlet_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """取込み口を変える。"""
    return _inlet_page(request, _inlet_or_404(request, pk))


def _inlet_or_404(request: StaffRequest, pk: int) -> ScanInlet:
    found = queries.inlet(request.desk.body, pk)
    if found is None:
        raise Http404
    return found


def _inlet_page(request: StaffRequest, inlet: ScanInlet | None) -> HttpResponse:
    desk = request.desk
    form = forms.Inlet(request.POST or None, desk=desk, inlet=inlet)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_inlet(
                body=desk.body, inlet=inlet, **form.cleaned_data, by=desk.actor, at=clock.now()
            )
        except services.UnableTo as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("取込み口を保存しました。"))
            return redirect(INLETS)
    context = {
        "form": form,
        "inlet": inlet,
        "title": _("取込み口を変える") if inlet else _("取込み口を登録する"),
        "breadcrumbs": crumbs((_("取込み口"), reverse(INLETS)), inlet.name if inlet else _("登録")),
    }
    return render(request, "intake/inlet_edit.html", context, status=422 if form.errors else 200)


@staff_page("intake.manage_inlet", may=_may_manage_inlets)
@require_POST
def inlet_check(request: StaffRequest, pk: int) -> HttpResponse:
    """いま見に行く。"""
    inlet = _inlet_or_404(request, pk)
    try:
        run = services.check_inlet(inlet=inlet, by=request.desk.actor, at=clock.now())
    except services.UnableTo as refused:
        messages.error(request, refused.message)
    else:
        inlet.refresh_from_db(fields=["problem"])
        if inlet.problem:
            messages.error(request, inlet.problem)
        else:
            text = ngettext("%(n)dファイルを取り込みました。", "%(n)dファイルを取り込みました。", run.taken)
            messages.success(request, text % {"n": run.taken})
    return redirect(INLETS)


@staff_page("intake.read_calibration")
@require_safe
def calibration(request: StaffRequest) -> HttpResponse:
    """One line for each kind of field: threshold, where it is from, and what audits say about it."""
    desk, at = request.desk, clock.now()
    measured = {each.kind: each for each in queries.measured(desk.body, at)}
    context = {
        "lines": [
            {
                "now": now,
                "label": words.kind(now.kind),
                "basis": Calibration.Basis(now.basis).label,
                "share": f"{now.audit_share * 100:.1f}",
                "measured": _percentages(measured[now.kind]),
            }
            for now in queries.calibrations(desk.body, at)
        ],
        "may_change": _may_calibrate(desk),
        "tabs": tabs(desk, CALIBRATION),
        "breadcrumbs": crumbs(_("読み取りの正しさ")),
    }
    return render(request, "intake/calibration.html", context)


def _percentages(found: queries.Measured) -> dict[str, Any]:
    """The share of passed values that is right, in percent, with its interval; nothing when nothing was audited."""
    if found.leak_rate is None:
        return {"audited": 0, "passed": _percent(found.passed_share)}
    return {
        "audited": found.audited,
        "wrong": found.wrong,
        "right": _percent(1 - found.leak_rate),
        "low": _percent(1 - found.high),
        "high": _percent(1 - found.low),
        "leak": _percent(found.leak_rate),
        "passed": _percent(found.passed_share),
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.2f}"


@staff_page("intake.calibrate", may=_may_calibrate)
@require_http_methods(["GET", "POST"])
def calibration_edit(request: StaffRequest) -> HttpResponse:
    """しきい値を定める: for one kind of field (``?kind=name``), from now on."""
    kind = request.GET.get("kind", "")
    if kind not in set(Kind):
        raise Http404
    desk, at = request.desk, clock.now()
    now = queries.threshold_of(desk.body, kind, at)
    initial = {
        "threshold": now.threshold,
        "always_check": now.always_check,
        "audit_share": Decimal(now.audit_share) * 100,
    }
    form = forms.CalibrationOf(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.set_calibration(
                body=desk.body,
                kind=kind,
                threshold=data["threshold"],
                always_check=data["always_check"],
                audit_share=data["audit_share"] / 100,
                by=desk.actor,
                at=at,
            )
        except services.UnableTo as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("しきい値を変えました。これから読む分に効きます。"))
            return redirect(CALIBRATION)
    context = {
        "form": form,
        "label": words.kind(kind),
        "breadcrumbs": crumbs((_("読み取りの正しさ"), reverse(CALIBRATION)), words.kind(kind)),
    }
    return render(request, "intake/calibration_edit.html", context, status=422 if form.errors else 200)


@staff_page("intake.calibrate", may=_may_calibrate)
@require_POST
def calibration_fit(request: StaffRequest) -> HttpResponse:
    """確認の結果からしきい値を求めなおす。"""
    desk = request.desk
    changed = services.fit_calibration(body=desk.body, by=desk.actor, at=clock.now())
    if changed:
        text = ngettext(
            "%(n)d種類のしきい値を求めなおしました。", "%(n)d種類のしきい値を求めなおしました。", len(changed)
        )
        messages.success(request, text % {"n": len(changed)})
    else:
        messages.info(request, _("しきい値を変えるほどの結果は、まだありません。"))
    return redirect(CALIBRATION)

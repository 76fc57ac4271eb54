"""Baselines: measuring with start and stop, typed or imported samples, and taking out what was wrong."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kencho.foundation import clock
from kencho.foundation.attempts import tried
from kencho.organization.access import StaffRequest, staff_page
from kencho.reforms import forms, permissions, queries, services
from kencho.reforms.hours import LEAST_SAMPLES, baseline_of
from kencho.reforms.models import BaselineSample, BaselineStudy
from kencho.reforms.queries import in_minutes
from kencho.reforms.views._common import crumbs, link_to, own_reform, own_study


@staff_page("reforms.may_edit")
@require_http_methods(["GET", "POST"])
def study_create(request: StaffRequest, pk: int) -> HttpResponse:
    """基準の測定を始める, or write down an estimate."""
    reform = own_reform(request, pk, to_edit=True)
    form = forms.Study(request.POST or None, initial={"measured_on": request.desk.day})
    if request.method == "POST" and form.is_valid():
        try:
            study = services.record_study(
                reform=reform, **form.cleaned_data, by=request.desk.actor, at=clock.now()
            )
        except services.UnableToRecordBaseline as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("登録しました。"))
            return redirect("reforms:study_show", study.pk)
    context = {
        "form": form,
        "reform": reform,
        "least": LEAST_SAMPLES,
        "breadcrumbs": crumbs(link_to(reform), _("基準の測定")),
    }
    return render(request, "reforms/study_create.html", context, status=422 if form.errors else 200)


@staff_page("reforms.may_read", may=permissions.may_read)
@require_http_methods(["GET", "HEAD", "POST"])
def study_show(request: StaffRequest, pk: int) -> HttpResponse:
    """A baseline with its samples, the own watch, and more samples."""
    study = own_study(request, pk, to_edit=request.method == "POST")
    form = forms.Samples(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_samples(study=study, minutes=form.minutes, by=request.desk.actor, at=clock.now())
        except services.UnableToRecordBaseline as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("%(n)s件を加えました。") % {"n": len(form.minutes)})
            return redirect("reforms:study_show", pk)
    return render(
        request,
        "reforms/study_show.html",
        _study_context(request, study, form),
        status=422 if form.errors else 200,
    )


def _study_context(request: StaffRequest, study: BaselineStudy, form: forms.Samples) -> dict[str, Any]:
    samples = list(queries.samples_of(study))
    standing = [each.minutes for each in samples if each.withdrawn_at is None]
    timing = queries.own_timing(study, request.desk.staff)
    is_measured = study.basis == BaselineStudy.Basis.MEASURED
    baseline = baseline_of(standing) if is_measured and len(standing) >= LEAST_SAMPLES else None
    seconds = int(timing.seconds(clock.now())) if timing else 0
    return {
        "study": study,
        "samples": samples,
        "standing": len(standing),
        "missing": max(0, LEAST_SAMPLES - len(standing)),
        "least": LEAST_SAMPLES,
        "is_measured": is_measured,
        "baseline": baseline,
        "mean": in_minutes(baseline.mean) if baseline else "",
        "low": in_minutes(baseline.low) if baseline else "",
        "high": in_minutes(baseline.high) if baseline else "",
        "deviation": in_minutes(baseline.deviation) if baseline else "",
        "timing": timing,
        "seconds": seconds,
        "clock": f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}",
        "form": form,
        "may_edit": study.withdrawn_at is None and permissions.may_edit(request.desk.actor, study.reform),
        "breadcrumbs": crumbs(link_to(study.reform), _("基準の測定")),
    }


def _time(request: StaffRequest, pk: int, act: Callable[..., object], word: str) -> HttpResponse:
    study = own_study(request, pk, to_edit=True)
    tried(request, lambda: act(study=study, by=request.desk.actor, at=clock.now()), word)
    return redirect(f"{reverse('reforms:study_show', args=[pk])}#watch")


@staff_page("reforms.may_edit")
@require_POST
def timing_start(request: StaffRequest, pk: int) -> HttpResponse:
    """一件を計り始める。"""
    return _time(request, pk, services.start_timing, _("計り始めました。"))


@staff_page("reforms.may_edit")
@require_POST
def timing_pause(request: StaffRequest, pk: int) -> HttpResponse:
    """中断する。"""
    return _time(request, pk, services.pause_timing, _("中断しました。"))


@staff_page("reforms.may_edit")
@require_POST
def timing_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """続ける。"""
    return _time(request, pk, services.resume_timing, _("続きを計っています。"))


@staff_page("reforms.may_edit")
@require_POST
def timing_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """一件を終える。"""
    return _time(request, pk, services.stop_timing, _("一件を記録しました。"))


@staff_page("reforms.may_edit")
@require_POST
def timing_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """計るのをやめる。"""
    return _time(request, pk, services.discard_timing, _("記録せずにやめました。"))


@staff_page("reforms.may_edit")
@require_http_methods(["GET", "POST"])
def study_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """基準の測定を取り消す。"""
    study = own_study(request, pk, to_edit=True)

    def act(reason: str) -> None:
        services.withdraw_study(study=study, reason=reason, by=request.desk.actor, at=clock.now())

    return withdraw_page(
        request,
        act,
        _("基準の測定を取り消す"),
        _("取り消した測定は、これからの計算に使いません。凍結した年度の数は変わりません。"),
        reverse("reforms:study_show", args=[pk]),
        crumbs(link_to(study.reform), _("取り消す")),
    )


@staff_page("reforms.may_edit")
@require_http_methods(["GET", "POST"])
def sample_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """測定した件を外す。"""
    rows = BaselineSample.objects.filter(study__reform__body=request.desk.body)
    sample = get_object_or_404(rows.select_related("study"), pk=pk)
    study = own_study(request, sample.study_id, to_edit=True)

    def act(reason: str) -> None:
        services.withdraw_sample(sample=sample, reason=reason, by=request.desk.actor, at=clock.now())

    return withdraw_page(
        request,
        act,
        _("%(m)s分の件を外す") % {"m": in_minutes(sample.minutes)},
        _("長い件や短い件だからという理由では外しません。計り損ねたときだけ外し、理由を残してください。"),
        reverse("reforms:study_show", args=[study.pk]),
        crumbs(link_to(study.reform), _("件を外す")),
    )


def withdraw_page(
    request: StaffRequest,
    act: Callable[[str], None],
    title: str,
    text: str,
    back_url: str,
    breadcrumbs: list[Any],
) -> HttpResponse:
    """Asks for the reason, takes out, goes back."""
    form = forms.Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("取り消しました。理由とともに残ります。"))
            return redirect(back_url)
    context = {
        "form": form,
        "title": title,
        "text": text,
        "back_url": back_url,
        "breadcrumbs": breadcrumbs,
    }
    return render(request, "reforms/withdraw.html", context, status=422 if form.errors else 200)

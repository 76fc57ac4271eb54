"""A cycle from planning to publication, for the owner of the survey."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb, Stat
from kencho.organization.access import StaffRequest, staff_page
from kencho.surveys import forms, permissions, queries, services
from kencho.surveys.models import Cycle, FreeText, Questionnaire, SealedBatch, TextState
from kencho.surveys.views._common import managed_cycle, owner_crumbs, program_or_404, status_of

SHOWN_TEXTS = 30


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_http_methods(["GET", "POST"])
def cycle_create(request: StaffRequest, code: str) -> HttpResponse:
    """実施回を作る。"""
    program = program_or_404(request, code)
    versions = list(Questionnaire.objects.filter(program=program).select_related("program__body"))
    labels = [
        (row.version, _("第%(n)s版 %(title)s") % {"n": row.version, "title": row.definition.title})
        for row in versions
    ]
    cuts = {q.code: q for row in versions for q in forms.cut_questions(row.definition)}
    year = FiscalYear.of(request.desk.day)
    initial = {"year": year.label, "title": f"{year.label} {program.name}"}
    form = forms.NewCycle(labels, list(cuts.values()), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = next(row for row in versions if row.version == form.cleaned_data["version"])
        try:
            cycle = services.create_cycle(
                program=program, questionnaire=chosen, terms=form.terms, by=request.desk.actor, at=clock.now()
            )
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("surveys:cycle_manage", cycle.key)
    context = {
        "form": form,
        "program": program,
        "versions": versions,
        "breadcrumbs": owner_crumbs(program, Crumb(_("実施回を作る"))),
    }
    return render(request, "surveys/cycle_create.html", context, status=422 if form.errors else 200)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_safe
def cycle_manage(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """Where the cycle stands, how many have answered, and what can be done next."""
    cycle = managed_cycle(request, key)
    definition = cycle.questionnaire.definition
    rates = queries.group_rates(cycle) if cycle.is_open else []
    context = {
        "cycle": cycle,
        "status": status_of(cycle),
        "year": FiscalYear(cycle.fiscal_year).label,
        "cuts": [question.text for cut in cycle.cuts.all() if (question := definition.get(cut.question))],
        "rates": rates,
        "stats": _stats(cycle, rates),
        "batch": SealedBatch.objects.filter(cycle=cycle).first(),
        "waiting_texts": FreeText.objects.filter(cycle=cycle, state=TextState.WAITING).count(),
        "remind_form": forms.Remind(),
        "breadcrumbs": owner_crumbs(cycle.program, Crumb(cycle.title)),
    }
    return render(request, "surveys/cycle_manage.html", context)


def _stats(cycle: Cycle, rates: list[queries.GroupRate]) -> list[Stat]:
    if cycle.returned is not None:
        returned: int | None = cycle.returned
    else:
        returned = rates[0].returned if rates else None
    if returned is None or not cycle.eligible:
        return []
    return [
        Stat(_("対象者"), cycle.eligible, _("人")),
        Stat(_("回答"), returned, _("人")),
        Stat(_("回答率"), returned * 100 // cycle.eligible, "%"),
    ]


def _act(request: StaffRequest, key: uuid.UUID, verb: Callable[..., object], done: str) -> HttpResponse:
    cycle = managed_cycle(request, key)
    try:
        verb(cycle=cycle, by=request.desk.actor, at=clock.now())
    except services.UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("surveys:cycle_manage", cycle.key)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def cycle_approve(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """実施を決める。"""
    return _act(
        request, key, services.approve_cycle, _("実施を決めました。受付開始の時刻に、自動で始まります。")
    )


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def cycle_take_back(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """準備に戻す。"""
    return _act(request, key, services.take_back_cycle, _("準備に戻しました。"))


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def cycle_open(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """いま受付を始める。"""
    return _act(request, key, services.open_cycle, _("受付を始めました。対象の職員に知らせます。"))


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def cycle_close(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """締め切る。"""
    return _act(request, key, services.close_cycle, _("締め切って、封印し、集計しました。"))


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def cycle_publish(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """公表する。"""
    return _act(request, key, services.publish_cycle, _("結果を公表しました。"))


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def cycle_remind(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """回答率の低い所属の全員に呼びかける。"""
    cycle = managed_cycle(request, key)
    form = forms.Remind(request.POST)
    if not form.is_valid():
        messages.error(request, _("1から100までの数を入れてください。"))
        return redirect("surveys:cycle_manage", cycle.key)
    try:
        low = services.remind(
            cycle=cycle, below=form.cleaned_data["below"], by=request.desk.actor, at=clock.now()
        )
    except services.UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(n)sの集計単位の全員に呼びかけます。") % {"n": len(low)})
    return redirect("surveys:cycle_manage", cycle.key)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_http_methods(["GET", "POST"])
def text_review(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """Read free texts and decide which may be shown."""
    cycle = managed_cycle(request, key)
    if request.method == "POST":
        _review(request, cycle)
        return redirect("surveys:text_review", cycle.key)
    definition = cycle.questionnaire.definition
    waiting = queries.free_texts(cycle, released=False).filter(state=TextState.WAITING)[:SHOWN_TEXTS]
    context = {
        "cycle": cycle,
        "texts": [
            (
                text,
                question.text if (question := definition.get(text.question)) else text.question,
                forms.ReviewText(
                    initial={"text": text.pk, "wording": text.text}, auto_id=f"id_{text.pk.hex}_%s"
                ),
            )
            for text in waiting
        ],
        "counts": [
            (state.label, FreeText.objects.filter(cycle=cycle, state=state).count()) for state in TextState
        ],
        "breadcrumbs": owner_crumbs(cycle.program, Crumb(cycle.title), Crumb(_("自由記述の確認"))),
    }
    return render(request, "surveys/text_review.html", context)


def _review(request: StaffRequest, cycle: Cycle) -> None:
    form = forms.ReviewText(request.POST)
    chosen = form.cleaned_data["text"] if form.is_valid() else None
    text = FreeText.objects.filter(cycle=cycle, pk=chosen).first() if chosen else None
    if text is None:
        messages.error(request, _("もう一度選んでください。"))
        return
    try:
        services.review_text(
            text=text,
            state=TextState(form.cleaned_data["state"]),
            wording=form.cleaned_data["wording"],
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableToReview as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("確認を記録しました。"))

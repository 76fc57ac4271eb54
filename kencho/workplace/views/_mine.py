"""My telework: start and end with one tap, what I did, corrections."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.organization.access import StaffRequest, staff_page
from kencho.workplace import forms, permissions, queries, services
from kencho.workplace.models import SessionState, TeleworkSession
from kencho.workplace.views._common import crumbs
from kencho.workplace.words import session_status


@staff_page("workplace.any_staff")
@require_safe
def telework_home(request: StaffRequest) -> HttpResponse:
    """Today, and the log of one's own sessions."""
    return _home(request, None)


def _home(request: StaffRequest, late: forms.EndReport | None) -> HttpResponse:
    desk, at = request.desk, clock.now()
    running = queries.running_session(desk.staff)
    if running is not None and running.day != desk.day and late is None:
        late = forms.EndReport(initial={"on": running.day})
    page = page_of(queries.sessions_of(desk.staff), request, "-started_at", "-id")
    context = {
        "today": desk.day,
        "running": running,
        "late": late,
        "planned": queries.approved_day(desk.staff, desk.day),
        "done_today": queries.sessions_of(desk.staff)
        .filter(day=desk.day, state=SessionState.CONFIRMED)
        .count(),
        "coming": list(queries.coming_days(desk.staff, desk.day)[:5]),
        "booking": queries.bookings_of(desk.staff, at).first(),
        "rule": queries.rule_on(desk.body, desk.day),
        "rows": [(each, session_status(each.state)) for each in page.rows],
        "pager": page.pager,
        "breadcrumbs": [crumbs()[0]],
    }
    status = 422 if late is not None and late.is_bound and late.errors else 200
    return render(request, "workplace/telework_home.html", context, status=status)


@staff_page("workplace.may_report")
@require_POST
def telework_start(request: StaffRequest) -> HttpResponse:
    """テレワークを始める。"""
    try:
        services.start_session(staff=request.desk.staff, by=request.desk.actor, at=clock.now())
    except services.UnableToStart as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("テレワークを始めました。終わったら「終了を報告する」を押してください。"))
    return redirect("workplace:telework_home")


@staff_page("workplace.may_report")
@require_POST
def telework_end(request: StaffRequest, pk: int) -> HttpResponse:
    """テレワークを終える, now or, when it was forgotten, at the time given."""
    desk = request.desk
    session = get_object_or_404(queries.sessions_of(desk.staff).select_related("staff__body", "body"), pk=pk)
    form = forms.EndReport(request.POST) if "ended" in request.POST else None
    if form is not None and not form.is_valid():
        return _home(request, form)
    try:
        services.end_session(
            session=session, by=desk.actor, at=clock.now(), ended_at=form.ended_at if form else None
        )
    except services.UnableToEnd as refusal:
        if form is None:
            messages.error(request, refusal.message)
            return redirect("workplace:telework_home")
        form.add_error("ended", refusal.message)
        return _home(request, form)
    messages.success(request, _("終了を報告しました。実績が確定しました。"))
    return redirect("workplace:telework_home")


def _session(request: StaffRequest, pk: int) -> TeleworkSession:
    """A session of the own body that the reader may correct; of others it does not exist."""
    rows = TeleworkSession.objects.filter(body=request.desk.body).select_related(
        "staff__body", "body", "unit_at_use"
    )
    session = get_object_or_404(rows, pk=pk)
    if not permissions.may_correct(request.desk.staff, session, request.desk.day):
        raise PermissionDenied
    return session


@staff_page("workplace.may_correct")
@require_http_methods(["GET", "POST"])
def session_correct(request: StaffRequest, pk: int) -> HttpResponse:
    """実績を訂正する。"""
    session = _session(request, pk)
    rule = queries.rule_on(request.desk.body, session.day)
    if rule is None or session.ended_at is None:
        messages.error(request, services.Reason.NOT_CONFIRMED.label)
        return redirect("workplace:telework_home")
    initial = {
        "started": session.started_at.astimezone(clock.JST).time(),
        "ended": session.ended_at.astimezone(clock.JST).time(),
        "choice": f"{session.kind}:{session.place}",
    }
    form = forms.Correct(request.POST or None, rule=rule.rule, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        ended_on = clock.day_of(session.ended_at)
        try:
            services.correct_session(
                session=session,
                started_at=forms.moment(session.day, data["started"]),
                ended_at=forms.moment(ended_on, data["ended"]),
                kind=form.kind,
                place=form.place,
                reason=data["reason"],
                by=request.desk.actor,
                at=clock.now(),
            )
        except services.UnableToCorrect as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("実績を訂正しました。"))
            return redirect("workplace:telework_home")
    return _correct_page(request, session, form, forms.CancelSession())


def _correct_page(
    request: StaffRequest, session: TeleworkSession, form: forms.Correct, cancel: forms.CancelSession
) -> HttpResponse:
    context = {
        "session": session,
        "form": form,
        "cancel_form": cancel,
        "status": session_status(session.state),
        "breadcrumbs": crumbs(_("実績を訂正する")),
    }
    status = 422 if form.errors or cancel.errors else 200
    return render(request, "workplace/session_correct.html", context, status=status)


@staff_page("workplace.may_correct")
@require_POST
def session_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """実績を取り消す。"""
    session = _session(request, pk)
    form = forms.CancelSession(request.POST)
    rule = queries.rule_on(request.desk.body, session.day)
    if form.is_valid():
        try:
            services.cancel_session(
                session=session, reason=form.cleaned_data["reason"], by=request.desk.actor, at=clock.now()
            )
        except services.UnableToCorrect as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("実績を取り消しました。"))
        return redirect("workplace:telework_home")
    if rule is None:
        return redirect("workplace:telework_home")
    return _correct_page(request, session, forms.Correct(rule=rule.rule), form)

"""Satellite offices: free desks of a day, booking, and looking after the offices."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.organization.access import StaffRequest, staff_page
from kencho.workplace import forms, permissions, queries, services
from kencho.workplace.models import DeskBooking, Part, SatelliteDesk, SatelliteOffice
from kencho.workplace.views._common import asked_day, crumbs


@staff_page("workplace.any_staff")
@require_safe
def telework_desks(request: StaffRequest) -> HttpResponse:
    """Offices of the own body and shared ones, with what is free on a day."""
    return _desks(request, None)


def _desks(request: StaffRequest, refusal: services.UnableToBook | None) -> HttpResponse:
    desk, at = request.desk, clock.now()
    day = asked_day(request, desk.day)
    context: dict[str, Any] = {
        "day": day,
        "today": desk.day,
        "previous": day - queries.ONE_DAY,
        "following": day + queries.ONE_DAY,
        "offices": queries.office_days(desk.staff, day),
        "bookings": list(queries.bookings_of(desk.staff, at)[:20]),
        "refusal": refusal,
        "parts": dict(Part.choices),
        "may_edit": permissions.may_edit_rules(desk),
        "breadcrumbs": crumbs(_("サテライトの席")),
    }
    return render(request, "workplace/telework_desks.html", context, status=409 if refusal else 200)


@staff_page("workplace.may_use_office")
@require_POST
def desk_book(request: StaffRequest, pk: int) -> HttpResponse:
    """席を予約する。"""
    desk = request.desk
    rows = SatelliteDesk.objects.filter(office__in=queries.offices_for(desk.body), is_active=True)
    place = get_object_or_404(rows.select_related("office__body"), pk=pk)
    part, day = request.POST.get("part", ""), asked_day(request, desk.day)
    if part not in Part.values:
        raise Http404
    starts_at, ends_at = queries.hours_of(place.office, day, part)
    try:
        services.book_desk(
            desk=place, staff=desk.staff, starts_at=starts_at, ends_at=ends_at, by=desk.actor, at=clock.now()
        )
    except services.UnableToBook as refusal:
        return _desks(request, refusal)
    messages.success(request, _("%(desk)sを予約しました。") % {"desk": f"{place.office.name} {place.code}"})
    return redirect(f"{reverse('workplace:telework_desks')}?day={day.isoformat()}")


@staff_page("workplace.may_cancel_booking")
@require_POST
def desk_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """予約を取り消す。"""
    booking = get_object_or_404(DeskBooking.objects.filter(staff=request.desk.staff), pk=pk)
    try:
        services.cancel_booking(booking=booking, by=request.desk.actor, at=clock.now())
    except services.UnableToCancelBooking as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("予約を取り消しました。"))
    day = clock.day_of(booking.starts_at)
    return redirect(f"{reverse('workplace:telework_desks')}?day={day.isoformat()}")


@staff_page("workplace.may_edit_office", may=permissions.may_edit_rules)
@require_safe
def office_list(request: StaffRequest) -> HttpResponse:
    """Offices that the own body looks after."""
    context = {
        "offices": queries.own_offices(request.desk.body),
        "breadcrumbs": crumbs(
            (_("サテライトの席"), reverse("workplace:telework_desks")), _("サテライトオフィスの管理")
        ),
    }
    return render(request, "workplace/office_list.html", context)


@staff_page("workplace.may_edit_office", may=permissions.may_edit_rules)
@require_http_methods(["GET", "POST"])
def office_create(request: StaffRequest) -> HttpResponse:
    """サテライトオフィスを登録する。"""
    form = forms.Office(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if queries.own_offices(request.desk.body).filter(code=code).exists():
            form.add_error("code", services.Reason.CODE_TAKEN.label)
        else:
            office = services.save_office(
                body=request.desk.body,
                code=code,
                text=form.office_text,
                by=request.desk.actor,
                at=clock.now(),
            )
            messages.success(request, _("登録しました。席を加えてください。"))
            return redirect("workplace:office_edit", office.pk)
    return _office_page(request, form, None, None)


@staff_page("workplace.may_edit_office", may=permissions.may_edit_rules)
@require_http_methods(["GET", "POST"])
def office_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """An office and its desks; the button says which of the two forms was sent."""
    office = get_object_or_404(queries.own_offices(request.desk.body).select_related("body"), pk=pk)
    if not permissions.may_edit_office(request.desk, office):
        raise PermissionDenied
    adds_desk = "desk" in request.POST
    sent = request.POST if request.method == "POST" else None
    form = forms.Office(None if adds_desk else sent, office=office)
    desk_form = forms.NewDesk(sent if adds_desk else None, prefix="desk")
    by, at = request.desk.actor, clock.now()
    if adds_desk and desk_form.is_valid():
        services.save_desk(office=office, **desk_form.cleaned_data, by=by, at=at)
        messages.success(request, _("席を保存しました。"))
        return redirect("workplace:office_edit", pk)
    if sent is not None and not adds_desk and form.is_valid():
        services.save_office(body=office.body, code=office.code, text=form.office_text, by=by, at=at)
        messages.success(request, _("保存しました。"))
        return redirect("workplace:office_edit", pk)
    return _office_page(request, form, office, desk_form)


def _office_page(
    request: StaffRequest, form: forms.Office, office: SatelliteOffice | None, desk_form: forms.NewDesk | None
) -> HttpResponse:
    title = office.name if office else _("サテライトオフィスを登録する")
    context = {
        "form": form,
        "office": office,
        "desk_form": desk_form,
        "title": title,
        "breadcrumbs": crumbs(
            (_("サテライトオフィスの管理"), reverse("workplace:office_list")),
            title,
        ),
    }
    failed = form.errors or (desk_form is not None and desk_form.errors)
    return render(request, "workplace/office_edit.html", context, status=422 if failed else 200)

"""Closed days of the body."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kencho.foundation import clock
from kencho.organization import permissions, services
from kencho.organization.access import staff_page
from kencho.organization.forms import ClosedDayForm
from kencho.organization.models import ClosedDay
from kencho.organization.views._common import crumbs, desk_of_request, form_page, own_closed_day


@require_safe
@staff_page("organization.read_closed_days")
def closed_day_list(request: HttpRequest) -> HttpResponse:
    """Days that differ from the general rule."""
    desk = desk_of_request(request)
    context = {
        "days": ClosedDay.objects.filter(body=desk.body).order_by("-day"),
        "may_administer": permissions.may_administer(desk),
        "breadcrumbs": crumbs(_("閉庁日")),
    }
    return render(request, "organization/closed_day_list.html", context)


@staff_page("organization.change_closed_days", may=permissions.may_administer)
def closed_day_add(request: HttpRequest) -> HttpResponse:
    """Enter a day."""
    desk = desk_of_request(request)
    form = ClosedDayForm(request.POST or None)
    back = reverse("organization:closed_day_list")

    def act() -> str:
        services.set_closed_day(body=desk.body, by=desk.actor, at=clock.now(), **form.cleaned_data)
        return back

    return form_page(request, form, act, title=_("閉庁日を登録する"), submit=_("登録する"), back=back)


@staff_page("organization.change_closed_days", may=permissions.may_administer)
def closed_day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a day back."""
    entry = own_closed_day(request, pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    back = reverse("organization:closed_day_list")

    def act() -> str:
        services.remove_closed_day(entry=entry, by=desk_of_request(request).actor, at=clock.now())
        return back

    return form_page(
        request,
        form,
        act,
        title=_("閉庁日を取り消す"),
        submit=_("取り消す"),
        back=back,
        lead=str(entry),
        done=_("取り消しました。"),
        danger=True,
    )

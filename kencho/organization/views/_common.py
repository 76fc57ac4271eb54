"""What the pages of the organisation share: rows of one's own body only, and the round of a form."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest
from kencho.organization.models import Assignment, ClosedDay, RoleAssignment, StaffMember, Unit
from kencho.organization.permissions import may_change
from kencho.organization.queries import Desk
from kencho.organization.services import (
    UnableToAssign,
    UnableToChangeUnit,
    UnableToGrantRole,
    UnableToHire,
    UnableToOpenAccount,
    UnableToRetire,
    UnableToRevokeRole,
    UnableToSetClosedDay,
)

M = TypeVar("M", bound=Model)
Text = str | Promise
SAVED = _("保存しました。")
REFUSALS = (
    UnableToAssign,
    UnableToChangeUnit,
    UnableToGrantRole,
    UnableToHire,
    UnableToOpenAccount,
    UnableToRetire,
    UnableToRevokeRole,
    UnableToSetClosedDay,
)


def desk_of_request(request: HttpRequest) -> Desk:
    """The desk that ``staff_page`` made sure of."""
    return cast("StaffRequest", request).desk


def _own(rows: QuerySet[M], **conditions: Any) -> M:
    # Rows of another body do not exist for whoever asks: 404, never 403.
    return get_object_or_404(rows, **conditions)


def own_unit(request: HttpRequest, pk: int) -> Unit:
    """A unit of the own body."""
    units = Unit.objects.select_related("body", "parent", "successor")
    return _own(units, pk=pk, body=desk_of_request(request).body)


def own_staff(request: HttpRequest, pk: int) -> StaffMember:
    """A staff member of the own body."""
    return _own(StaffMember.objects.select_related("body", "user"), pk=pk, body=desk_of_request(request).body)


def own_assignment(request: HttpRequest, pk: int) -> Assignment:
    """A post held in the own body."""
    held = Assignment.objects.select_related("staff__body", "unit", "post")
    return _own(held, pk=pk, unit__body=desk_of_request(request).body)


def own_grant(request: HttpRequest, pk: int) -> RoleAssignment:
    """A role held in the own body."""
    return _own(
        RoleAssignment.objects.select_related("staff__body"), pk=pk, staff__body=desk_of_request(request).body
    )


def own_closed_day(request: HttpRequest, pk: int) -> ClosedDay:
    """An entry of the own body."""
    return _own(ClosedDay.objects.select_related("body"), pk=pk, body=desk_of_request(request).body)


def require_change(request: HttpRequest, thing: Unit | StaffMember | Assignment) -> None:
    """Raise PermissionDenied unless this row may be changed."""
    if not may_change(desk_of_request(request), thing):
        raise PermissionDenied


def shown_day(request: HttpRequest) -> date:
    """The day that ``?on=`` asks for, else today."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return desk_of_request(request).day


def crumbs(*steps: tuple[Text, str] | Text) -> list[Crumb]:
    """Breadcrumbs below the organisation's first page; a plain text is the page itself."""
    first = Crumb(_("組織"), reverse("organization:unit_tree"))
    return [first, *(Crumb(step[0], step[1]) if isinstance(step, tuple) else Crumb(step) for step in steps)]


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[], HttpResponse | str],
    *,
    title: Text,
    submit: Text,
    back: str,
    done: Text = SAVED,
    lead: Text = "",
    danger: bool = False,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; when it is valid carry it out and go on, and show a refusal of the service above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            went = act()
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, str(done))
            return redirect(went) if isinstance(went, str) else went
    context = {
        "form": form,
        "title": title,
        "submit_label": submit,
        "back_url": back,
        "lead": lead,
        "kind": "danger" if danger else "",
        "breadcrumbs": crumbs(title),
        **(more or {}),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "organization/form.html", context, status=status)

"""What several pages of reforms share."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kencho.foundation.fiscal import FiscalYear, FiscalYearError
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest
from kencho.reforms import permissions, queries
from kencho.reforms.models import BaselineStudy, ReformCase

Text = str | Promise
YEAR_DIGITS = 4


def asked_year(request: StaffRequest) -> FiscalYear:
    """The fiscal year of ``?year=2026``, else the present one."""
    text = request.GET.get("year", "")
    today = FiscalYear.of(request.desk.day)
    if not text.isdecimal() or len(text) > YEAR_DIGITS:
        return today
    try:
        return FiscalYear(int(text))
    except FiscalYearError:
        return today


def years_around(request: StaffRequest, year: FiscalYear) -> dict[str, FiscalYear | None]:
    """Where the links of a page of a year lead; there is nothing to see after today."""
    following = year.next if year.next.start <= request.desk.day else None
    return {"year": year, "previous": year.previous, "following": following}


def crumbs(*steps: tuple[Text, str] | Text) -> list[Crumb]:
    """Breadcrumbs below the list of reforms."""
    first = Crumb(_("業務の見直し"), reverse("reforms:reform_list"))
    return [first, *(Crumb(step[0], step[1]) if isinstance(step, tuple) else Crumb(step) for step in steps)]


def link_to(reform: ReformCase) -> tuple[str, str]:
    """A reform as a step of the breadcrumbs."""
    return reform.title, reverse("reforms:reform_show", args=[reform.pk])


def own_reform(request: StaffRequest, pk: int, *, to_edit: bool = False) -> ReformCase:
    """A reform of the own body. Raises Http404, and PermissionDenied where it may only be read."""
    reform = get_object_or_404(queries.reforms_of(request.desk.body), pk=pk)
    if to_edit and not permissions.may_edit(request.desk.actor, reform):
        raise PermissionDenied
    return reform


def own_study(request: StaffRequest, pk: int, *, to_edit: bool = False) -> BaselineStudy:
    """A baseline of the own body. Raises Http404, and PermissionDenied where it may only be read."""
    rows = BaselineStudy.objects.filter(reform__body=request.desk.body)
    study = get_object_or_404(rows.select_related("reform__body", "reform__division"), pk=pk)
    if to_edit and not permissions.may_edit(request.desk.actor, study.reform):
        raise PermissionDenied
    return study

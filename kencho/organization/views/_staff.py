"""Pages of staff, their posts and roles."""

from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kencho.foundation import clock
from kencho.foundation.ui import Pager
from kencho.organization import permissions, queries, services
from kencho.organization.access import staff_page
from kencho.organization.forms import (
    ConcurrentForm,
    DayForm,
    HireForm,
    PlaceForm,
    RoleForm,
    StaffCorrection,
    StaffSearch,
)
from kencho.organization.models import StaffMember
from kencho.organization.views._common import (
    crumbs,
    desk_of_request,
    form_page,
    own_assignment,
    own_grant,
    own_staff,
    require_change,
)

PAGE_SIZE = 50


def _page(request: HttpRequest, found: QuerySet[StaffMember]) -> tuple[list[StaffMember], Pager]:
    """One page after or before a staff number."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if before:
        rows = list(found.filter(number__lt=before).order_by("-number")[: PAGE_SIZE + 1])
        more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE][::-1]
        return rows, _pager(request, rows, previous=more, following=True)
    rows = list(found.filter(number__gt=after).order_by("number")[: PAGE_SIZE + 1])
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return rows, _pager(request, rows, previous=bool(after), following=more)


def _pager(request: HttpRequest, rows: list[StaffMember], *, previous: bool, following: bool) -> Pager:
    def address(**key: str) -> str:
        kept = {name: value for name, value in request.GET.items() if name not in {"after", "before"}}
        return f"?{urlencode({**kept, **key})}"

    return Pager(
        previous_url=address(before=rows[0].number) if rows and previous else "",
        next_url=address(after=rows[-1].number) if rows and following else "",
        shown=len(rows),
    )


@require_safe
@staff_page("organization.read_staff")
def staff_list(request: HttpRequest) -> HttpResponse:
    """The register of staff, searchable."""
    desk = desk_of_request(request)
    form = StaffSearch(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.staff_of(
        desk.body, desk.day, words=wanted.get("q", ""), retired=bool(wanted.get("retired"))
    )
    rows, pager = _page(request, found)
    posts = queries.main_posts([each.pk for each in rows], desk.day)
    context = {
        "form": form,
        "rows": [(each, posts.get(each.pk)) for each in rows],
        "pager": pager,
        "active_count": sum(1 for value in wanted.values() if value),
        "may_administer": permissions.may_administer(desk),
        "breadcrumbs": crumbs(_("職員")),
    }
    return render(request, "organization/staff_list.html", context)


@require_safe
@staff_page("organization.read_staff")
def staff_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One staff member with the history of posts and roles."""
    staff = own_staff(request, pk)
    desk = desk_of_request(request)
    context = {
        "staff": staff,
        "day": desk.day,
        "history": queries.history_of(staff),
        "roles": queries.roles_of(staff),
        "may_change": permissions.may_change(desk, staff),
        "breadcrumbs": crumbs((_("職員"), reverse("organization:staff_list")), staff.name),
    }
    return render(request, "organization/staff_detail.html", context)


def _here(staff: StaffMember) -> str:
    return reverse("organization:staff_detail", args=[staff.pk])


@staff_page("organization.change_staff", may=permissions.may_administer)
def staff_add(request: HttpRequest) -> HttpResponse:
    """Enter a new staff member."""
    desk = desk_of_request(request)
    form = HireForm(request.POST or None, body=desk.body, day=desk.day, initial={"on": desk.day})

    def act() -> str:
        return _here(services.hire(body=desk.body, by=desk.actor, at=clock.now(), **form.cleaned_data))

    back = reverse("organization:staff_list")
    return form_page(request, form, act, title=_("職員を登録する"), submit=_("登録する"), back=back)


@staff_page("organization.change_staff", may=permissions.may_administer)
def staff_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the entries of the register."""
    staff = own_staff(request, pk)
    require_change(request, staff)
    form = StaffCorrection(request.POST or None, instance=own_staff(request, pk))

    def act() -> str:
        services.correct_staff(
            staff=staff, by=desk_of_request(request).actor, at=clock.now(), **form.cleaned_data
        )
        return _here(staff)

    return form_page(
        request,
        form,
        act,
        title=_("職員の情報を直す"),
        submit=_("保存する"),
        back=_here(staff),
        lead=staff.name,
    )


@staff_page("organization.change_staff", may=permissions.may_administer)
def staff_reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """人事異動."""
    staff = own_staff(request, pk)
    require_change(request, staff)
    desk = desk_of_request(request)
    form = PlaceForm(request.POST or None, body=desk.body, day=desk.day, initial={"on": desk.day})

    def act() -> str:
        services.reassign(staff=staff, by=desk.actor, at=clock.now(), **form.cleaned_data)
        return _here(staff)

    return form_page(
        request,
        form,
        act,
        title=_("異動を登録する"),
        submit=_("登録する"),
        back=_here(staff),
        lead=staff.name,
    )


@staff_page("organization.change_staff", may=permissions.may_administer)
def staff_concurrent(request: HttpRequest, pk: int) -> HttpResponse:
    """兼務."""
    staff = own_staff(request, pk)
    require_change(request, staff)
    desk = desk_of_request(request)
    form = ConcurrentForm(request.POST or None, body=desk.body, day=desk.day, initial={"on": desk.day})

    def act() -> str:
        services.assign_concurrent(staff=staff, by=desk.actor, at=clock.now(), **form.cleaned_data)
        return _here(staff)

    return form_page(
        request,
        form,
        act,
        title=_("兼務を登録する"),
        submit=_("登録する"),
        back=_here(staff),
        lead=staff.name,
    )


@staff_page("organization.change_staff", may=permissions.may_administer)
def assignment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a concurrent post."""
    held = own_assignment(request, pk)
    require_change(request, held)
    desk = desk_of_request(request)
    form = DayForm(request.POST or None, initial={"on": desk.day})

    def act() -> str:
        services.end_concurrent(assignment=held, on=form.cleaned_data["on"], by=desk.actor, at=clock.now())
        return _here(held.staff)

    return form_page(
        request,
        form,
        act,
        title=_("兼務を終える"),
        submit=_("終える"),
        back=_here(held.staff),
        lead=f"{held.staff.name} {held.unit.name} {held.title}",
    )


@staff_page("organization.change_staff", may=permissions.may_administer)
def staff_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """退職・転出."""
    staff = own_staff(request, pk)
    require_change(request, staff)
    desk = desk_of_request(request)
    form = DayForm(request.POST or None, initial={"on": desk.day})

    def act() -> str:
        services.retire(staff=staff, on=form.cleaned_data["on"], by=desk.actor, at=clock.now())
        return _here(staff)

    return form_page(
        request,
        form,
        act,
        title=_("退職・転出を登録する"),
        submit=_("登録する"),
        back=_here(staff),
        lead=staff.name,
        danger=True,
    )


@staff_page("organization.change_staff", may=permissions.may_administer)
def staff_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account."""
    staff = own_staff(request, pk)
    require_change(request, staff)
    form = forms.Form(request.POST if request.method == "POST" else None)

    def act() -> str:
        services.open_account(staff=staff, by=desk_of_request(request).actor, at=clock.now())
        return _here(staff)

    return form_page(
        request,
        form,
        act,
        title=_("サインインできるようにする"),
        submit=_("利用者を作る"),
        back=_here(staff),
        lead=_("%(name)s（%(email)s）がメールのコードでサインインできるようになります。")
        % {"name": staff.name, "email": staff.email or "―"},
    )


@staff_page("organization.grant_role", may=permissions.may_administer)
def role_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a role."""
    staff = own_staff(request, pk)
    require_change(request, staff)
    desk = desk_of_request(request)
    form = RoleForm(request.POST or None, initial={"on": desk.day})

    def act() -> str:
        services.grant_role(staff=staff, by=desk.actor, at=clock.now(), **form.cleaned_data)
        return _here(staff)

    return form_page(
        request, form, act, title=_("役割を与える"), submit=_("与える"), back=_here(staff), lead=staff.name
    )


@staff_page("organization.grant_role", may=permissions.may_administer)
def role_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a role."""
    grant = own_grant(request, pk)
    require_change(request, grant.staff)
    desk = desk_of_request(request)
    form = DayForm(request.POST or None, initial={"on": desk.day})

    def act() -> str:
        services.revoke_role(grant=grant, on=form.cleaned_data["on"], by=desk.actor, at=clock.now())
        return _here(grant.staff)

    return form_page(
        request,
        form,
        act,
        title=_("役割を解く"),
        submit=_("解く"),
        back=_here(grant.staff),
        lead=f"{grant.staff.name} {grant.get_role_display()}",
    )

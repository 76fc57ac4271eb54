"""Pages of bodies and units."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kencho.foundation import clock
from kencho.foundation.ui import Fact
from kencho.organization import permissions, queries, services
from kencho.organization.access import staff_page
from kencho.organization.forms import (
    BodyForm,
    DaySwitch,
    PostSwitch,
    Reorganisation,
    ReorganisationStart,
    UnitAdd,
    UnitClose,
    UnitCorrection,
    UnitRename,
)
from kencho.organization.middleware import ASSIGNMENT_SESSION_KEY
from kencho.organization.models import Body, Unit
from kencho.organization.views._common import (
    crumbs,
    desk_of_request,
    form_page,
    own_unit,
    require_change,
    shown_day,
)


@require_safe
@staff_page("organization.read_bodies")
def body_list(request: HttpRequest) -> HttpResponse:
    """All bodies on this installation: public facts only."""
    return render(
        request,
        "organization/body_list.html",
        {"bodies": Body.objects.all(), "breadcrumbs": crumbs(_("団体"))},
    )


@staff_page("organization.change_body", may=permissions.may_administer)
def body_edit(request: HttpRequest) -> HttpResponse:
    """Correct the entries of the own body."""
    desk = desk_of_request(request)
    form = BodyForm(request.POST or None, instance=Body.objects.get(pk=desk.body.pk))
    here = reverse("organization:unit_tree")

    def act() -> str:
        services.correct_body(
            body=Body.objects.get(pk=desk.body.pk), fields=form.cleaned_data, by=desk.actor, at=clock.now()
        )
        return here

    return form_page(request, form, act, title=_("団体の情報を直す"), submit=_("保存する"), back=here)


@require_safe
@staff_page("organization.read_units")
def unit_tree(request: HttpRequest) -> HttpResponse:
    """The organisation as a tree, as of any day."""
    desk = desk_of_request(request)
    day = shown_day(request)
    context = {
        "day": day,
        "branches": queries.tree_on(desk.body, day),
        "switch": DaySwitch(initial={"on": day}),
        "may_administer": permissions.may_administer(desk),
    }
    return render(request, "organization/unit_tree.html", context)


@require_safe
@staff_page("organization.read_units")
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit with its staff as of a day, its predecessors and successor."""
    unit = own_unit(request, pk)
    desk, day = desk_of_request(request), shown_day(request)
    context = {
        "unit": unit,
        "day": day,
        "posts": queries.posts_in(unit, day),
        "children": queries.children_on(unit, day),
        "predecessors": unit.predecessors.order_by("valid_to"),
        "facts": _facts(unit),
        "switch": DaySwitch(initial={"on": day}),
        "may_change": permissions.may_change(desk, unit),
        "breadcrumbs": crumbs(unit.name),
    }
    return render(request, "organization/unit_detail.html", context)


def _facts(unit: Unit) -> list[Fact]:
    return [
        Fact(_("組織コード"), unit.code),
        Fact(_("階層"), unit.get_level_display()),
        Fact(_("名称カナ"), unit.kana),
        Fact(_("英語名"), unit.name_en),
        Fact(_("文書記号"), unit.document_symbol),
        Fact(_("電話番号"), unit.telephone),
        Fact(_("メールアドレス"), unit.email),
    ]


@staff_page("organization.change_unit", may=permissions.may_administer)
def unit_add(request: HttpRequest) -> HttpResponse:
    """Create a unit."""
    desk = desk_of_request(request)
    form = UnitAdd(
        request.POST or None, body=desk.body, day=desk.day, initial={"on": desk.day, "level": "division"}
    )

    def act() -> str:
        unit = services.create_unit(
            body=desk.body, new=form.new_unit(), on=form.cleaned_data["on"], by=desk.actor, at=clock.now()
        )
        return reverse("organization:unit_detail", args=[unit.pk])

    back = reverse("organization:unit_tree")
    return form_page(
        request,
        form,
        act,
        title=_("組織を新設する"),
        submit=_("新設する"),
        back=back,
        done=_("新設しました。"),
    )


@staff_page("organization.change_unit", may=permissions.may_administer)
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the entries of a unit."""
    unit = own_unit(request, pk)
    require_change(request, unit)
    names = UnitCorrection.base_fields
    form = UnitCorrection(request.POST or None, initial={name: getattr(unit, name) for name in names})
    here = reverse("organization:unit_detail", args=[unit.pk])

    def act() -> str:
        services.correct_unit(unit=unit, text=form.text(), by=desk_of_request(request).actor, at=clock.now())
        return here

    return form_page(
        request, form, act, title=_("組織の情報を直す"), submit=_("保存する"), back=here, lead=unit.name
    )


@staff_page("organization.change_unit", may=permissions.may_administer)
def unit_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a unit a new name, or another department, from a day on."""
    unit = own_unit(request, pk)
    require_change(request, unit)
    desk = desk_of_request(request)
    form = UnitRename(
        request.POST or None, unit=unit, day=desk.day, initial={"on": desk.day, "name": unit.name}
    )

    def act() -> str:
        renamed = services.rename_unit(unit=unit, by=desk.actor, at=clock.now(), **form.cleaned_data)
        return reverse("organization:unit_detail", args=[renamed.pk])

    back = reverse("organization:unit_detail", args=[unit.pk])
    return form_page(
        request, form, act, title=_("名称を変える"), submit=_("変更する"), back=back, lead=unit.name
    )


@staff_page("organization.change_unit", may=permissions.may_administer)
def unit_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a unit."""
    unit = own_unit(request, pk)
    require_change(request, unit)
    desk = desk_of_request(request)
    form = UnitClose(request.POST or None, unit=unit, day=desk.day, initial={"on": desk.day})
    here = reverse("organization:unit_detail", args=[unit.pk])

    def act() -> str:
        services.close_unit(
            unit=unit,
            successor=form.cleaned_data["successor"],
            on=form.cleaned_data["on"],
            by=desk.actor,
            at=clock.now(),
        )
        return here

    return form_page(
        request,
        form,
        act,
        title=_("組織を廃止する"),
        submit=_("廃止する"),
        back=here,
        lead=unit.name,
        danger=True,
        done=_("廃止を登録しました。"),
    )


@staff_page("organization.change_unit", may=permissions.may_administer)
def reorganisation(request: HttpRequest) -> HttpResponse:
    """Merge and split divisions: first which end and how many begin, then their names and successors."""
    desk = desk_of_request(request)
    start = ReorganisationStart(
        request.GET if "units" in request.GET else None,
        body=desk.body,
        day=desk.day,
        initial={"on": desk.day},
    )
    back = reverse("organization:unit_tree")
    if not (start.is_bound and start.is_valid()):
        context = {"form": start, "back_url": back, "breadcrumbs": crumbs(_("組織改正"))}
        return render(request, "organization/reorganisation_start.html", context)
    chosen = start.cleaned_data
    form = Reorganisation(
        request.POST or None, body=desk.body, ending=chosen["units"], count=chosen["count"], on=chosen["on"]
    )

    def act() -> str:
        services.reorganise(
            body=desk.body,
            ending=form.ending,
            beginning=form.beginning(),
            successors=form.successors(),
            on=chosen["on"],
            by=desk.actor,
            at=clock.now(),
        )
        return f"{back}?on={chosen['on']}"

    return form_page(
        request,
        form,
        act,
        title=_("組織改正"),
        submit=_("組織改正を登録する"),
        back=request.path,
        done=_("組織改正を登録しました。"),
        lead=_("%(on)s から") % {"on": chosen["on"]},
    )


@staff_page("organization.switch_post")
def post_switch(request: HttpRequest) -> HttpResponse:
    """Choose in which of one's posts one acts (兼務); the choice lasts for this sign-in."""
    desk = desk_of_request(request)
    held = queries.assignments_on(desk.staff, desk.day)
    choices = [(str(each.pk), f"{each.unit.name} {each.title}") for each in held]
    form = PostSwitch(request.POST or None, choices=choices, initial={"assignment": str(desk.assignment_id)})
    if request.method == "POST" and form.is_valid():
        request.session[ASSIGNMENT_SESSION_KEY] = int(form.cleaned_data["assignment"])
        return redirect(reverse("portal:after_sign_in"))
    context = {
        "form": form,
        "title": _("職を切り替える"),
        "submit_label": _("この職で仕事をする"),
        "breadcrumbs": crumbs(_("職を切り替える")),
    }
    return render(request, "organization/form.html", context, status=422 if form.errors else 200)

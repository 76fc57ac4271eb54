"""The editor: one screen per thing. Every save keeps the whole definition, complete or not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kencho.approvals import queries as approvals
from kencho.foundation import clock
from kencho.foundation.ui import Crumb, Tab, errors_of
from kencho.organization import queries as organization
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.queries import Desk
from kencho.procedures import editor, forms, permissions, queries, services
from kencho.procedures.models import Procedure, ProcedureVersion
from kencho.procedures.views._desk import crumbs, procedure_or_404

TABS = ("basics", "pages", "rules", "documents", "standards", "decisions", "flow", "yaml")


@dataclass(frozen=True)
class Bench:
    """What is being edited, and by whom."""

    desk: Desk
    procedure: Procedure
    version: ProcedureVersion

    @property
    def data(self) -> editor.Data:
        """The definition as it stands."""
        found: editor.Data = self.version.definition
        return found


EditorView = Callable[..., HttpResponse]


def _on_bench(view: EditorView) -> Callable[..., HttpResponse]:
    """Give the view the version in work, to those who may edit it."""

    @wraps(view)
    def opened(request: StaffRequest, code: str, **more: Any) -> HttpResponse:
        procedure = procedure_or_404(request, code)
        if not permissions.may_edit(request.desk, procedure):
            raise PermissionDenied
        version = queries.version_in_work(procedure)
        if version is None or version.state != ProcedureVersion.State.DRAFT:
            messages.warning(request, _("作成中の版がありません。変えるときは、次の版を作ってください。"))
            return redirect("procedures:procedure_desk", code)
        bench = Bench(request.desk, procedure, version)
        if view.__name__ != "edit_yaml" and editor.obstacles(bench.data):
            messages.warning(request, _("この定義の形は画面では扱えません。YAMLで直してください。"))
            return redirect("procedures:edit_yaml", code)
        try:
            return view(request, bench, **more)
        except editor.UnableToEdit as error:
            raise Http404(str(error)) from error

    return opened


def _choices(desk: Desk) -> forms.Choices:
    if permissions.may_administer(desk):
        offices = [(one.code, one.name) for one in organization.divisions_on(desk.body, desk.day)]
    else:
        offices = [(desk.division.code, desk.division.name)]
    routes = [(one.code, one.name) for one in approvals.routes_of(desk.body) if one.is_active]
    return forms.Choices(offices, routes)


def _frame(bench: Bench, name: str, page_id: str = "", key: str = "") -> dict[str, Any]:
    """What stands around every screen: tabs, findings, preview."""
    code = bench.procedure.code
    data = bench.data
    remarks = editor.remarks(data)
    first = data["pages"][0]["id"] if not editor.obstacles(data) and data["pages"] else ""
    shown = "pages" if name in {"page", "item"} else name
    words = {
        **{one.name: one.title for one in forms.SCREENS.values()},
        "pages": _("ページと項目"),
        "yaml": _("YAML"),
    }
    return {
        "procedure": bench.procedure,
        "version": bench.version,
        "revision": bench.version.revision,
        "tabs": [Tab(words[one], _url(code, one), current=one == shown) for one in TABS],
        "remarks": [(one, _url(code, one.screen, one.key)) for one in remarks],
        "error_count": sum(one.is_error for one in remarks),
        "here": [one for one in remarks if one.screen == name and one.key == key],
        "preview": editor.preview(data, page_id or first, focus=key),
        "preview_page": page_id or first,
        "breadcrumbs": crumbs(
            Crumb(bench.procedure.title, reverse("procedures:procedure_desk", args=[code])),
            Crumb(_("第%(n)s版を作る") % {"n": bench.version.number}),
        ),
    }


def _url(code: str, name: str, key: str = "") -> str:
    if name in {"pages", "yaml"}:
        return reverse(f"procedures:edit_{name}", args=[code])
    if key:
        return reverse("procedures:edit_part", args=[code, name, key])
    if name in {"page", "item"}:
        return reverse("procedures:edit_pages", args=[code])
    return reverse("procedures:edit_screen", args=[code, name])


def _revision(request: StaffRequest) -> int:
    written = request.POST.get("revision", "")
    return int(written) if written.isdecimal() and len(written) < 10 else -1


def _save(request: StaffRequest, bench: Bench, data: editor.Data) -> None:
    """Keep the new definition; raises UnableToSaveProcedure."""
    if not permissions.may_assign(bench.desk, str(data.get("office") or "")):
        raise services.UnableToSaveProcedure(_("ほかの所属に渡すことは、手続の管理者だけができます。"))
    services.save_version(
        version=bench.version,
        data=data,
        revision=_revision(request),
        by=bench.desk.actor,
        at=clock.now(),
    )


@staff_page("procedures.may_edit", may=permissions.may_create)
@require_http_methods(["GET", "POST"])
@_on_bench
def edit_screen(request: StaffRequest, bench: Bench, screen: str, key: str = "") -> HttpResponse:
    """One screen of forms."""
    made = _screen(bench, screen, key)
    if request.method != "POST":
        return _draw(request, bench, made)
    bound = _screen(bench, screen, key, request.POST)
    valid = bound.is_valid()
    if "preview" in request.GET:
        data = bound.applied() if valid else bench.data
        focus = bound.changed_key if valid and isinstance(bound, forms.ItemScreen) else key
        return _preview(request, data, made.page_id, focus)
    if not valid:
        return _draw(request, bench, bound, status=422)
    return _keep(request, bench, bound)


def _screen(bench: Bench, name: str, key: str, post: Any = None) -> forms.Screen:
    if name not in forms.SCREENS or (name in {"page", "item"}) != bool(key):
        raise editor.UnableToEdit(name)
    return forms.SCREENS[name](bench.data, post, key=key, choices=_choices(bench.desk))


def _keep(request: StaffRequest, bench: Bench, screen: forms.Screen) -> HttpResponse:
    action = request.POST.get("_action", "save")
    data = forms.act_on_rows(screen.applied(), action)
    key = screen.changed_key if isinstance(screen, forms.ItemScreen) else screen.key
    opened = _url(bench.procedure.code, screen.name, key)
    if isinstance(screen, forms.ItemScreen) and action.startswith("add_nested"):
        data, name, key = forms.act_on_pages(data, f"add_nested:{key}", request.POST)
        opened = _url(bench.procedure.code, name, key)
    try:
        _save(request, bench, data)
    except services.RevisionConflict as conflict:
        fresh = _screen(bench, screen.name, screen.key)
        context = {"conflict": str(conflict), "typed": screen.changed}
        return _draw(request, bench, fresh, status=409, **context)
    except services.UnableToSaveProcedure as refusal:
        messages.error(request, str(refusal))
        return _draw(request, bench, screen, status=422)
    if action in {"save", "back"}:
        messages.success(request, _("保存しました。"))
    if action == "back":
        return redirect("procedures:edit_pages", bench.procedure.code)
    return redirect(opened + _anchor(action))


def _anchor(action: str) -> str:
    """Down to the row that was touched."""
    _verb, _colon, rest = action.partition(":")
    return "#rows" if rest else ""


def _draw(
    request: StaffRequest, bench: Bench, screen: forms.Screen, *, status: int = 200, **more: Any
) -> HttpResponse:
    frame = _frame(bench, screen.name, screen.page_id, screen.key)
    nested = []
    if isinstance(screen, forms.ItemScreen) and screen.place.item["type"] == "group":
        nested = [
            (item, _url(bench.procedure.code, "item", item["id"])) for item in screen.place.item["items"]
        ]
    context = {
        **frame,
        "screen": screen,
        "blocks": screen.blocks(),
        "errors": screen.errors,
        "nested": nested,
        "nested_kinds": [one for one in forms.TYPES if one[0] not in {"group", "attachment"}],
        **more,
    }
    return render(request, "procedures/edit_screen.html", context, status=status)


def _preview(request: StaffRequest, data: editor.Data, page_id: str, focus: str) -> HttpResponse:
    first = data["pages"][0]["id"] if data["pages"] else ""
    found = editor.preview(data, page_id or first, focus=focus)
    return render(request, "procedures/_preview.html", {"preview": found})


@staff_page("procedures.may_edit", may=permissions.may_create)
@require_http_methods(["GET", "POST"])
@_on_bench
def edit_pages(request: StaffRequest, bench: Bench) -> HttpResponse:
    """All pages with their items: add, move, duplicate, remove."""
    status, conflict = 200, ""
    if request.method == "POST":
        try:
            data, name, key = forms.act_on_pages(bench.data, request.POST.get("_action", ""), request.POST)
            _save(request, bench, data)
        except services.RevisionConflict as refusal:
            status, conflict = 409, str(refusal)
        except services.UnableToSaveProcedure as refusal:
            messages.error(request, str(refusal))
        else:
            target = _url(bench.procedure.code, name, key if name == "item" else "")
            return redirect(target + (f"#{key}" if name == "pages" and key else ""))
    names = dict(forms.TYPES)
    wrong = {(one.screen, one.key) for one in editor.remarks(bench.data)}
    pages = [
        (
            page,
            _url(bench.procedure.code, "page", page["id"]),
            [
                (
                    item,
                    names.get(item["type"], item["type"]),
                    _url(bench.procedure.code, "item", item["id"]),
                    ("item", item["id"]) in wrong,
                )
                for item in page["items"]
            ],
        )
        for page in bench.data["pages"]
    ]
    context = {
        **_frame(bench, "pages"),
        "pages": pages,
        "kinds": forms.TYPES,
        "conflict": conflict,
    }
    return render(request, "procedures/edit_pages.html", context, status=status)


@staff_page("procedures.may_edit", may=permissions.may_create)
@require_http_methods(["GET", "POST"])
@_on_bench
def edit_yaml(request: StaffRequest, bench: Bench) -> HttpResponse:
    """The whole definition as text, for those who know the vocabulary."""
    form = forms.YamlForm(request.POST or None, initial={"text": editor.to_yaml(bench.data)})
    conflict = ""
    if form.is_valid():
        data = form.cleaned_data["text"]
        for one in editor.obstacles(data):
            form.add_error("text", f"{one.path}：{one.message}" if one.path else str(one.message))
        if form.is_valid():
            try:
                _save(request, bench, data)
            except services.RevisionConflict as refusal:
                conflict = str(refusal)
            except services.UnableToSaveProcedure as refusal:
                form.add_error("text", str(refusal))
            else:
                messages.success(request, _("保存しました。"))
                return redirect("procedures:edit_yaml", bench.procedure.code)
    context = {
        **_frame(bench, "yaml"),
        "form": form,
        "errors": errors_of(form) if form.is_bound else [],
        "conflict": conflict,
    }
    return render(request, "procedures/edit_yaml.html", context, status=_yaml_status(form, conflict))


def _yaml_status(form: forms.YamlForm, conflict: str) -> int:
    if conflict:
        return 409
    return 422 if form.is_bound else 200

"""One version: what changed, its files, its pages as applicants see them, its way to the approvers."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.ui import Crumb, Fact, FormError, Step, Steps, errors_of
from kencho.organization.access import StaffRequest, staff_page
from kencho.procedures import editor, forms, permissions, queries, services
from kencho.procedures.definition import Change, Compiled, DefinitionError, canonical, diff
from kencho.procedures.models import ProcedureVersion
from kencho.procedures.views._desk import crumbs, procedure_or_404, refuse, status_of

SALT = "procedures.preview"
CONFIRM = "confirm"
State = ProcedureVersion.State


def version_or_404(request: StaffRequest, code: str, number: int) -> ProcedureVersion:
    """A version of a procedure of the desk's body."""
    procedure = procedure_or_404(request, code)
    found = get_object_or_404(procedure.versions, number=number)
    found.procedure = procedure
    return found


def _crumbs(version: ProcedureVersion, *more: Crumb) -> list[Crumb]:
    procedure = version.procedure
    url = reverse("procedures:procedure_desk", args=[procedure.code])
    own = reverse("procedures:version_show", args=[procedure.code, version.number]) if more else ""
    name = _("第%(n)s版") % {"n": version.number}
    return crumbs(Crumb(procedure.title, url), Crumb(name, own), *more)


def changes(version: ProcedureVersion) -> tuple[ProcedureVersion | None, list[Change] | None]:
    """The version before and what changed since; None where the two cannot be compared."""
    before = queries.version_before(version)
    if before is None:
        return None, []
    try:
        return before, diff(before.definition, version.definition)
    except DefinitionError:
        return before, None


@staff_page("procedures.may_read")
@require_safe
def version_show(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """What a version says and how it differs from the one before."""
    version = version_or_404(request, code, number)
    before, found = changes(version)
    now = clock.now()
    return render(
        request,
        "procedures/version_show.html",
        {
            "version": version,
            "procedure": version.procedure,
            "status": status_of(version, now),
            "facts": _facts(version),
            "before": before,
            "changes": found,
            "remarks": editor.remarks(version.definition),
            "pages": _outline(version),
            "may_edit": permissions.may_submit(request.desk, version),
            "breadcrumbs": _crumbs(version),
        },
    )


def _facts(version: ProcedureVersion) -> list[Fact]:
    from django.utils.formats import date_format
    from django.utils.timezone import localtime

    def moment(at: Any) -> str:
        return date_format(localtime(at), "DATETIME_FORMAT") if at else ""

    made = [
        Fact(_("公開のはじまり"), moment(version.in_force_from)),
        Fact(_("公開のおわり"), moment(version.in_force_until)),
        Fact(_("理由"), version.reason),
        Fact(_("更新"), moment(version.updated_at)),
        Fact(_("ダイジェスト（SHA-256）"), version.digest),
    ]
    return [fact for fact in made if fact.text]


def _outline(version: ProcedureVersion) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(id, title, [(label, kind)]) of each page."""
    if editor.obstacles(version.definition):
        return []
    names = dict(forms.TYPES)
    return [
        (
            page["id"],
            str(page.get("title") or page["id"]),
            [
                (
                    str(item.get("label") or item.get("text") or item["id"]),
                    str(names.get(item["type"], item["type"])),
                )
                for item in page["items"]
            ],
        )
        for page in version.definition["pages"]
    ]


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@staff_page("procedures.may_read")
@require_safe
def version_yaml(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """The definition as YAML, for people and other governments."""
    version = version_or_404(request, code, number)
    content = editor.to_yaml(version.definition).encode()
    return _download(content, "application/yaml; charset=utf-8", f"{code}-v{number}.yaml")


@staff_page("procedures.may_read")
@require_safe
def version_json(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """The canonical JSON whose SHA-256 is the digest of the version."""
    version = version_or_404(request, code, number)
    return _download(canonical(version.definition), "application/json", f"{code}-v{number}.json")


@staff_page("procedures.may_submit", may=permissions.may_create)
@require_http_methods(["GET", "POST"])
def version_submit(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """公開の決裁を求める。"""
    version = version_or_404(request, code, number)
    if not permissions.may_submit(request.desk, version):
        raise PermissionDenied
    form = forms.SubmitForm(request.POST or None, initial={"reason": version.reason})
    remarks = editor.remarks(version.definition)
    if form.is_valid() and _submitted(request, version, form):
        messages.success(request, _("公開の決裁を求めました。決裁されると、公開されます。"))
        return redirect("procedures:procedure_desk", code)
    before, found = changes(version)
    return render(
        request,
        "procedures/version_submit.html",
        {
            "form": form,
            "errors": errors_of(form) if form.is_bound else [],
            "version": version,
            "procedure": version.procedure,
            "remarks": remarks,
            "blocked": any(one.is_error for one in remarks),
            "before": before,
            "changes": found,
            "breadcrumbs": _crumbs(version, Crumb(_("公開の決裁"))),
        },
        status=422 if form.is_bound else 200,
    )


def _submitted(request: StaffRequest, version: ProcedureVersion, form: forms.SubmitForm) -> bool:
    url = reverse("procedures:version_json", args=[version.procedure.code, version.number])
    try:
        services.submit_version(
            version=version, **form.cleaned_data, url=url, by=request.desk.actor, at=clock.now()
        )
    except services.UnableToSubmitVersion as refusal:
        form.add_error(None, str(refusal))
    except DefinitionError:
        form.add_error(None, _("直すところが残っているため、公開の決裁に進めません。"))
    else:
        return True
    return False


@staff_page("procedures.may_discard", may=permissions.may_create)
@require_POST
def version_discard(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """作成中の版を取りやめる。"""
    version = version_or_404(request, code, number)
    if not permissions.may_edit(request.desk, version.procedure):
        raise PermissionDenied
    try:
        services.discard_version(version=version, by=request.desk.actor, at=clock.now())
    except services.UnableToDiscardVersion as refusal:
        refuse(request, str(refusal))
    else:
        messages.success(request, _("第%(n)s版を取りやめました。") % {"n": number})
    return redirect("procedures:procedure_desk", code)


@staff_page("procedures.may_read")
@require_http_methods(["GET", "POST"])
def version_preview(request: StaffRequest, code: str, number: int, page: str) -> HttpResponse:
    """Go through the pages as an applicant would. Nothing is stored: the answers travel in the form, signed."""
    version = version_or_404(request, code, number)
    plan = editor.whole(version.definition)
    if plan is None:
        return _partial(request, version, page)
    answers = _answers(request)
    if request.method == "POST" and page != CONFIRM:
        return _step(request, version, plan, page, answers)
    return _show(request, version, plan, page, answers)


def _answers(request: StaffRequest) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(request.POST.get("_answers", ""), salt=SALT)
    except signing.BadSignature:
        return {}
    return found


def _partial(request: StaffRequest, version: ProcedureVersion, page: str) -> HttpResponse:
    """Pages of a definition with errors: each on its own, what has findings left out."""
    shown = editor.preview(version.definition, page)
    if shown.page is None and editor.obstacles(version.definition):
        raise Http404
    context = {"page": shown.page, "partial": True, "outline": _outline(version), "current": page}
    return render(request, "procedures/version_preview.html", {**_frame(version), **context})


def _frame(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "version": version,
        "procedure": version.procedure,
        "breadcrumbs": _crumbs(version, Crumb(_("プレビュー"))),
    }


def _step(
    request: StaffRequest, version: ProcedureVersion, plan: Compiled, page: str, answers: dict[str, Any]
) -> HttpResponse:
    if page not in {one.id for one in plan.visible_pages(answers)}:
        raise Http404
    reading = plan.read_page(page, request.POST, answers)
    answers = plan.merge(answers, reading.values)
    # Files are not taken in a preview, so their absence is no error here.
    errors = [one for one in reading.errors if not _is_file(plan, one.item_id)]
    if reading.action == "next" and not errors and not reading.revealed:
        following = plan.next_page(page, answers)
        return _show(request, version, plan, following.id if following else CONFIRM, answers)
    shown = errors if reading.action == "next" else []
    return _show(request, version, plan, page, answers, raw=reading.raw, errors=shown)


def _is_file(plan: Compiled, item_id: str) -> bool:
    try:
        return plan.item(item_id).type == "attachment"
    except KeyError:
        return False


def _show(
    request: StaffRequest,
    version: ProcedureVersion,
    plan: Compiled,
    page: str,
    answers: dict[str, Any],
    *,
    raw: Any = None,
    errors: Any = (),
) -> HttpResponse:
    pages = plan.visible_pages(answers)
    names = [one.id for one in pages] + [CONFIRM]
    if page not in names:
        raise Http404
    steps = Steps([*(Step(one.title_text()) for one in pages), Step(_("確認"))], names.index(page) + 1)
    view = None if page == CONFIRM else plan.page_view(page, answers, raw, errors)
    missing = [one for one in plan.validate(answers).errors if not _is_file(plan, one.item_id)]
    return render(
        request,
        "procedures/version_preview.html",
        {
            **_frame(version),
            "page": view,
            "steps": steps,
            "current": page,
            "outline": _outline(version),
            "answers": signing.dumps(answers, salt=SALT, compress=True),
            "field_errors": list(errors),
            "sections": plan.sections(answers) if view is None else [],
            "missing": [FormError(one.message) for one in missing] if view is None else [],
            "url": reverse("procedures:version_preview", args=[version.procedure.code, version.number, page]),
        },
        status=422 if errors else 200,
    )

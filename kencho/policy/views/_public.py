"""Pages of policy evaluation for the public: what is published, and the live figures beside it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.foundation import clock
from kencho.foundation.access import public
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb
from kencho.organization.models import Body
from kencho.policy import dashboard, queries
from kencho.policy.documents import layout_of
from kencho.policy.models import Plan, PolicyNode, SheetRevision
from kencho.policy.queries import Branch
from kencho.policy.views._common import public_measure_or_404
from kencho.policy.views._files import file_of
from kencho.policy.views._glance import glance_context


def _crumbs(office: Body, *more: Crumb) -> list[Crumb]:
    return [
        Crumb(office.name, f"/{office.slug}/"),
        Crumb(_("政策評価"), reverse("policy:policy_list", args=[office.slug]) if more else ""),
        *more,
    ]


def measure_crumb(measure: PolicyNode) -> Crumb:
    """The public page of a measure as a step of the way."""
    office = measure.plan.body
    return Crumb(str(measure), reverse("policy:measure_show", args=[office.slug, measure.code]))


def measure_way(measure: PolicyNode, *more: Crumb) -> list[Crumb]:
    """The way to something below the public page of a measure."""
    return _crumbs(measure.plan.body, measure_crumb(measure), *more)


@public("published evaluation of policies")
@require_safe
def policy_list(request: HttpRequest, body: str) -> HttpResponse:
    """政策 > 施策 > 基本事業 > 事務事業, as far as it is published."""
    office = get_object_or_404(Body, slug=body)
    measures = list(queries.public_measures(office).select_related("plan"))
    plans: dict[int, Plan] = {measure.plan_id: measure.plan for measure in measures}
    shown = {measure.pk for measure in measures}
    return render(
        request,
        "policy/policy_list.html",
        {
            "body": office,
            "trees": [(plan, _published(queries.tree_of(plan), shown)) for plan in plans.values()],
            "shown": shown,
            "breadcrumbs": _crumbs(office),
        },
    )


def _published(branches: list[Branch], shown: set[int]) -> list[Branch]:
    """The branches that are, or lead to, a published measure."""
    kept = []
    for branch in branches:
        if branch.node.is_measure:
            if branch.node.pk in shown:
                kept.append(branch)
            continue
        below = _published(list(branch.children), shown)
        if below:
            kept.append(Branch(branch.node, branch.lead, branch.indicators, tuple(below)))
    return kept


@public("published evaluation of a measure")
@require_safe
def measure_show(request: HttpRequest, body: str, code: str) -> HttpResponse:
    """施策 at a glance."""
    measure = public_measure_or_404(body, code)
    at = clock.now()
    revision = _newest(measure)
    published = queries.sheet_of_revision(revision)
    live = queries.sheet_of(measure, revision.sheet_year, at=at, live=True)
    sheet = dashboard.overlaid(published, live)
    return render(
        request,
        "policy/measure_show.html",
        {
            **glance_context(request, measure, sheet, at, with_parts=True),
            # The form is shown as it was published, without the live figures.
            "layout": layout_of(published),
            "body": measure.plan.body,
            "revision": revision,
            "has_live": sheet != published,
            "revisions": [(each, title_of(each)) for each in queries.published_revisions(measure)],
            "programs": queries.programs_of(measure),
            "breadcrumbs": _crumbs(measure.plan.body, Crumb(str(measure))),
        },
    )


def title_of(revision: SheetRevision) -> str:
    """令和3年度 確定 第2版."""
    return _("%(year)s %(stage)s 第%(n)s版") % {
        "year": FiscalYear(revision.sheet_year).label,
        "stage": revision.get_stage_display(),
        "n": revision.number,
    }


def _newest(measure: PolicyNode) -> SheetRevision:
    found = queries.published_revision(measure)
    if found is None:
        raise Http404
    return found


def _revision(body: str, code: str, year: int, number: int) -> SheetRevision:
    measure = public_measure_or_404(body, code)
    found = SheetRevision.objects.filter(
        node=measure, sheet_year=year, number=number, state=SheetRevision.State.PUBLISHED
    )
    return get_object_or_404(found.select_related("node__plan__body"))


@public("published sheet of a measure")
@require_safe
def sheet_show(request: HttpRequest, body: str, code: str, year: int, number: int) -> HttpResponse:
    """One published revision in the office's own form."""
    revision = _revision(body, code, year, number)
    sheet = queries.sheet_of_revision(revision)
    title = title_of(revision)
    return render(
        request,
        "policy/sheet_show.html",
        {
            "body": revision.node.plan.body,
            "revision": revision,
            "sheet": sheet,
            "layout": layout_of(sheet),
            "title": title,
            "breadcrumbs": measure_way(revision.node, Crumb(title)),
        },
    )


@public("published sheet of a measure as a file")
@require_safe
def sheet_file(request: HttpRequest, body: str, code: str, year: int, number: int, form: str) -> HttpResponse:
    """One published revision as PDF, Word, Excel, CSV or XML; always the same bytes."""
    revision = _revision(body, code, year, number)
    sheet = queries.sheet_of_revision(revision)
    return file_of(sheet, form, at=revision.published_at or revision.made_at)

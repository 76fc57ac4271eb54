"""Plans and their trees as they stand in a fiscal year."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, QuerySet

from kencho.foundation.fiscal import FiscalYear
from kencho.organization import queries as organization
from kencho.organization.models import Body, Unit
from kencho.policy.models import NodeLead, Plan, PolicyNode, SheetRevision


def plans_of(body: Body) -> QuerySet[Plan]:
    """All plans of a body, the newest first."""
    return Plan.objects.filter(body=body).select_related("body")


def plan_of(body: Body, code: str) -> Plan | None:
    """The plan with this code."""
    return plans_of(body).filter(code=code).first()


def plan_in(body: Body, year: int) -> Plan | None:
    """The plan in force in a fiscal year; the newest when several overlap."""
    return plans_of(body).filter(fy_from__lte=year, fy_to__gte=year).first()


def nodes_of(body: Body) -> QuerySet[PolicyNode]:
    """All nodes of a body, with their plan."""
    return PolicyNode.objects.filter(plan__body=body).select_related("plan__body", "parent")


def measures_of(body: Body) -> QuerySet[PolicyNode]:
    """The measures (施策) of a body by plan and code."""
    return nodes_of(body).filter(level=PolicyNode.Level.MEASURE).order_by("-plan__fy_from", "code", "id")


def measure_of(body: Body, code: str, year: int | None = None) -> PolicyNode | None:
    """The measure with this code that is valid in a fiscal year; without a year the one of the newest plan."""
    found = measures_of(body).filter(code=code)
    if year is not None:
        found = found.filter(fy_from__lte=year, fy_to__gte=year)
    return found.first()


def programs_of(measure: PolicyNode) -> list[PolicyNode]:
    """基本事業 of a measure by code."""
    return list(measure.children.filter(level=PolicyNode.Level.PROGRAM).order_by("code"))


def public_measures(body: Body) -> QuerySet[PolicyNode]:
    """Measures of which a sheet is published."""
    published = SheetRevision.objects.filter(node=OuterRef("pk"), state=SheetRevision.State.PUBLISHED)
    return measures_of(body).filter(Exists(published))


@dataclass(frozen=True)
class Branch:
    """A node in the tree of a fiscal year, with the printed name of its lead and how many indicators it has."""

    node: PolicyNode
    lead: str
    indicators: int = 0
    children: tuple["Branch", ...] = ()


def tree_of(plan: Plan, year: int | None = None) -> list[Branch]:
    """The tree of a plan in a fiscal year (by default its last); three queries at any size."""
    wanted = plan.fy_to if year is None else year
    nodes = list(
        PolicyNode.objects.filter(plan=plan, fy_from__lte=wanted, fy_to__gte=wanted).order_by("code", "id")
    )
    leads = leads_in(nodes, wanted)
    counts: dict[int, int] = {}
    for node_id in (
        PolicyNode.objects.filter(plan=plan).exclude(indicators=None).values_list("pk", "indicators__pk")
    ):
        counts[node_id[0]] = counts.get(node_id[0], 0) + 1
    below: dict[int | None, list[PolicyNode]] = {}
    present = {node.pk for node in nodes}
    for node in nodes:
        below.setdefault(node.parent_id if node.parent_id in present else None, []).append(node)

    def branch(node: PolicyNode) -> Branch:
        lead = leads.get(node.pk)
        made = Branch(node, lead.name if lead else "", counts.get(node.pk, 0))
        return replace(made, children=tuple(branch(child) for child in below.get(node.pk, [])))

    return [branch(node) for node in below.get(None, [])]


def leads_in(nodes: Iterable[PolicyNode], year: int) -> dict[int, NodeLead]:
    """Who leads each node in a fiscal year, by node id; the newest record of the latest year counts."""
    rows = (
        NodeLead.objects.filter(node__in=[node.pk for node in nodes], from_year__lte=year)
        .select_related("unit")
        .order_by("from_year", "pk")
    )
    return {row.node_id: row for row in rows}


def lead_of(node: PolicyNode, year: int) -> NodeLead | None:
    """Who leads a node in a fiscal year."""
    return leads_in([node], year).get(node.pk)


def unit_named(body: Body, name: str, year: int) -> Unit | None:
    """The department or division of this name that exists on the first day of a fiscal year."""
    units = Unit.objects.filter(organization.valid_on(FiscalYear(year).start), body=body, name=name)
    # A department stands above a division of the same name.
    return units.order_by("level", "code").first()

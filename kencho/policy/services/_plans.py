"""計画と政策体系: plans, nodes, who leads them, what they want to have reached."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body, Unit
from kencho.policy import permissions, profiles, queries
from kencho.policy.models import DesiredState, NodeLead, Plan, PolicyNode
from kencho.policy.services._errors import UnableToEditPlan

ORDER = (
    PolicyNode.Level.POLICY,
    PolicyNode.Level.MEASURE,
    PolicyNode.Level.PROGRAM,
    PolicyNode.Level.PROJECT,
)


@dataclass(frozen=True)
class PlanFacts:
    """What a plan says about itself."""

    name: str
    fy_from: int
    fy_to: int
    profile: str = profiles.DEFAULT
    kpi_mode: str = Plan.KpiMode.TARGET
    predecessor: Plan | None = None
    marking: str = ""


@dataclass(frozen=True)
class NodeFacts:
    """What a node of the tree says about itself; without years it stands as long as its plan."""

    name: str
    fy_from: int | None = None
    fy_to: int | None = None
    predecessor: PolicyNode | None = None


def _check_plan(body: Body, facts: PlanFacts) -> None:
    if not facts.name.strip():
        raise UnableToEditPlan("empty", "name")
    if facts.fy_to < facts.fy_from:
        raise UnableToEditPlan("wrong_period", "fy_to")
    if not profiles.known(facts.profile):
        raise UnableToEditPlan("unknown_profile", "profile", profile=facts.profile)
    if facts.predecessor is not None and facts.predecessor.body_id != body.pk:
        raise UnableToEditPlan("unit_of_other_body", "predecessor")


@transaction.atomic
def create_plan(*, body: Body, code: str, facts: PlanFacts, by: Actor, at: datetime) -> Plan:
    """計画を作る. Raises UnableToEditPlan."""
    permissions.require(permissions.may_plan(by, body))
    _check_plan(body, facts)
    if queries.plan_of(body, code) is not None:
        raise UnableToEditPlan("code_taken", "code")
    plan = Plan(body=body, code=code)
    _fill(plan, facts)
    plan.save(force_insert=True)
    audit.record("policy.plan.create", plan, by=by, at=at, label=plan.name, body=body.code)
    return plan


@transaction.atomic
def edit_plan(*, plan: Plan, facts: PlanFacts, by: Actor, at: datetime) -> Plan:
    """計画を直す. Its nodes must stay within its years. Raises UnableToEditPlan."""
    permissions.require(permissions.may_plan(by, plan.body))
    _check_plan(plan.body, facts)
    outside = plan.nodes.exclude(fy_from__gte=facts.fy_from, fy_to__lte=facts.fy_to)
    if outside.exists():
        raise UnableToEditPlan("beyond_plan", "fy_from", first=facts.fy_from, last=facts.fy_to)
    _fill(plan, facts)
    plan.save()
    audit.record("policy.plan.edit", plan, by=by, at=at, label=plan.name, body=plan.body.code)
    return plan


def _fill(plan: Plan, facts: PlanFacts) -> None:
    plan.name, plan.fy_from, plan.fy_to = facts.name.strip(), facts.fy_from, facts.fy_to
    plan.profile, plan.kpi_mode, plan.predecessor = facts.profile, facts.kpi_mode, facts.predecessor
    plan.marking = facts.marking.strip()


@transaction.atomic
def create_node(
    *,
    plan: Plan,
    level: str,
    code: str,
    facts: NodeFacts,
    by: Actor,
    at: datetime,
    parent: PolicyNode | None = None,
) -> PolicyNode:
    """政策体系に加える. A measure may stand without a policy above it. Raises UnableToEditPlan."""
    permissions.require(permissions.may_plan(by, plan.body))
    _check_parent(plan, level, parent)
    node = PolicyNode(plan=plan, level=level, code=code.strip(), parent=parent)
    _fill_node(node, facts)
    try:
        with transaction.atomic():
            node.save(force_insert=True)
    except IntegrityError:
        raise UnableToEditPlan("code_taken", "code") from None
    audit.record("policy.node.create", node, by=by, at=at, label=str(node), body=plan.body.code)
    return node


@transaction.atomic
def edit_node(*, node: PolicyNode, facts: NodeFacts, by: Actor, at: datetime) -> PolicyNode:
    """名称・期間を直す. The code stays: it names the node over the years. Raises UnableToEditPlan."""
    permissions.require(permissions.may_edit(by, node))
    _fill_node(node, facts)
    node.save()
    audit.record("policy.node.edit", node, by=by, at=at, label=str(node), body=node.plan.body.code)
    return node


def _check_parent(plan: Plan, level: str, parent: PolicyNode | None) -> None:
    wanted = PolicyNode.Level(level)
    place = ORDER.index(wanted)
    if parent is None:
        if wanted not in {PolicyNode.Level.POLICY, PolicyNode.Level.MEASURE}:
            raise UnableToEditPlan("wrong_level", "parent", parent=plan.name, child=wanted.label)
        return
    if parent.plan_id != plan.pk or ORDER.index(PolicyNode.Level(parent.level)) != place - 1:
        raise UnableToEditPlan("wrong_level", "parent", parent=parent.name, child=wanted.label)


def _fill_node(node: PolicyNode, facts: NodeFacts) -> None:
    plan = node.plan
    first = plan.fy_from if facts.fy_from is None else facts.fy_from
    last = plan.fy_to if facts.fy_to is None else facts.fy_to
    if not facts.name.strip() or not node.code:
        raise UnableToEditPlan("empty", "name" if node.code else "code")
    if last < first:
        raise UnableToEditPlan("wrong_period", "fy_to")
    if first < plan.fy_from or last > plan.fy_to:
        raise UnableToEditPlan("beyond_plan", "fy_from", first=plan.fy_from, last=plan.fy_to)
    if facts.predecessor is not None and facts.predecessor.plan.body_id != plan.body_id:
        raise UnableToEditPlan("unit_of_other_body", "predecessor")
    node.name, node.fy_from, node.fy_to = facts.name.strip(), first, last
    node.predecessor = facts.predecessor


@transaction.atomic
def assign_lead(
    *, node: PolicyNode, name: str, from_year: int, by: Actor, at: datetime, unit: Unit | None = None
) -> NodeLead:
    """主担当を決める from a fiscal year on. What was said before stays in the history. Raises UnableToEditPlan."""
    permissions.require(permissions.may_edit(by, node))
    if unit is not None and unit.body_id != node.plan.body_id:
        raise UnableToEditPlan("unit_of_other_body", "unit")
    said = name.strip() or (unit.name if unit else "")
    if not said:
        raise UnableToEditPlan("empty", "name")
    lead = NodeLead.objects.create(node=node, unit=unit, name=said, from_year=from_year, recorded_at=at)
    audit.record(
        "policy.node.assign_lead",
        node,
        by=by,
        at=at,
        label=str(node),
        body=node.plan.body.code,
        details={"lead": said, "from_year": from_year},
    )
    return lead


@transaction.atomic
def set_desired_state(
    *, node: PolicyNode, heading: str, as_of: date, text: str, by: Actor, at: datetime
) -> DesiredState:
    """めざす姿を書く. Raises UnableToEditPlan."""
    permissions.require(permissions.may_edit(by, node))
    if not text.strip():
        raise UnableToEditPlan("empty", "text")
    state, _created = DesiredState.objects.update_or_create(
        node=node, defaults={"heading": heading.strip(), "as_of": as_of, "text": text.strip()}
    )
    audit.record("policy.node.describe", node, by=by, at=at, label=str(node), body=node.plan.body.code)
    return state

"""目標項目: their definitions and bindings, baselines and targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from kencho.audit import services as audit
from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.foundation.indicators import IndicatorSpec, Parameter
from kencho.policy import permissions, queries
from kencho.policy.events import DefinitionChanged, TargetSet
from kencho.policy.models import (
    Baseline,
    Indicator,
    IndicatorDefinition,
    MissingReason,
    PolicyNode,
    Snapshot,
    Target,
)
from kencho.policy.rules import Direction, Missing, Range, RuleError, is_met
from kencho.policy.services._errors import UnableToBind, UnableToDefine, UnableToSetTarget

FIXED = ("unit", "decimals", "direction", "measure")
"""What a recorded figure means; it cannot change under it."""


@dataclass(frozen=True)
class IndicatorFacts:
    """What an indicator says about itself."""

    name: str
    role: str
    unit: str
    measure: str
    decimals: int = 0
    direction: str = Indicator.Direction.HIGHER
    stage: str = ""
    order: int = 0
    ended_year: int | None = None


@dataclass(frozen=True)
class Binding:
    """Which declared indicator is counted, with the chosen codes of its parameters; no code: recorded by hand."""

    code: str = ""
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def plain(self) -> dict[str, list[str]]:
        """As it is stored; parameters without a choice are left out."""
        return {code: list(values) for code, values in sorted(self.parameters.items()) if values}


@transaction.atomic
def create_indicator(
    *, node: PolicyNode, code: str, facts: IndicatorFacts, by: Actor, at: datetime
) -> Indicator:
    """目標項目を作る. It needs a definition before it can be counted. Raises UnableToDefine."""
    permissions.require(permissions.may_edit(by, node))
    if not node.is_measure:
        raise UnableToDefine("not_a_measure")
    indicator = Indicator(node=node, code=code.strip())
    _fill(indicator, facts)
    try:
        with transaction.atomic():
            indicator.save(force_insert=True)
    except IntegrityError:
        raise UnableToDefine("code_taken", "code") from None
    _audit_create(indicator, by, at)
    return indicator


def _audit_create(indicator: Indicator, by: Actor, at: datetime) -> None:
    body = indicator.node.plan.body.code
    audit.record("policy.indicator.create", indicator, by=by, at=at, label=indicator.name, body=body)


@transaction.atomic
def edit_indicator(*, indicator: Indicator, facts: IndicatorFacts, by: Actor, at: datetime) -> Indicator:
    """目標項目を直す. Unit, decimals, direction and measure stay once figures are recorded. Raises UnableToDefine."""
    permissions.require(permissions.may_edit(by, indicator.node))
    changed = [name for name in FIXED if getattr(indicator, name) != getattr(facts, name)]
    if changed and indicator.actuals.filter(value__isnull=False).exists():
        raise UnableToDefine("has_figures", changed[0])
    _fill(indicator, facts)
    indicator.save()
    body = indicator.node.plan.body.code
    audit.record("policy.indicator.edit", indicator, by=by, at=at, label=indicator.name, body=body)
    return indicator


def _fill(indicator: Indicator, facts: IndicatorFacts) -> None:
    if not facts.name.strip() or not indicator.code:
        raise UnableToDefine("empty", "name" if indicator.code else "code")
    for name in ("role", "unit", "measure", "decimals", "direction", "stage", "order", "ended_year"):
        setattr(indicator, name, getattr(facts, name))
    indicator.name = facts.name.strip()


@transaction.atomic
def define(
    *,
    indicator: Indicator,
    effective_year: int,
    explanation: str,
    binding: Binding,
    by: Actor,
    at: datetime,
    reason: str = "",
    must_be_bound: bool = True,
) -> IndicatorDefinition:
    """定義する, or define anew: a later version closes the series of the one before it (rule REV).

    A change in mid-year takes effect for that whole fiscal year; figures of that year are then computed both ways,
    older years stay under the old version. ``must_be_bound`` is off for imports, which keep a code that no app
    declares here. Raises UnableToDefine, UnableToBind.
    """
    permissions.require(permissions.may_edit(by, indicator.node))
    known = list(indicator.definitions.order_by("version"))
    if known:
        _check_later(known[-1], effective_year, reason)
    check_binding(indicator.node.plan.body.code, binding, must_be_bound=must_be_bound)
    definition = IndicatorDefinition.objects.create(
        indicator=indicator,
        version=known[-1].version + 1 if known else 1,
        effective_year=effective_year,
        explanation=explanation.strip(),
        binding_code=binding.code,
        parameters=binding.plain(),
        reason=reason.strip(),
        recorded_at=at,
        recorded_by=by.name,
    )
    _audit_definition(definition, by, at)
    if known:
        _tell_definition(definition, at)
    return definition


def _check_later(running: IndicatorDefinition, effective_year: int, reason: str) -> None:
    if effective_year <= running.effective_year:
        raise UnableToDefine("not_later", str(effective_year), year=running.effective_year)
    if not reason.strip():
        raise UnableToDefine("empty", "reason")


def _audit_definition(definition: IndicatorDefinition, by: Actor, at: datetime) -> None:
    indicator = definition.indicator
    audit.record(
        "policy.indicator.define",
        indicator,
        by=by,
        at=at,
        label=indicator.name,
        body=indicator.node.plan.body.code,
        details={
            "version": definition.version,
            "effective_year": definition.effective_year,
            "binding": definition.binding_code,
        },
    )


def _tell_definition(definition: IndicatorDefinition, at: datetime) -> None:
    events.publish(
        DefinitionChanged(
            indicator_id=definition.indicator_id,
            version=definition.version,
            effective_year=definition.effective_year,
            recorded_at=at,
        ),
        at=at,
        body=definition.indicator.node.plan.body.code,
    )


@transaction.atomic
def bind(
    *, definition: IndicatorDefinition, binding: Binding, by: Actor, at: datetime
) -> IndicatorDefinition:
    """結び付ける: choose what is counted, as long as nothing was frozen by this version. Raises UnableToBind."""
    permissions.require(permissions.may_edit(by, definition.indicator.node))
    if Snapshot.objects.filter(definition=definition).exists():
        raise UnableToBind("has_figures", "binding")
    check_binding(definition.indicator.node.plan.body.code, binding)
    definition.binding_code, definition.parameters = binding.code, binding.plain()
    definition.save(update_fields=["binding_code", "parameters"])
    _audit_definition(definition, by, at)
    return definition


def check_binding(body: str, binding: Binding, *, must_be_bound: bool = True) -> None:
    """Whether the indicator is declared and every choice is one of its parameters. Raises UnableToBind."""
    if not binding.code:
        return
    if not must_be_bound:
        return
    spec = queries.spec_of(binding.code)
    if spec is None:
        raise UnableToBind("not_declared", binding.code)
    known = {parameter.code for parameter in spec.parameters}
    for code in binding.parameters:
        if code not in known:
            raise UnableToBind("parameter_unknown", code, parameter=code)
    _check_choices(body, spec, binding)


def _check_choices(body: str, spec: IndicatorSpec, binding: Binding) -> None:
    for parameter in spec.parameters:
        chosen = tuple(binding.parameters.get(parameter.code, ()))
        if parameter.is_required and not chosen and not parameter.default:
            raise UnableToBind("parameter_missing", parameter.code, parameter=parameter.label)
        if len(chosen) > 1 and not parameter.is_multiple:
            raise UnableToBind("parameter_single", parameter.code, parameter=parameter.label)
        _check_values(body, parameter, chosen)


def _check_values(body: str, parameter: Parameter, chosen: Sequence[str]) -> None:
    choices = {value for value, _label in parameter.choices(body)} if chosen else set()
    for value in chosen:
        if value not in choices:
            raise UnableToBind("parameter_value", parameter.code, parameter=parameter.label, value=value)


@transaction.atomic
def set_baseline(
    *,
    indicator: Indicator,
    year: int,
    value: Decimal | Missing,
    by: Actor,
    at: datetime,
    snapshot: Snapshot | None = None,
) -> Baseline:
    """現状値を決める; what was said before stays in the history. Raises UnableToSetTarget."""
    permissions.require(permissions.may_edit(by, indicator.node))
    number, missing = stored(value)
    baseline = Baseline.objects.create(
        indicator=indicator,
        year=year,
        value=number,
        missing=missing,
        snapshot=snapshot,
        recorded_at=at,
        recorded_by=by.name,
    )
    audit.record(
        "policy.indicator.set_baseline",
        indicator,
        by=by,
        at=at,
        label=indicator.name,
        body=indicator.node.plan.body.code,
        details={"year": year, "value": str(value)},
    )
    return baseline


def stored(value: Decimal | Missing) -> tuple[Decimal | None, str]:
    """A figure as a row keeps it: the number, or the reason why there is none. Raises UnableToSetTarget."""
    if isinstance(value, Missing):
        return None, MissingReason(value.value)
    if not value.is_finite():
        raise UnableToSetTarget("not_finite", str(value))
    return value, ""


@transaction.atomic
def set_target(
    *,
    indicator: Indicator,
    year: int,
    value: Decimal | Range | Missing,
    by: Actor,
    at: datetime,
    rationale: str = "",
    kind: str = Target.Kind.OFFICIAL,
) -> Target:
    """目標値を決める. Rows are only added; a harder target than the one before is told as raised.

    A `Range` only for indicators whose direction is a range, a number only for the others. Raises UnableToSetTarget.
    """
    permissions.require(permissions.may_edit(by, indicator.node))
    if year not in indicator.node.plan.years:
        plan = indicator.node.plan
        raise UnableToSetTarget("beyond_plan", str(year), first=plan.fy_from, last=plan.fy_to)
    before = queries.series_of_indicator(indicator, at).target_in(year)
    raised = is_raised(before, value, Direction(indicator.direction))
    low = value.low if isinstance(value, Range) else value
    number, missing = stored(low)
    target = Target.objects.create(
        indicator=indicator,
        year=year,
        kind=kind,
        value=number,
        upper=value.high if isinstance(value, Range) else None,
        missing=missing,
        rationale=rationale.strip(),
        recorded_at=at,
        recorded_by=by.name,
    )
    audit.record(
        "policy.indicator.set_target",
        indicator,
        by=by,
        at=at,
        label=indicator.name,
        body=indicator.node.plan.body.code,
        details={"year": year, "value": str(low), "kind": kind, "raised": raised},
    )
    if kind == Target.Kind.OFFICIAL:
        told = TargetSet(indicator_id=indicator.pk, year=year, is_raised=raised, recorded_at=at)
        events.publish(told, at=at, body=indicator.node.plan.body.code)
    return target


def is_raised(
    before: Decimal | Range | Missing, now: Decimal | Range | Missing, direction: Direction
) -> bool:
    """Whether a target became harder: the old one, taken as an actual, would miss the new one."""
    if (direction is Direction.RANGE) != isinstance(now, Range) and not isinstance(now, Missing):
        wrong = RuleError("range_needed" if direction is Direction.RANGE else "number_needed", "目標値")
        raise UnableToSetTarget.by_rule(wrong)
    if isinstance(before, Missing) or isinstance(now, Missing):
        return False
    if isinstance(before, Range):
        return not (is_met(before.low, now, direction) and is_met(before.high, now, direction))
    return not is_met(before, now, direction)

"""Indicators: definitions that follow each other, bindings that fit, targets that are only added (rules REV, BIND)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from kencho.foundation.actors import Actor
from kencho.foundation.indicators import Measure, Parameter
from kencho.organization.testing import Cast, actor
from kencho.policy import queries, services
from kencho.policy.models import Indicator, PolicyNode, Target
from kencho.policy.rules import Direction, Missing
from kencho.policy.services._indicators import is_raised
from kencho.policy.testing import SETUP, Ledger, declared
from kencho.policy.tests.conftest import NOW


def redefine(indicator: Indicator, year: int, **more: object) -> None:
    given = {"explanation": "新しい数え方", "binding": services.Binding(), "reason": "様式の改正", **more}
    services.define(indicator=indicator, effective_year=year, by=SETUP, at=NOW, **given)  # type: ignore[arg-type]  # fields of one verb


def test_a_new_version_closes_the_series(received: Indicator) -> None:
    redefine(received, 2022)
    series = queries.series_of_indicator(received, NOW)
    versions = {year: each.version for year in range(2020, 2024) if (each := series.definition_in(year))}
    # The old years stay under the old version; the year of the change is computed both ways.
    assert versions == {2020: 1, 2021: 1, 2022: 2, 2023: 2}
    overlapping = {year: series.overlapping_in(year) for year in range(2020, 2024)}
    assert [year for year, each in overlapping.items() if each] == [2022]
    assert overlapping[2022] is not None
    assert overlapping[2022].version == 1


def test_a_change_needs_a_reason_and_a_later_year(received: Indicator) -> None:
    for year, more in ((2020, {}), (2019, {}), (2022, {"reason": " "})):
        with pytest.raises(services.UnableToDefine):
            redefine(received, year, **more)
    assert received.definitions.count() == 1


def test_the_sheet_tells_the_version(received: Indicator, measure: PolicyNode) -> None:
    redefine(received, 2021)
    found = queries.sheet_of(measure, 2021, at=NOW).secondary[1]
    assert (found.definition_version, found.explanation) == (2, "新しい数え方")


def test_what_is_recorded_keeps_its_meaning(received: Indicator) -> None:
    facts = services.IndicatorFacts(name="件数", role="secondary", unit="人", measure="flow_sum", order=2)
    assert services.edit_indicator(indicator=received, facts=facts, by=SETUP, at=NOW).unit == "人"
    services.record_actual(
        indicator=received, entry=services.Entry(2020, Decimal(1), "confirmed", NOW), by=SETUP, at=NOW
    )
    other = services.IndicatorFacts(name="件数", role="secondary", unit="件", measure="flow_sum")
    with pytest.raises(services.UnableToDefine) as refused:
        services.edit_indicator(indicator=received, facts=other, by=SETUP, at=NOW)
    assert (refused.value.code, refused.value.cell) == ("has_figures", "unit")


CHOICES = [("online", "オンライン"), ("paper", "紙")]
SPEC_PARAMETERS = (
    Parameter("channels", "経路", lambda body: CHOICES, is_multiple=True, is_required=True),
    Parameter("one", "一つ", lambda body: CHOICES),
)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "parameter_missing"),
        ({"channels": ["fax"]}, "parameter_value"),
        ({"channels": ["online"], "colour": ["red"]}, "parameter_unknown"),
        ({"channels": ["online"], "one": ["online", "paper"]}, "parameter_single"),
    ],
)
def test_a_binding_must_fit(
    received: Indicator, ledger: Ledger, parameters: dict[str, list[str]], code: str
) -> None:
    with declared({"x": ledger.spec("x", Measure.FLOW, parameters=SPEC_PARAMETERS)}):
        with pytest.raises(services.UnableToBind) as refused:
            services.bind(
                definition=received.definitions.get(),
                binding=services.Binding("x", parameters),
                by=SETUP,
                at=NOW,
            )
        assert refused.value.code == code
        assert refused.value.message


def test_a_good_binding_is_counted(received: Indicator, ledger: Ledger) -> None:
    with declared({"x": ledger.spec("x", Measure.FLOW, parameters=SPEC_PARAMETERS)}):
        bound = services.bind(
            definition=received.definitions.get(),
            binding=services.Binding("x", {"channels": ["online"], "one": []}),
            by=SETUP,
            at=NOW,
        )
        assert (bound.binding_code, bound.parameters) == ("x", {"channels": ["online"]})
        assert queries.unbound_reason(bound) == ""
    with declared({"x": ledger.spec("x", Measure.FLOW, parameters=())}):
        assert "channels" in queries.unbound_reason(bound)


def test_what_was_frozen_is_not_bound_anew(received: Indicator, ledger: Ledger) -> None:
    services.freeze_actual(indicator=received, year=2020, status="provisional", by=SETUP, at=NOW)
    with pytest.raises(services.UnableToBind):
        services.bind(definition=received.definitions.get(), binding=services.Binding(), by=SETUP, at=NOW)


def test_an_unknown_code_is_refused(received: Indicator) -> None:
    with pytest.raises(services.UnableToBind) as refused:
        services.bind(
            definition=received.definitions.get(), binding=services.Binding("no.such"), by=SETUP, at=NOW
        )
    assert "no.such" in refused.value.message


def test_targets_are_only_added(received: Indicator) -> None:
    before = Target.objects.count()
    services.set_target(
        indicator=received, year=2021, value=Decimal(23500), rationale="上方修正", by=SETUP, at=NOW
    )
    assert Target.objects.count() == before + 1
    assert queries.series_of_indicator(received, NOW).target_in(2021) == 23500
    assert [row.value for row in queries.targets_set(received).filter(year=2021)] == [23500, 22600]


@pytest.mark.parametrize(
    ("direction", "old", "new", "raised"),
    [
        ("higher_is_better", "10", "11", True),
        ("higher_is_better", "10", "9", False),
        ("higher_is_better", "10", "10", False),
        ("lower_is_better", "10", "9", True),
        ("lower_is_better", "10", "11", False),
        ("higher_is_better", "-5", "-4", True),
    ],
)
def test_a_raised_target_is_noticed(direction: str, old: str, new: str, raised: bool) -> None:

    assert is_raised(Decimal(old), Decimal(new), Direction(direction)) is raised
    assert not is_raised(Missing.NOT_SET, Decimal(new), Direction(direction))


def test_a_target_outside_the_plan_is_refused(received: Indicator) -> None:
    with pytest.raises(services.UnableToSetTarget):
        services.set_target(indicator=received, year=2024, value=Decimal(1), by=SETUP, at=NOW)


def test_a_reference_does_not_become_official(received: Indicator, measure: PolicyNode) -> None:
    services.set_target(
        indicator=received, year=2022, value=Decimal(22800), kind="reference", by=SETUP, at=NOW
    )
    cells = queries.sheet_of(measure, 2021, at=NOW).secondary[1].years[3]
    assert (cells.year, cells.target.value) == (2022, None)


def test_a_new_measure_from_nothing(cast: Cast, planner: Actor, ledger: Ledger) -> None:
    """What a planner does in the browser, verb by verb."""
    plan = services.create_plan(
        body=cast.body, code="genki", facts=services.PlanFacts("元気プラン", 2022, 2026), by=planner, at=NOW
    )
    policy = services.create_node(
        plan=plan, level="policy", code="5", facts=services.NodeFacts("行政運営"), by=planner, at=NOW
    )
    measure = services.create_node(
        plan=plan,
        level="measure",
        code="501",
        parent=policy,
        facts=services.NodeFacts("広聴"),
        by=planner,
        at=NOW,
    )
    program = services.create_node(
        plan=plan,
        level="program",
        code="50101",
        parent=measure,
        facts=services.NodeFacts("声"),
        by=planner,
        at=NOW,
    )
    for number in range(3):
        facts = services.IndicatorFacts(
            name=f"件数{number}",
            role="secondary" if number else "primary",
            unit="件",
            measure="flow_sum",
            order=number,
        )
        indicator = services.create_indicator(
            node=measure, code=f"k{number}", facts=facts, by=planner, at=NOW
        )
        services.define(
            indicator=indicator,
            effective_year=2022,
            explanation="",
            binding=services.Binding("applications.received", {"channels": ["online"]}),
            by=planner,
            at=NOW,
        )
        services.set_target(indicator=indicator, year=2026, value=Decimal(10), by=planner, at=NOW)
    found = queries.sheet_of(measure, 2026, at=NOW, live=True)
    assert [row.years[0].actual.text for row in found.primary] == ["0 件"]
    assert [year.label for year in found.years] == ["令和4年度", "5年度", "6年度", "7年度", "8年度"]
    assert program.parent == measure


@pytest.mark.parametrize(
    ("level", "parent_level"), [("program", None), ("project", "measure"), ("policy", "policy")]
)
def test_the_tree_has_its_order(measure: PolicyNode, level: str, parent_level: str | None) -> None:
    parent = measure if parent_level == "measure" else None
    if parent_level == "policy":
        parent = services.create_node(
            plan=measure.plan, level="policy", code="4", facts=services.NodeFacts("政策"), by=SETUP, at=NOW
        )
    with pytest.raises(services.UnableToEditPlan) as refused:
        services.create_node(
            plan=measure.plan,
            level=level,
            code="x",
            parent=parent,
            facts=services.NodeFacts("名"),
            by=SETUP,
            at=NOW,
        )
    assert refused.value.code == "wrong_level"


def test_codes_are_taken_once(measure: PolicyNode, cast: Cast) -> None:
    with pytest.raises(services.UnableToEditPlan):
        services.create_node(
            plan=measure.plan, level="measure", code="406", facts=services.NodeFacts("また"), by=SETUP, at=NOW
        )
    with pytest.raises(services.UnableToEditPlan):
        services.create_plan(
            body=cast.body,
            code=measure.plan.code,
            facts=services.PlanFacts("また", 2020, 2021),
            by=SETUP,
            at=NOW,
        )
    with pytest.raises(services.UnableToEditPlan):
        services.edit_plan(plan=measure.plan, facts=services.PlanFacts("短い", 2020, 2021), by=SETUP, at=NOW)


def test_the_lead_moves_with_the_years(measure: PolicyNode) -> None:
    services.assign_lead(node=measure, name="デジタル社会推進局", from_year=2021, by=SETUP, at=NOW)
    leads = [queries.lead_of(measure, year) for year in (2020, 2021, 2023)]
    assert [lead.name if lead else "" for lead in leads] == [
        "総務部",
        "デジタル社会推進局",
        "デジタル社会推進局",
    ]


def test_strangers_define_nothing(received: Indicator, cast: Cast) -> None:
    for stranger in (cast.clerk, cast.other_body_clerk, cast.governor):
        by = actor(stranger)
        with pytest.raises(PermissionDenied):
            services.set_target(indicator=received, year=2021, value=Decimal(1), by=by, at=NOW)
        with pytest.raises(PermissionDenied):
            services.assign_lead(node=received.node, name="x", from_year=2021, by=by, at=NOW)
        with pytest.raises(PermissionDenied):
            services.judge(node=received.node, year=2020, grade="A", reason="x", by=by, at=NOW)
        with pytest.raises(PermissionDenied):
            services.open_revision(
                node=received.node, sheet_year=2021, trigger="drafted", reason="x", by=by, at=NOW
            )

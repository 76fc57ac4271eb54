"""The sheet: labels, cells, achievement, expected values, budgets, and that it costs the same number of queries."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kencho.foundation.actors import Actor
from kencho.foundation.clock import JST
from kencho.organization.models import Body
from kencho.policy import frozen, queries, services
from kencho.policy.models import BudgetLine, Indicator, Plan, PolicyNode, ProjectLine
from kencho.policy.rules import Missing, Range
from kencho.policy.sheet import IndicatorRow, Sheet
from kencho.policy.testing import IMPORTED_AT, SETUP, Fact, Ledger
from kencho.policy.tests.conftest import NOW


def sheet(measure: PolicyNode, *, at: datetime = NOW, live: bool = False, year: int = 2021) -> Sheet:
    return queries.sheet_of(measure, year, at=at, live=live)


def row(found: Sheet, code: str) -> IndicatorRow:
    return next(each for each in (*found.primary, *found.secondary) if each.code == code)


def test_headers_inherit_the_era(measure: PolicyNode) -> None:
    found = sheet(measure)
    assert [year.label for year in found.years] == ["令和元年度", "2年度", "3年度", "4年度", "5年度"]
    assert [year.is_baseline for year in found.years] == [True, False, False, False, False]
    assert [year.has_achievement for year in found.years] == [False, True, False, False, False]


def test_the_recorded_sheet_is_that_of_the_source(measure: PolicyNode) -> None:
    found = sheet(measure, at=IMPORTED_AT)
    received = row(found, "ind-406-sub2")
    assert received.years[0].actual.text == "22,299 件"
    assert received.years[1].target.text == "22,400 件"
    assert (received.years[1].actual.text, received.years[1].actual.missing) == ("", "blank_in_source")
    assert received.years[2].actual.missing == "future"
    assert row(found, "ind-406-main").years[0].actual.text == "—"


@pytest.mark.parametrize(
    ("code", "expected"), [("ind-406-main", "40.0"), ("ind-406-sub1", "131"), ("ind-406-sub2", "22800")]
)
def test_a_blank_official_year_stays_blank_beside_its_expected_value(
    measure: PolicyNode, code: str, expected: str
) -> None:
    year = row(sheet(measure), code).years[3]
    assert (year.year, year.target.value, year.target.missing) == (2022, None, "not_set")
    assert year.expected.value == Decimal(expected)


def test_live_years_are_counted_and_say_so(measure: PolicyNode, ledger: Ledger) -> None:
    for number in range(3):
        ledger.add(Fact(f"f{number}", date(2020, 6, 1), datetime(2020, 7, 1, tzinfo=JST)))
    at = datetime(2020, 11, 20, tzinfo=JST)
    found = sheet(measure, at=at, live=True)
    cell = row(found, "ind-406-sub2").years[1].actual
    assert (cell.text, cell.status, cell.note) == ("3 件", "live", "速報値（4月～11月）")
    assert found.marking
    # A part of a year has no achievement.
    assert row(found, "ind-406-sub2").years[1].achievement.value is None
    assert row(sheet(measure, at=at), "ind-406-sub2").years[1].actual.text == ""


def test_the_trap_of_the_seed_prints_099(measure: PolicyNode, received: Indicator) -> None:
    services.record_actual(
        indicator=received, entry=services.Entry(2020, Decimal(22299), "confirmed", NOW), by=SETUP, at=NOW
    )
    cells = row(sheet(measure), "ind-406-sub2").years[1]
    assert (cells.actual.text, cells.actual.status) == ("22,299 件", "confirmed")
    assert cells.achievement.text == "0.99"


def test_what_was_recorded_later_is_not_in_the_past(measure: PolicyNode, received: Indicator) -> None:
    services.set_target(indicator=received, year=2021, value=Decimal(30000), by=SETUP, at=NOW)
    assert row(sheet(measure, at=IMPORTED_AT), "ind-406-sub2").years[2].target.text == "22,600 件"
    assert row(sheet(measure), "ind-406-sub2").years[2].target.text == "30,000 件"


def test_a_plan_that_only_watches_has_no_achievement(measure: PolicyNode, received: Indicator) -> None:
    services.record_actual(
        indicator=received, entry=services.Entry(2020, Decimal(1), "confirmed", NOW), by=SETUP, at=NOW
    )
    Plan.objects.update(kpi_mode=Plan.KpiMode.MONITOR_ONLY)
    measure.refresh_from_db()
    found = sheet(PolicyNode.objects.select_related("plan__body").get(pk=measure.pk))
    assert not any(year.has_achievement for year in found.years)
    assert row(found, "ind-406-sub2").years[1].achievement.text == ""
    assert found.grade_suggested == ""
    with pytest.raises(services.UnableToJudge):
        services.judge(node=measure, year=2020, grade="A", reason="理由", by=SETUP, at=NOW)


def test_a_range_is_a_target_with_two_ends(measure: PolicyNode, received: Indicator) -> None:
    Indicator.objects.filter(pk=received.pk).update(direction="range")
    received.refresh_from_db()
    services.set_target(
        indicator=received, year=2021, value=Range(Decimal(10), Decimal(20)), by=SETUP, at=NOW
    )
    assert row(sheet(measure), "ind-406-sub2").years[2].target.text == "10 件～20 件"
    with pytest.raises(services.UnableToSetTarget):
        services.set_target(indicator=received, year=2021, value=Decimal(3), by=SETUP, at=NOW)


def test_budgets_say_that_their_stage_is_unknown(measure: PolicyNode) -> None:
    found = sheet(measure)
    assert found.projects[0].change.startswith("+112,681千円（+175.1%）")
    assert "段階が資料に書かれていない" in found.projects[0].change
    assert found.projects[2].change.startswith("▲384,395千円（▲38.1%）")
    assert [(cell.label, cell.amount) for cell in found.programs[2].totals] == [
        ("R2", 1028922),
        ("R3", 640583),
    ]
    assert found.programs[2].change.startswith("▲388,339千円（▲37.7%）")


def test_like_stages_are_compared(measure: PolicyNode) -> None:
    project = ProjectLine.objects.get(node=measure, number=1)
    project.budgets.all().delete()
    stage = BudgetLine.Stage
    for year, kind, number, amount in [
        (2020, stage.INITIAL, 0, 100),
        (2020, stage.SUPPLEMENTARY, 1, 50),
        (2021, stage.INITIAL, 0, 120),
        (2020, stage.CARRIED_OVER, 0, 7),
    ]:
        services.write_budget(
            project=project,
            year=year,
            stage=kind,
            number=number,
            amount_thousand_yen=amount,
            by=SETUP,
            at=NOW,
        )
    found = sheet(measure).projects[0]
    assert [(cell.stage, cell.amount) for cell in found.budgets] == [("initial", 100), ("initial", 120)]
    assert found.change == "+20千円（+20.0%）"
    project.budgets.filter(year=2021).delete()
    services.write_budget(
        project=project, year=2021, stage=stage.CURRENT, amount_thousand_yen=300, by=SETUP, at=NOW
    )
    # 現計 of the year before follows from 当初 and 補正.
    assert sheet(measure).projects[0].change == "+150千円（+100.0%）"


def test_links_lead_from_issue_to_project(measure: PolicyNode) -> None:
    found = sheet(measure)
    assert [(each.mark, each.links, each.programs) for each in found.issues][:2] == [
        ("①", (1,), ("40601",)),
        ("②", (2,), ("40602",)),
    ]
    assert [each.direction_number for each in found.projects] == [1, 2, 3, 4]
    assert found.projects[0].novelty == "（一部新）"
    assert found.projects[1].novelty == ""


def test_the_number_of_queries_does_not_grow(
    measure: PolicyNode, received: Indicator, planner: Actor
) -> None:
    def cost(live: bool) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            sheet(measure, live=live)
        return len(caught)

    before = cost(live=False), cost(live=True)
    for year in (2020, 2021, 2022):
        services.set_target(indicator=received, year=year, value=Decimal(year), by=planner, at=NOW)
    for number in range(5, 9):
        services.write_issue(
            node=measure,
            sheet_year=2021,
            number=number,
            text="課題",
            by=planner,
            at=NOW,
            programs=queries.programs_of(measure),
        )
    assert (cost(live=False), cost(live=True)) == before
    assert before[0] <= 22


def test_freezing_and_restoring_loses_nothing(measure: PolicyNode, ledger: Ledger) -> None:
    ledger.add(Fact("f", date(2020, 6, 1), datetime(2020, 7, 1, tzinfo=JST)))
    for live in (False, True):
        found = replace(sheet(measure, live=live), dated=date(2021, 6, 1), comments=("所見",))
        content = frozen.freeze(found)
        assert frozen.restore(content, frozen.digest_of(content)) == found


def test_content_that_was_changed_is_refused(measure: PolicyNode) -> None:
    content = frozen.freeze(sheet(measure))
    digest = frozen.digest_of(content)
    content["name"] = "別の施策"
    with pytest.raises(frozen.Damaged):
        frozen.restore(content, digest)
    with pytest.raises(frozen.Damaged):
        frozen.restore({"name": 3})


def test_months_and_pace(measure: PolicyNode, received: Indicator, ledger: Ledger) -> None:
    for number, day in enumerate([date(2020, 4, 1), date(2020, 4, 30), date(2020, 6, 2)]):
        ledger.add(Fact(f"f{number}", day, datetime(2020, 6, 3, tzinfo=JST)))
    at = datetime(2020, 6, 20, tzinfo=JST)
    series = queries.series_of_indicator(received, NOW)
    points = queries.months_of(received, series.definition_in(2020), 2020, at)
    assert [point.value for point in points[:3]] == [2, 0, 1]
    assert points[3].value == Missing.FUTURE


def test_units_have_their_own_figure(received: Indicator, ledger: Ledger) -> None:
    ledger.add(Fact("a", date(2020, 6, 1), datetime(2020, 6, 3, tzinfo=JST), unit="03004"))
    found = queries.units_of(received, received.definitions.get(), 2020, NOW)
    assert [(each.code, each.value) for each in found] == [("03004", Decimal(1))]


def test_the_tree_of_a_plan(measure: PolicyNode) -> None:
    tree = queries.tree_of(measure.plan, 2021)
    assert [(branch.node.code, branch.lead, branch.indicators) for branch in tree] == [("406", "総務部", 3)]
    assert [child.node.code for child in tree[0].children] == ["40601", "40602", "40603"]
    assert queries.tree_of(measure.plan, 2019) == []


def test_other_bodies_see_nothing(measure: PolicyNode, cast: object) -> None:

    tsu = Body.objects.get(slug="tsu")
    assert queries.measure_of(tsu, "406") is None
    assert queries.indicator_of(tsu, "406", "ind-406-sub2") is None
    assert list(queries.search_measures(tsu, "スマート")) == []
    mie = Body.objects.get(slug="mie")
    assert list(queries.search_measures(mie, "電子申請")) == [measure]
    assert queries.measure_of(mie, "406", 2022) == measure
    assert queries.measure_of(mie, "406", 2030) is None

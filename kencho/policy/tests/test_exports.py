"""Open exports: valid by the schema, and nothing that both sides know is lost on the way."""

import csv
import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from kencho.policy.exports import review_files, sheet_review_zip, sheet_stratml
from kencho.policy.sheet import BudgetCell, Cell, IndicatorRow, Sheet
from kencho.policy.tests.papers import make_sheet, with_name

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "data" / "stratml_part2.xsd"))
S = "{urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport}"
Lines = list[dict[str, str]]


def tables(sheet: Sheet) -> dict[str, Lines]:
    return {
        name.split("_")[0]: list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        for name, content in review_files(sheet).items()
    }


def parsed(sheet: Sheet) -> etree._Element:
    root = etree.fromstring(sheet_stratml(sheet))
    SCHEMA.assertValid(root)
    return root


def rows_of(sheet: Sheet) -> tuple[IndicatorRow, ...]:
    return (*sheet.primary, *sheet.secondary)


def values(row: IndicatorRow, name: str) -> dict[int, Decimal]:
    cells = {year.year: getattr(year, name).value for year in row.years}
    return {year: value for year, value in cells.items() if value is not None}


def with_actuals() -> Sheet:
    """The same sheet with figures for 令和2年度."""
    sheet = make_sheet()
    rows = tuple(
        replace(
            row,
            years=tuple(
                replace(
                    year,
                    actual=Cell("22,480 件", Decimal(22480), status="confirmed", snapshot=1),
                    achievement=Cell("1.00", Decimal("1.0036")),
                )
                if year.year == 2020
                else year
                for year in row.years
            ),
        )
        for row in sheet.secondary
    )
    return replace(sheet, secondary=rows, grade="B", grade_reason="理由", comments=("意見",))


def test_the_archive_holds_the_review_files_and_is_the_same_each_time() -> None:
    made = sheet_review_zip(make_sheet())
    assert made == sheet_review_zip(make_sheet())
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert [name.split("_")[0] for name in archive.namelist()] == [
            "1-2",
            "1-3",
            "2-1",
            "3-1",
            "3-2",
            "4-1",
        ]
        assert all(archive.read(name).startswith(b"\xef\xbb\xbf") for name in archive.namelist())


def test_targets_and_actuals_come_back_from_the_review_files_unchanged() -> None:
    sheet = with_actuals()
    lines = tables(sheet)["3-1"]
    kind = "目標年度／目標値／実績値／達成率"
    for row in rows_of(sheet):
        mine = {line[kind]: line for line in lines if line["活動指標／成果指標"] == row.name}
        for label, name in (("2.目標値", "target"), ("3.実績値", "actual")):
            read = {int(year): Decimal(text) for year, text in mine[label].items() if year.isdigit() and text}
            assert read == values(row, name), (row.name, name)
        assert {line["単位"] for line in mine.values()} == {row.unit}
        assert {line["改善の上向き／下向き"] for line in mine.values()} == {"上がると良い指標"}
        assert mine["1.目標年度"]["2023"] == "1"


def test_the_expected_value_never_enters_the_column_of_targets() -> None:
    line = next(
        line
        for line in tables(make_sheet())["3-1"]
        if line["目標年度／目標値／実績値／達成率"] == "2.目標値" and line["単位"] == "件"
    )
    assert (line["2021"], line["2022"], line["2023"]) == ("22600", "", "23000")


def test_budgets_are_yen_and_a_budget_without_a_stage_is_no_initial_budget() -> None:
    lines = tables(make_sheet())["2-1"]
    assert (lines[0]["予算年度"], lines[0]["当初予算(合計)"], lines[0]["予算額（段階の記載なし）"]) == (
        "2020",
        "",
        "64370000",
    )
    sheet = make_sheet()
    staged = replace(
        sheet.projects[0],
        budgets=(BudgetCell(2021, "R3", "initial", 5), BudgetCell(2021, "R3", "settled", 4)),
    )
    line = tables(replace(sheet, projects=(staged,)))["2-1"][0]
    assert (line["当初予算(合計)"], line["執行額(合計)"]) == ("5000", "4000")


def test_every_stage_of_a_budget_has_its_column() -> None:
    from kencho.policy.models import BudgetLine

    sheet = make_sheet()
    for stage in BudgetLine.Stage.values:
        project = replace(sheet.projects[0], budgets=(BudgetCell(2021, "R3", stage, 7),))
        assert "7000" in tables(replace(sheet, projects=(project,)))["2-1"][0].values()


def test_links_issues_directions_and_findings_are_there() -> None:
    sheet = with_actuals()
    read = tables(sheet)
    assert len(read["3-2"]) == 8
    assert read["1-2"][0]["現状・課題"].count("\n") == 3
    assert read["1-3"][1]["基本事業の番号"] == "40601"
    assert read["4-1"][0]["事業所管部局による点検・改善ー点検結果"] == "B\n理由"
    assert read["4-1"][0]["外部有識者による点検ー所見"] == "意見"


def test_formulas_of_users_do_not_run_in_a_spreadsheet() -> None:
    lines = tables(with_name(make_sheet(), "=cmd|' /C calc'!A0"))["1-2"]
    assert all(not value.startswith("=") for line in lines for value in line.values())


@pytest.mark.parametrize("sheet", [make_sheet(), with_actuals()], ids=["plan", "report"])
def test_stratml_is_valid_and_gives_every_figure_back(sheet: Sheet) -> None:
    root = parsed(sheet)
    found = {item.findtext(f"{S}SequenceIndicator"): item for item in root.iter(f"{S}PerformanceIndicator")}
    for row in rows_of(sheet):
        item = found[row.code]
        assert item.findtext(f"{S}MeasurementDimension") == row.name
        assert item.findtext(f"{S}UnitOfMeasurement") == row.unit
        assert f"direction: {row.direction}" in (item.findtext(f"{S}OtherInformation") or "")
        for tag, name in (("TargetResult", "target"), ("ActualResult", "actual")):
            read = {
                int((result.findtext(f"{S}StartDate") or "")[:4]): Decimal(number)
                for result in item.iter(f"{S}{tag}")
                if (number := result.findtext(f"{S}NumberOfUnits"))
            }
            assert read == values(row, name)


def test_a_sheet_without_actuals_is_a_plan_and_with_them_a_report() -> None:
    assert parsed(make_sheet()).get("Type") == "Performance_Plan"
    assert parsed(with_actuals()).get("Type") == "Performance_Report"


def test_stratml_tells_what_it_has_no_place_for() -> None:
    marked = replace(with_actuals(), marking="架空の実績値による見本")
    root = parsed(marked)
    assert (root.findtext(f"{S}OtherInformation") or "").startswith("架空の実績値による見本")
    described = [item.text for item in root.iter(f"{S}Description")]
    assert "confirmed" in described
    assert "no_baseline" in described
    assert [item.text for item in root.iter(f"{S}DescriptorValue")] == ["1.00", "1.00"]


def test_budgets_are_inputs_in_thousand_yen() -> None:
    inputs = [
        item
        for item in parsed(make_sheet()).iter(f"{S}PerformanceIndicator")
        if item.get("ValueChainStage") == "Input"
    ]
    numbers = [[result.text for result in item.iter(f"{S}NumberOfUnits")] for item in inputs]
    assert numbers[0] == ["64370", "177051"]


def test_the_schema_of_the_tests_can_refuse() -> None:
    broken = sheet_stratml(make_sheet()).replace(b'Type="Performance_Plan"', b'Type="Plan"')
    assert not SCHEMA.validate(etree.fromstring(broken))
    swapped = sheet_stratml(make_sheet()).replace(b"UnitOfMeasurement", b"Unit")
    assert not SCHEMA.validate(etree.fromstring(swapped))


@hypothesis_settings(max_examples=25)
@given(text=st.text(max_size=40), code=st.text(min_size=1, max_size=10))
def test_any_text_and_any_code_is_valid(text: str, code: str) -> None:
    parsed(replace(with_name(make_sheet(), text), code=code))

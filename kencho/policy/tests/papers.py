"""A sheet made by hand from the office's printed page of 施策406, without any table behind it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from kencho.foundation.fiscal import FiscalYear
from kencho.policy.sheet import (
    BudgetCell,
    Cell,
    IndicatorRow,
    IndicatorYear,
    Numbered,
    Program,
    ProjectRow,
    Sheet,
    SheetYear,
)

YEARS = (
    SheetYear(2019, "令和元年度", is_baseline=True),
    SheetYear(2020, "2年度", has_achievement=True),
    SheetYear(2021, "3年度"),
    SheetYear(2022, "4年度"),
    SheetYear(2023, "5年度"),
)
EXPECTED = {"primary": "40.0", "ind-406-sub1": "131", "ind-406-sub2": "22800"}
SOURCE = Path(settings.BASE_DIR) / "seeds" / "policy" / "measure406.yaml"


def _source() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return loaded


def printed(value: str | None, decimals: int, unit: str, missing: str = "") -> Cell:
    """A figure as the office prints it: 22,400 件, 10.0%."""
    if value is None:
        return Cell(missing, missing="no_baseline" if missing else "blank_in_source")
    number = Decimal(value)
    gap = "" if unit == "%" else " "
    return Cell(f"{number:,.{decimals}f}{gap}{unit}", number)


def _year(cell: dict[str, Any], row: dict[str, Any]) -> IndicatorYear:
    decimals, unit = row["decimals"], row["unit"]
    if cell.get("kind") == "baseline":
        return IndicatorYear(
            cell["fy"], Cell(), printed(cell["value"], decimals, unit, cell["display"]), Cell(), Cell()
        )
    return IndicatorYear(
        cell["fy"],
        printed(cell["target"], decimals, unit),
        printed(cell["actual"], decimals, unit),
        Cell(),
        printed(cell.get("reference_interpolated"), decimals, unit),
    )


def _indicator(row: dict[str, Any]) -> IndicatorRow:
    rationale = row["target_rationale"] or {}
    return IndicatorRow(
        code=row["id"],
        role=row["role"],
        name=row["name"],
        unit=row["unit"],
        decimals=row["decimals"],
        direction=row["direction"],
        measure=row["measure_type"],
        years=tuple(_year(cell, row) for cell in row["cells"]),
        explanation=row["explanation"] or "",
        rationale=rationale.get("text", ""),
        rationale_year=rationale.get("fy"),
        stage=row["value_chain_stage"],
    )


def _number(row: dict[Any, Any]) -> int:
    # YAML 1.1 reads the key ``no`` as false.
    return int(row[False])


def _text(row: dict[str, Any]) -> str:
    return str(row.get("text_corrected", row["text"]))


def _project(row: dict[str, Any], programs: dict[str, str]) -> ProjectRow:
    budgets = tuple(
        BudgetCell(one["fy"], FiscalYear(one["fy"]).short_label, "", one["amount"]) for one in row["budgets"]
    )
    return ProjectRow(
        number=_number(row),
        mark=row["mark"],
        name=row["name"],
        novelty=row["novelty_label"],
        program_code=row["program"],
        program_name=programs[row["program"]],
        budgets=budgets,
        change=f"{row['budget_change']['rate_percent']}%",
        overview=_text(row["overview"]),
        direction_number=row["direction_no"],
    )


def make_sheet() -> Sheet:
    """施策406 as printed in 令和2年度: targets, baseline and blanks."""
    source = _source()
    programs = {one["code"]: one["name"] for one in source["programs"]}
    rows = [_indicator(one) for one in source["indicators"]]
    return Sheet(
        body_name="三重県",
        code=source["identity"]["code"],
        name=source["identity"]["name"],
        lead_department=source["identity"]["lead_department"],
        plan_name=source["identity"]["plan"]["name"],
        plan_years=(2020, 2023),
        sheet_year=source["identity"]["sheet_fy"],
        stage="案",
        revision=1,
        dated=date(2021, 2, 10),
        marking="",
        desired_heading=source["desired_state"]["heading"],
        desired_state=tuple(source["desired_state"]["paragraphs"]),
        years=YEARS,
        primary=tuple(row for row in rows if row.role == "primary"),
        secondary=tuple(row for row in rows if row.role == "secondary"),
        issues=tuple(
            Numbered(_number(one), one["mark"], _text(one), (one["direction_no"],), tuple(one["programs"]))
            for one in source["issues"]
        ),
        directions=tuple(
            Numbered(_number(one), one["mark"], _text(one), tuple(one["projects"]))
            for one in source["directions"]
        ),
        projects=tuple(_project(one, programs) for one in source["projects"]),
        programs=tuple(Program(code, name) for code, name in programs.items()),
    )


def with_name(sheet: Sheet, text: str) -> Sheet:
    """The same sheet with another text in every place that a person can write in."""
    return replace(
        sheet,
        name=text,
        lead_department=text,
        desired_state=(text,),
        issues=tuple(replace(one, text=text) for one in sheet.issues),
        directions=tuple(replace(one, text=text) for one in sheet.directions),
        projects=tuple(replace(one, name=text, overview=text) for one in sheet.projects),
        primary=tuple(replace(one, name=text, explanation=text, rationale=text) for one in sheet.primary),
        comments=(text,),
        grade="B",
        grade_reason=text,
    )

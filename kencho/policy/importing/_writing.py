"""From rows to a file that this app reads again without a change."""

from datetime import datetime
from typing import Any

import yaml

from kencho.foundation.fiscal import FiscalYear
from kencho.policy import queries, rules
from kencho.policy.importing._shapes import SCHEMA
from kencho.policy.marks import mark_of
from kencho.policy.models import DesiredState, DirectionLine, Issue, PolicyNode, ProjectLine
from kencho.policy.profiles import profile_of
from kencho.policy.queries import Series
from kencho.policy.rules import Cell, Missing, Profile

Plain = dict[str, Any]


class Dumper(yaml.SafeDumper):
    """Indents lists below their key and writes no references."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Every value is written out."""
        return True


def export_yaml(measure: PolicyNode, sheet_year: int, *, at: datetime) -> str:
    """The sheet as a file of ``kencho.policy-sheet/0.1``: what is recorded, not what is live."""
    return yaml.dump(
        document(measure, sheet_year, at=at), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10_000
    )


def document(measure: PolicyNode, sheet_year: int, *, at: datetime) -> Plain:
    """The file as plain values."""
    plan = measure.plan
    lead = queries.lead_of(measure, sheet_year)
    series = queries.series_of(measure, at)
    years = sorted({*plan.years, sheet_year, *(each.baseline.year for each in series if each.baseline)})
    return {
        "schema": SCHEMA,
        "identity": {
            "level": "measure",
            "code": measure.code,
            "name": measure.name,
            "lead_department": lead.name if lead else "",
            "plan": {
                "code": plan.code,
                "name": plan.name,
                "fy_from": plan.fy_from,
                "fy_to": plan.fy_to,
                "kpi_mode": plan.kpi_mode,
                **({"marking": plan.marking} if plan.marking else {}),
            },
            "sheet_fy": sheet_year,
        },
        "calendar": {
            "labels": {
                year: {"label": FiscalYear(year).label, "short": FiscalYear(year).short_label}
                for year in years
            }
        },
        **_desired(measure),
        "programs": [{"code": each.code, "name": each.name} for each in queries.programs_of(measure)],
        "indicators": [_indicator(each, profile_of(plan), sheet_year) for each in series],
        "issues": _issues(measure, sheet_year),
        "directions": _directions(measure, sheet_year),
        "projects": _projects(measure, sheet_year),
        "evaluation_profile": plan.profile,
    }


def _desired(measure: PolicyNode) -> Plain:
    state = DesiredState.objects.filter(node=measure).first()
    if state is None:
        return {}
    return {
        "desired_state": {
            "heading": state.heading,
            "as_of": state.as_of.isoformat(),
            "paragraphs": list(state.paragraphs),
        }
    }


def _number(value: Cell, decimals: int) -> str | None:
    return None if isinstance(value, Missing) else str(rules.official(value, decimals))


def _indicator(series: Series, profile: Profile, sheet_year: int) -> Plain:
    indicator = series.indicator
    definition = series.definition_in(sheet_year)
    target = series.targets.get(sheet_year)
    found: Plain = {
        "id": indicator.code,
        "role": indicator.role,
        "name": indicator.name,
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "direction": indicator.direction,
        "measure_type": indicator.measure,
        **({"value_chain_stage": indicator.stage} if indicator.stage else {}),
        "definition": {
            "version": definition.version if definition else 1,
            "effective_fy": definition.effective_year if definition else indicator.node.plan.fy_from,
        },
        "explanation": (definition.explanation or None) if definition else None,
        "target_rationale": {"fy": sheet_year, "text": target.rationale}
        if target and target.rationale
        else None,
        "cells": [*_baseline(series, profile), *(_year(series, year) for year in indicator.node.plan.years)],
    }
    if definition and definition.binding_code:
        found["binding"] = {"code": definition.binding_code, "parameters": definition.parameters}
    return found


def _baseline(series: Series, profile: Profile) -> list[Plain]:
    held, indicator = series.baseline, series.indicator
    if held is None:
        return []
    value = queries.cell_of(held)
    state = value.value if isinstance(value, Missing) else "confirmed"
    shown = rules.shown(value, unit=indicator.unit, decimals=indicator.decimals, profile=profile)
    number = _number(value, indicator.decimals)
    return [{"fy": held.year, "kind": "baseline", "value": number, "state": state, "display": shown}]


def _year(series: Series, year: int) -> Plain:
    indicator = series.indicator
    target = queries.cell_of(series.targets.get(year))
    row = series.actuals.get(year)
    actual = queries.cell_of(row, Missing.NOT_YET_MEASURED)
    return {
        "fy": year,
        "target": _number(target, indicator.decimals),
        "target_state": target.value if isinstance(target, Missing) else "set",
        **({"final": True} if year == indicator.node.plan.fy_to and not isinstance(target, Missing) else {}),
        "actual": _number(actual, indicator.decimals),
        "actual_state": actual.value if isinstance(actual, Missing) else row.status if row else "",
    }


def _issues(measure: PolicyNode, sheet_year: int) -> list[Plain]:
    rows = Issue.objects.filter(node=measure, sheet_year=sheet_year).prefetch_related(
        "programs", "directions"
    )
    return [
        {
            "no": row.number,
            "mark": mark_of(row.number),
            "direction_no": next((each.number for each in row.directions.all()), None),
            "programs": sorted(each.code for each in row.programs.all()),
            "text": row.text,
        }
        for row in rows.order_by("number")
    ]


def _directions(measure: PolicyNode, sheet_year: int) -> list[Plain]:
    rows = DirectionLine.objects.filter(node=measure, sheet_year=sheet_year).select_related("issue")
    return [
        {
            "no": row.number,
            "mark": mark_of(row.number),
            "issue_no": row.issue.number if row.issue else None,
            "projects": sorted(each.number for each in row.projects.all()),
            "text": row.text,
        }
        for row in rows.prefetch_related("projects").order_by("number")
    ]


def _projects(measure: PolicyNode, sheet_year: int) -> list[Plain]:
    rows = ProjectLine.objects.filter(node=measure, sheet_year=sheet_year).select_related(
        "program", "direction"
    )
    return [
        {
            "no": row.number,
            "mark": mark_of(row.number),
            "name": row.name,
            "novelty": row.novelty,
            "program": row.program.code,
            "direction_no": row.direction.number if row.direction else None,
            "budgets": [
                {
                    "fy": line.year,
                    "stage": line.stage,
                    **({"number": line.number} if line.number else {}),
                    "amount": line.amount_thousand_yen,
                }
                for line in row.budgets.all()
            ],
            "overview": {"text": row.overview},
        }
        for row in rows.prefetch_related("budgets").order_by("number")
    ]

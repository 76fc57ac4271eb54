"""What policy offers as open data: the published sheets as tables."""

from collections.abc import Iterator
from typing import Any

from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.registry import DatasetSpec, datasets
from kencho.organization.models import Body
from kencho.policy import queries
from kencho.policy.sheet import Cell, Sheet

INDICATOR_COLUMNS = (
    "シートの年度",
    "版",
    "施策番号",
    "施策名",
    "目標項目コード",
    "目標項目",
    "役割",
    "単位",
    "年度",
    "年度の表示",
    "現状値",
    "目標値",
    "実績値",
    "実績値の状態",
    "目標達成状況",
    "期待値（参考）",
    "集計の記録",
)
PROJECT_COLUMNS = (
    "シートの年度",
    "版",
    "施策番号",
    "番号",
    "事業名",
    "新規・継続",
    "基本事業番号",
    "基本事業名",
    "年度",
    "予算の段階",
    "金額（千円）",
)
LINE_COLUMNS = ("シートの年度", "版", "施策番号", "種類", "番号", "本文")


def published(body: str) -> Iterator[Sheet]:
    """The newest published sheet of each measure and year."""
    office = Body.objects.get(code=body)
    for measure in queries.public_measures(office):
        seen: set[int] = set()
        for revision in queries.published_revisions(measure):
            if revision.sheet_year not in seen:
                seen.add(revision.sheet_year)
                yield queries.sheet_of_revision(revision)


def _value(cell: Cell) -> str:
    return "" if cell.value is None else str(queries.plain(cell.value))


def indicator_rows(body: str) -> Iterator[tuple[Any, ...]]:
    """A row for each indicator and year."""
    for sheet in published(body):
        for row in (*sheet.primary, *sheet.secondary):
            for column, cells in zip(sheet.years, row.years, strict=True):
                yield (
                    sheet.sheet_year,
                    sheet.revision,
                    sheet.code,
                    sheet.name,
                    row.code,
                    row.name,
                    row.role,
                    row.unit,
                    cells.year,
                    FiscalYear(cells.year).label,
                    _value(cells.actual) if column.is_baseline else "",
                    _value(cells.target),
                    "" if column.is_baseline else _value(cells.actual),
                    cells.actual.status,
                    cells.achievement.text,
                    _value(cells.expected),
                    cells.actual.snapshot or "",
                )


def project_rows(body: str) -> Iterator[tuple[Any, ...]]:
    """A row for each project, year and stage."""
    for sheet in published(body):
        for project in sheet.projects:
            for budget in project.budgets:
                yield (
                    sheet.sheet_year,
                    sheet.revision,
                    sheet.code,
                    project.number,
                    project.name,
                    project.novelty,
                    project.program_code,
                    project.program_name,
                    budget.year,
                    budget.stage,
                    budget.amount,
                )


def line_rows(body: str) -> Iterator[tuple[Any, ...]]:
    """A row for each issue and direction."""
    for sheet in published(body):
        for kind, lines in (("現状と課題", sheet.issues), ("取組方向", sheet.directions)):
            for line in lines:
                yield (sheet.sheet_year, sheet.revision, sheet.code, kind, line.number, line.text)


datasets.register(
    "policy.indicators",
    DatasetSpec("policy.indicators", "施策評価シートの目標と実績", INDICATOR_COLUMNS, indicator_rows),
)
datasets.register(
    "policy.projects",
    DatasetSpec("policy.projects", "施策評価シートの主な事業と予算額", PROJECT_COLUMNS, project_rows),
)
datasets.register(
    "policy.lines",
    DatasetSpec("policy.lines", "施策評価シートの現状と課題・取組方向", LINE_COLUMNS, line_rows),
)

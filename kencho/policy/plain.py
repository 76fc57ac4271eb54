"""The sheet as plain text: headings, tables with cells between bars, sentences, in the order of the office's own form."""

from collections.abc import Iterable, Iterator, Sequence

from kencho.foundation.fiscal import FiscalYear
from kencho.policy.sheet import IndicatorRow, ProjectRow, Sheet, SheetYear

__all__ = ["as_text"]


def as_text(sheet: Sheet) -> str:
    """The whole sheet, without markup but the bars of its tables. Ends with a line break."""
    parts: list[str] = [
        f"施策{sheet.code} {sheet.name}",
        f"【主担当部局：{sheet.lead_department}】",
        sheet.desired_heading,
        *sheet.desired_state,
        "\n".join(_table("主指標", sheet.primary, sheet.years, sheet.sheet_year)),
        "\n".join(_table("副指標", sheet.secondary, sheet.years, sheet.sheet_year)),
        "現状と課題",
        "\n".join(f"- {each.mark} {each.text}" for each in sheet.issues),
        f"{FiscalYear(sheet.sheet_year).label}の取組方向",
        "\n".join(f"- {each.mark} {each.text}" for each in sheet.directions),
        "主な事業",
        *(text for project in sheet.projects for text in _project(project)),
    ]
    if sheet.grade:
        parts += ["進展度", f"{sheet.grade}　判断理由：{sheet.grade_reason}"]
    if sheet.comments:
        parts += ["外部有識者の所見", *(f"- {text}" for text in sheet.comments)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(
    title: str, rows: Sequence[IndicatorRow], years: Sequence[SheetYear], sheet_year: int
) -> Iterator[str]:
    if not rows:
        return
    width = 1 + sum(2 if year.has_achievement else 1 for year in years)
    yield _line([title, *[""] * (width - 1)])
    yield _line(["---"] * width)
    yield _line(["目標項目", *(cell for year in years for cell in _header(year))])
    yield _line(["", *(cell for year in years for cell in _subheader(year))])
    for row in rows:
        yield _line([row.name, *_cells(row, years, is_target=True)])
        yield _line(["", *_cells(row, years, is_target=False)])
    yield from _explanations(rows, sheet_year, years, width)


def _header(year: SheetYear) -> list[str]:
    return [year.label, ""] if year.has_achievement else [year.label]


def _subheader(year: SheetYear) -> list[str]:
    if year.is_baseline:
        return ["現状値"]
    return ["目標値 実績値", "目標達成 状況"] if year.has_achievement else ["目標値 実績値"]


def _cells(row: IndicatorRow, years: Sequence[SheetYear], *, is_target: bool) -> list[str]:
    cells: list[str] = []
    for column, year in zip(years, row.years, strict=True):
        cells.append(year.target.text if is_target else year.actual.text)
        if column.has_achievement:
            cells.append("" if is_target else year.achievement.text)
    return cells


def _explanations(
    rows: Sequence[IndicatorRow], sheet_year: int, years: Sequence[SheetYear], width: int
) -> Iterator[str]:
    wanted = [row for row in rows if row.explanation or row.rationale]
    if not wanted:
        return
    label = next((year.label for year in years if year.year == sheet_year), FiscalYear(sheet_year).label)
    full = FiscalYear(sheet_year).label
    yield _line([f"目標項目の説明と{full}目標値の考え方", *[""] * (width - 1)])
    for row in wanted:
        about = f"（{row.name}）" if len(rows) > 1 else ""
        if row.explanation:
            yield _line([f"目標項目の説明{about}", row.explanation, *[""] * (width - 2)])
        if row.rationale:
            yield _line([f"{label}目標値の考え方{about}", row.rationale, *[""] * (width - 2)])


def _project(project: ProjectRow) -> Iterator[str]:
    yield f"{project.mark}{project.novelty}{project.name}"
    yield f"【基本事業名：{project.program_code} {project.program_name}】"
    amounts = " → ".join(f"({cell.label}) {cell.amount:,}千円" for cell in project.budgets)
    yield f"予算額：{amounts}" if amounts else ""
    yield f"事業概要：{project.overview}" if project.overview else ""

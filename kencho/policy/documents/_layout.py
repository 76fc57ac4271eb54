"""The office's form as blocks: headings, paragraphs and ruled grids, the same for PDF, Word, Excel and the page.

The paper is an official one, so its words are Japanese whatever language the reader's pages are in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kencho.foundation import wareki
from kencho.foundation.fiscal import FiscalYear
from kencho.policy.sheet import BudgetCell, IndicatorRow, Numbered, ProjectRow, Sheet, SheetYear

Align = Literal["left", "center", "right"]

NAME_WEIGHT = 30
YEAR_WEIGHT = 13
ACHIEVEMENT_WEIGHT = 11


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell that may cover several columns and rows; ``header`` cells name others."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False
    align: Align = "center"


GridRow = tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table. ``weights`` are the shares of its columns; a cell that is covered by another is left out."""

    title: str
    weights: tuple[int, ...]
    head: tuple[GridRow, ...]
    body: tuple[GridRow, ...]

    def placed(self) -> Iterator[tuple[int, int, GridCell]]:
        """Each cell with the row and the column of its upper left corner, counted from 0."""
        taken: set[tuple[int, int]] = set()
        for line, row in enumerate((*self.head, *self.body)):
            column = 0
            for cell in row:
                while (line, column) in taken:
                    column += 1
                yield line, column, cell
                taken.update(
                    (line + down, column + right)
                    for down in range(cell.rows)
                    for right in range(cell.columns)
                )
                column += cell.columns


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 2 for a part of the sheet, 3 for a project."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``mark`` hangs before it (①)."""

    text: str
    mark: str = ""
    align: Align = "left"


Block = Heading | Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole sheet in reading order; ``marking`` says what kind of figures these are, ``footer`` which paper."""

    title: str
    footer: str
    marking: str
    blocks: tuple[Block, ...]


def layout_of(sheet: Sheet) -> Layout:
    """The sheet in the order in which the office prints it."""
    return Layout(
        title=f"施策{sheet.code}　{sheet.name}",
        footer=_footer(sheet),
        marking=sheet.marking,
        blocks=tuple(_blocks(sheet)),
    )


def _blocks(sheet: Sheet) -> Iterator[Block]:
    if sheet.lead_department:
        yield Paragraph(f"【主担当部局：{sheet.lead_department}】", align="right")
    if sheet.desired_state:
        yield Heading(sheet.desired_heading or "めざす姿")
        yield from map(Paragraph, sheet.desired_state)
    yield from _indicators("主指標", sheet.primary, sheet.years)
    yield from _indicators("副指標", sheet.secondary, sheet.years)
    yield from _judgement(sheet)
    yield from _numbered("現状と課題", sheet.issues)
    yield from _numbered(f"{FiscalYear(sheet.sheet_year).label}の取組方向", sheet.directions)
    if sheet.projects:
        yield Heading("主な事業")
        for project in sheet.projects:
            yield from _project(project)


def _indicators(title: str, rows: Sequence[IndicatorRow], years: Sequence[SheetYear]) -> Iterator[Block]:
    if not rows:
        return
    weights = _weights(years)
    body = tuple(line for row in rows for line in _indicator_lines(row, years))
    yield Grid(title, weights, _head(title, years, len(weights)), body)
    yield from _explanations(rows, years, weights)


def _weights(years: Sequence[SheetYear]) -> tuple[int, ...]:
    weights = [NAME_WEIGHT]
    for year in years:
        weights.append(YEAR_WEIGHT)
        if year.has_achievement:
            weights.append(ACHIEVEMENT_WEIGHT)
    return tuple(weights)


def _head(title: str, years: Sequence[SheetYear], width: int) -> tuple[GridRow, ...]:
    named = [GridCell("目標項目", rows=3, header=True)]
    upper: list[GridCell] = []
    lower: list[GridCell] = []
    for year in years:
        named.append(GridCell(year.label, columns=2 if year.has_achievement else 1, header=True))
        if year.is_baseline:
            upper.append(GridCell("現状値", rows=2, header=True))
        else:
            upper.append(GridCell("目標値", header=True))
            lower.append(GridCell("実績値", header=True))
        if year.has_achievement:
            upper.append(GridCell("目標達成\n状況", rows=2, header=True))
    return (
        (GridCell(title, columns=width, header=True, align="left"),),
        tuple(named),
        tuple(upper),
        tuple(lower),
    )


def _indicator_lines(row: IndicatorRow, years: Sequence[SheetYear]) -> Iterator[GridRow]:
    """Two lines of a 目標項目: the targets, and below them what came of them."""
    cells = {year.year: year for year in row.years}
    upper = [GridCell(row.name, rows=2, header=True, align="left")]
    lower: list[GridCell] = []
    for year in years:
        shown = cells.get(year.year)
        upper.append(GridCell(shown.target.text if shown else ""))
        lower.append(GridCell(shown.actual.text if shown else ""))
        if year.has_achievement:
            upper.append(GridCell(shown.achievement.text if shown else "", rows=2))
    yield tuple(upper)
    yield tuple(lower)


def _explanations(
    rows: Sequence[IndicatorRow], years: Sequence[SheetYear], weights: tuple[int, ...]
) -> Iterator[Grid]:
    told = [row for row in rows if row.explanation or row.rationale]
    if not told:
        return
    width = len(weights)
    year = next((row.rationale_year for row in told if row.rationale_year), None)
    title = "目標項目の説明" + (f"と{FiscalYear(year).label}目標値の考え方" if year else "")
    body: list[GridRow] = []
    for row in told:
        if len(told) > 1:
            body.append((GridCell(row.name, columns=width, header=True, align="left"),))
        if row.explanation:
            body.append(_explained("目標項目の説明", row.explanation, width))
        if row.rationale:
            body.append(
                _explained(f"{_column_label(row.rationale_year, years)}目標値の考え方", row.rationale, width)
            )
    head = ((GridCell(title, columns=width, header=True, align="left"),),)
    yield Grid(title, weights, head, tuple(body))


def _explained(label: str, text: str, width: int) -> GridRow:
    return GridCell(label, header=True, align="left"), GridCell(text, columns=width - 1, align="left")


def _column_label(year: int | None, years: Sequence[SheetYear]) -> str:
    """「3年度」 as the header of the column says it."""
    if year is None:
        return ""
    return next((one.label for one in years if one.year == year), FiscalYear(year).label)


def _judgement(sheet: Sheet) -> Iterator[Block]:
    if not sheet.grade and not sheet.comments:
        return
    yield Heading("進展度と判断理由" if sheet.grade else "外部有識者の意見")
    if sheet.grade:
        weights = (NAME_WEIGHT, YEAR_WEIGHT * 6)
        body = (
            (GridCell("進展度", header=True, align="left"), GridCell(sheet.grade, align="left")),
            (GridCell("判断理由", header=True, align="left"), GridCell(sheet.grade_reason, align="left")),
        )
        yield Grid("進展度", weights, (), body)
        if sheet.comments:
            yield Heading("外部有識者の意見")
    for comment in sheet.comments:
        yield Paragraph(comment, mark="・")


def _numbered(title: str, rows: Sequence[Numbered]) -> Iterator[Block]:
    if rows:
        yield Heading(title)
        for row in rows:
            yield Paragraph(row.text, mark=row.mark)


def _project(project: ProjectRow) -> Iterator[Block]:
    yield Heading(f"{project.mark}{project.novelty}{project.name}", level=3)
    if project.program_code:
        yield Paragraph(f"【基本事業名：{project.program_code} {project.program_name}】")
    if project.budgets:
        yield Paragraph(budget_line(project.budgets))
    if project.overview:
        yield Paragraph(f"事業概要：{project.overview}")


def budget_line(budgets: Sequence[BudgetCell]) -> str:
    """予算額：(R2) 64,370千円 → (R3) 177,051千円."""
    return "予算額：" + " → ".join(f"({one.label}) {one.amount:,}千円" for one in budgets)


def _footer(sheet: Sheet) -> str:
    revision = f"（第{sheet.revision}版）" if sheet.revision else ""
    parts = [sheet.body_name, sheet.plan_name, f"{sheet.stage}{revision}"]
    if sheet.dated:
        parts.append(f"{wareki.format(sheet.dated)}現在")
    return "　".join(part for part in parts if part)

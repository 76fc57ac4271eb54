"""The sheet as an Excel file (.xlsx, ECMA-376): the office's form, and beside it the same figures as numbers.

Texts go in as texts, so no cell is a formula whatever somebody has typed.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from kencho.foundation.csvfile import is_risky
from kencho.foundation.fiscal import FiscalYear
from kencho.policy.archive import clean, repacked
from kencho.policy.documents._layout import Grid, GridCell, Heading, Layout, Paragraph, layout_of
from kencho.policy.sheet import Sheet

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | Decimal | None

_CHARACTERS: Final = 92  # half-width characters that fit on a printed A4 line at this size
_LINE: Final = 14.5  # points
_SHADE: Final = "F2F2F2"

_FIGURES: Final = (
    "役割",
    "コード",
    "目標項目",
    "単位",
    "年度",
    "目標値",
    "実績値",
    "目標達成状況",
    "期待値（参考）",
    "状態",
)
_BUDGETS: Final = ("番号", "事業名", "基本事業コード", "基本事業名", "年度", "予算の段階", "予算額（千円）")


def sheet_xlsx(sheet: Sheet, *, created_at: datetime) -> bytes:
    """The sheet for Excel; ``created_at`` is the date inside the file."""
    from openpyxl import Workbook

    layout = layout_of(sheet)
    book = Workbook()
    _properties(book, layout, sheet.body_name, created_at)
    book.remove(book.worksheets[0])
    page = book.create_sheet("評価表")
    _Form(page, layout).write()
    _table(book.create_sheet("指標"), _FIGURES, list(_figures(sheet)))
    _table(book.create_sheet("予算"), _BUDGETS, list(_budgets(sheet)))
    target = BytesIO()
    book.save(target)
    return repacked(target.getvalue(), modified_at=created_at)


def _properties(book: Workbook, layout: Layout, author: str, created_at: datetime) -> None:
    book.properties.title = clean(layout.title)
    book.properties.creator = clean(author)
    book.properties.created = created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.description = clean(layout.marking)


def _figures(sheet: Sheet) -> Iterator[tuple[Value, ...]]:
    for role, rows in (("主指標", sheet.primary), ("副指標", sheet.secondary)):
        for row in rows:
            for year in row.years:
                yield (
                    role,
                    row.code,
                    row.name,
                    row.unit,
                    FiscalYear(year.year).label,
                    year.target.value,
                    year.actual.value,
                    year.achievement.value,
                    year.expected.value,
                    year.actual.status or year.actual.missing,
                )


def _budgets(sheet: Sheet) -> Iterator[tuple[Value, ...]]:
    for row in sheet.projects:
        for budget in row.budgets:
            yield (
                row.number,
                row.name,
                row.program_code,
                row.program_name,
                FiscalYear(budget.year).label,
                budget.stage,
                budget.amount,
            )


def _put(target: Any, value: Value) -> None:
    """A number as itself, all else as a text that is never taken for a formula."""
    if value is None or isinstance(value, int | Decimal):
        target.value = value
        return
    text = clean(value)
    target.value = text
    target.data_type = "s"
    if is_risky(text):
        # Excel would make it a formula as soon as somebody edits the cell; this mark keeps it a text.
        target.quotePrefix = True


def _table(page: Worksheet, header: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, name in enumerate(header, start=1):
        cell = page.cell(1, column)
        _put(cell, name)
        cell.font = Font(name="游ゴシック", bold=True)
        cell.fill = PatternFill("solid", fgColor=_SHADE)
        longest = max([width_of(name), *(width_of(str(row[column - 1] or "")) for row in rows)])
        page.column_dimensions[get_column_letter(column)].width = min(60, longest + 3)
    for line, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            _put(page.cell(line, column), value)
    page.freeze_panes = "A2"


def width_of(text: str) -> int:
    """Half-width characters that a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


class _Form:
    """The first page: the office's form in as many columns as its widest table."""

    def __init__(self, page: Worksheet, layout: Layout) -> None:
        self._page = page
        self._layout = layout
        grids = [block for block in layout.blocks if isinstance(block, Grid)]
        self._weights = max((grid.weights for grid in grids), key=len, default=(30, *(13,) * 5))
        self._line = 1

    def write(self) -> None:
        self._page_setup()
        if self._layout.marking:
            self._across(self._layout.marking, bold=True, color="B3261E", align="center")
        self._across(self._layout.title, bold=True, size=14)
        for block in self._layout.blocks:
            if isinstance(block, Heading):
                self._line += 1 if block.level == 2 else 0
                self._across(block.text, bold=True, size=11 if block.level == 2 else 10)
            elif isinstance(block, Grid):
                self._grid(block)
            else:
                self._paragraph(block)
        self._line += 1
        self._across(self._layout.footer, size=9)

    def _page_setup(self) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties

        total = sum(self._weights)
        for place, weight in enumerate(self._weights, start=1):
            self._page.column_dimensions[get_column_letter(place)].width = _CHARACTERS * weight / total
        self._page.page_setup.paperSize = "9"  # A4
        self._page.page_setup.orientation = "portrait"
        self._page.page_setup.fitToWidth = 1
        self._page.page_setup.fitToHeight = 0
        self._page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self._page.print_options.horizontalCentered = True
        footer: Any = self._page.oddFooter
        footer.center.text = "&P / &N"
        self._page.sheet_view.showGridLines = False

    def _across(
        self, text: str, *, bold: bool = False, size: int = 10, color: str = "000000", align: str = "left"
    ) -> None:
        from openpyxl.styles import Alignment, Font

        cell = self._page.cell(self._line, 1)
        _put(cell, text)
        cell.font = Font(name="游ゴシック" if bold else "游明朝", bold=bold, size=size, color=color)
        cell.alignment = Alignment(horizontal=align, vertical="top", wrap_text=True)
        self._page.merge_cells(
            start_row=self._line, end_row=self._line, start_column=1, end_column=len(self._weights)
        )
        self._page.row_dimensions[self._line].height = self._height(text, len(self._weights), size)
        self._line += 1

    def _paragraph(self, block: Paragraph) -> None:
        self._across(f"{block.mark} {block.text}" if block.mark else block.text, align=block.align)

    def _height(self, text: str, columns: int, size: int = 10, *, first: int = 0) -> float:
        """Points that a wrapped text needs; Excel does not grow merged cells by itself."""
        share = sum(self._weights[first : first + columns]) / sum(self._weights)
        fits = max(4, int(_CHARACTERS * share * 10 / size) - 2)
        lines = sum(max(1, math.ceil(width_of(line) / fits)) for line in text.split("\n"))
        return lines * _LINE * size / 10 + 3

    def _grid(self, grid: Grid) -> None:
        """The table, its last column widened to the whole form where it has fewer columns."""
        stretch = len(self._weights) - len(grid.weights)
        start, heights = self._line, [_LINE] * (len(grid.head) + len(grid.body))
        for line, column, cell in grid.placed():
            is_last = column + cell.columns == len(grid.weights)
            columns = cell.columns + (stretch if is_last else 0)
            self._line = start + line
            self._cell(cell, column + 1, columns)
            height = self._height(cell.text, columns, 9, first=column) / cell.rows
            for below in range(line, line + cell.rows):
                heights[below] = max(heights[below], height)
        for line, height in enumerate(heights, start=start):
            self._page.row_dimensions[line].height = height
        self._line = start + len(heights)

    def _cell(self, cell: GridCell, column: int, columns: int) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        side = Side(style="thin", color="5A5A5A")
        for line in range(self._line, self._line + cell.rows):
            for place in range(column, column + columns):
                self._page.cell(line, place).border = Border(left=side, right=side, top=side, bottom=side)
        target = self._page.cell(self._line, column)
        _put(target, cell.text)
        target.font = Font(name="游ゴシック" if cell.header else "游明朝", size=9)
        target.alignment = Alignment(horizontal=cell.align, vertical="center", wrap_text=True)
        if cell.header:
            target.fill = PatternFill("solid", fgColor=_SHADE)
        if cell.rows > 1 or columns > 1:
            self._page.merge_cells(
                start_row=self._line,
                end_row=self._line + cell.rows - 1,
                start_column=column,
                end_column=column + columns - 1,
            )

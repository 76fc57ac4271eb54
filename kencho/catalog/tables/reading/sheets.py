"""The sheets of a workbook, read with calamine: values as Excel shows their kind, formulas as their last value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import python_calamine as calamine

from kencho.catalog.tables.reading.table import RawTable
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.schema import MOST_COLUMNS

MOST_CELLS: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, how large it is, whether it is hidden."""

    name: str
    rows: int
    columns: int
    is_hidden: bool


class Workbook:
    """An open workbook."""

    def __init__(self, path: Path) -> None:
        """Raises `Refused`: `password`, `broken_file`."""
        try:
            self._book = calamine.CalamineWorkbook.from_path(path)
        except calamine.PasswordError:
            raise Refused("password") from None
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise Refused("broken_file") from error

    def sheets(self) -> list[Sheet]:
        """The sheets with cells, in their order."""
        found = []
        for each in self._book.sheets_metadata:
            if each.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = self._sheet(each.name)
            hidden = each.visible != calamine.SheetVisibleEnum.Visible
            found.append(Sheet(each.name, sheet.total_height, sheet.total_width, hidden))
        return found

    def table(self, name: str = "") -> RawTable:
        """One sheet (the first that shows when no name is given) from its first filled row on.

        Raises `Refused`: `no_such_sheet`, `empty_file`, `too_many_columns`, `too_many_rows`.
        """
        if not name:
            shown = [each.name for each in self.sheets() if not each.is_hidden and each.rows]
            if not shown:
                raise Refused("empty_file")
            name = shown[0]
        sheet = self._sheet(name)
        if sheet.total_width > MOST_COLUMNS:
            raise Refused("too_many_columns", limit=MOST_COLUMNS)
        if sheet.total_width * sheet.total_height > MOST_CELLS:
            raise Refused("too_many_rows", limit=MOST_CELLS // max(1, sheet.total_width))
        rows = self._rows(sheet)
        header = next(rows, None)
        if header is None:
            raise Refused("empty_file")
        return RawTable(header, rows)

    def _sheet(self, name: str) -> Any:
        try:
            return self._book.get_sheet_by_name(name)
        except calamine.WorksheetNotFound:
            raise Refused("no_such_sheet", sheet=name[:80]) from None
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise Refused("broken_file") from error

    def _rows(self, sheet: Any) -> Iterator[list[str]]:
        has_begun = False
        for row in sheet.iter_rows():
            texts = [cell_text(cell) for cell in row]
            has_begun = has_begun or any(text.strip() for text in texts)
            if has_begun:
                yield texts


def open_sheets(path: Path) -> Workbook:
    """Open a workbook of Excel or LibreOffice. Raises `Refused`."""
    return Workbook(path)


def cell_text(value: Any) -> str:
    """A cell's value as machine-readable text: whole numbers without a fraction, dates in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)

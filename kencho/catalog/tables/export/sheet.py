"""Excel files, written row by row: texts as texts (never formulas or links), dates as dates."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import xlsxwriter

from kencho.catalog.tables.export.frames import columns_of, count_of, frames
from kencho.catalog.tables.export.plain import Written
from kencho.catalog.tables.refusals import Refused
from kencho.foundation.csvfile import is_risky

MAX_ROWS: Final = 1_048_576
MAX_CELL: Final = 32_767
EXACT_INTEGER: Final = 10**15
# Days before this are no dates for Excel.
_FIRST_DAY: Final = date(1900, 3, 1)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_xlsx(
    path: Path, target: Path, *, title: str = "データ", done: Callable[[int, int], None] | None = None
) -> Written:
    """Write one sheet. Raises `Refused`: `too_many_rows_for_xlsx`, `cell_too_long_for_xlsx`; nothing is cut."""
    total = count_of(path)
    if total + 1 > MAX_ROWS:
        raise Refused("too_many_rows_for_xlsx", limit=MAX_ROWS - 1)
    written = Written()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "tmpdir": str(target.parent),
    }
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(re.sub(r"[\\*?:/\[\]']", "_", title)[:31] or "データ")
        sheet.freeze_panes(1, 0)
        formats = {"date": book.add_format({"num_format": "yyyy-mm-dd"}),
                   "text": book.add_format({"quote_prefix": True}),
                   "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}  # fmt: skip
        for place, name in enumerate(columns_of(path)):
            sheet.write_string(0, place, _text(name, 1, name))
        for begin, frame in frames(path, 20_000):
            _write_frame(sheet, frame, begin + 1, formats)
            written.rows += frame.height
            if done:
                done(written.rows, total)
    return written


def _write_frame(sheet: Any, frame: pl.DataFrame, first: int, formats: dict[str, Any]) -> None:
    names = frame.columns
    for offset, row in enumerate(frame.iter_rows()):
        line = first + offset
        for place, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                text = _text(value, line + 1, names[place])
                # The mark keeps it a text even when somebody edits the cell.
                sheet.write_string(line, place, text, formats["text"] if is_risky(text) else None)
            elif isinstance(value, bool):
                sheet.write_boolean(line, place, value)
            elif isinstance(value, datetime):
                sheet.write_datetime(line, place, value, formats["datetime"])
            elif isinstance(value, date):
                _write_date(sheet, line, place, value, formats["date"])
            elif isinstance(value, int) and abs(value) >= EXACT_INTEGER:
                sheet.write_string(line, place, str(value))
            else:
                sheet.write_number(line, place, value)


def _write_date(sheet: Any, line: int, place: int, value: date, form: Any) -> None:
    if value < _FIRST_DAY:
        sheet.write_string(line, place, value.isoformat())
    else:
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001  # a day


def _text(value: str, row: int, column: str) -> str:
    if len(value) > MAX_CELL // 2 and len(value.encode("utf-16-le")) // 2 > MAX_CELL:
        raise Refused("cell_too_long_for_xlsx", row=row, column=column[:80], limit=MAX_CELL)
    return _CONTROL.sub("", value)

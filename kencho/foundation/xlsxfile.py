"""Excel files (.xlsx) in and out, with the rules of `csvfile`: the same rows, limits and problems.

Source: ECMA-376 (Office Open XML). Texts are always written as texts, so no cell of an export is a formula;
an upload with formulas is sent back, because their values depend on the program that saved it last.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, BinaryIO, Final

from kencho.foundation.csvfile import (
    Cell,
    Limits,
    TableFile,
    TableReader,
    TooManyProblems,
    as_text,
    is_risky,
    megabytes,
)
from kencho.foundation.wareki import TOKYO

__all__ = ["CONTENT_TYPE", "MAX_CELL", "MAX_ROWS", "read_xlsx", "write_xlsx"]

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAX_ROWS: Final = 1_048_576
"""Lines that a sheet can hold, the header included."""

MAX_CELL: Final = 32_767
"""UTF-16 units that a cell can hold."""

_EXACT_INTEGER: Final = 10**15  # Excel keeps fifteen digits; longer numbers go in as text

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNPACKED_RATIO: Final = 20
"""How many times larger than its limit an upload may unpack; a sheet of text packs about ten times."""

# What zipfile, the XML parsers (SyntaxError) and openpyxl let through for a file that is not quite a workbook.
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    ArithmeticError,
    OSError,
    RecursionError,
    NotImplementedError,
)

_OLE_HEADER: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what Excel writes around a file with a password


def write_xlsx(
    target: BinaryIO, *, header: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = "Sheet1"
) -> int:
    """Writes one sheet, row by row, and gives the number of data rows. Control characters are left out.

    Raises `ValueError` (before the file is complete) for a row of another length than the header, for more
    than `MAX_ROWS` lines and for a text longer than `MAX_CELL`: nothing is cut silently.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\*?:/\[\]]", "_", title)[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name, 1) for name in header])
    line = 1
    try:
        for line, row in enumerate(rows, start=2):
            if len(row) != len(header) or line > MAX_ROWS:
                raise ValueError(f"row {line}")
            sheet.append([_cell(sheet, value, line) for value in row])
    except Exception:
        # Only saving removes the temporary file that openpyxl keeps the rows in.
        book.save(BytesIO())
        raise
    book.save(target)
    return line - 1


def _cell(sheet: Any, value: Cell, line: int) -> Any:
    """A number or a date as itself, everything else as a text that is never taken for a formula."""
    from openpyxl.cell import WriteOnlyCell

    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value if value.tzinfo is None else value.astimezone(TOKYO).replace(tzinfo=None)
    if isinstance(value, date) or (
        isinstance(value, int | float | Decimal) and -_EXACT_INTEGER < value < _EXACT_INTEGER
    ):
        return value
    text = _CONTROL.sub("", value if isinstance(value, str) else as_text(value))
    if len(text.encode("utf-16-le")) // 2 > MAX_CELL:
        raise ValueError(f"row {line}: text too long")
    cell = WriteOnlyCell(sheet, value="")
    cell.value = text
    cell.data_type = "s"
    if is_risky(text):
        # Excel would make it a formula as soon as somebody edits the cell; this mark keeps it a text.
        cell.quotePrefix = True
    return cell


def read_xlsx(
    data: bytes, *, required: Sequence[str], optional: Sequence[str] = (), limits: Limits | None = None
) -> TableFile:
    """Reads the first sheet of an uploaded file, its first filled line naming the columns, in any order.

    Dates come as ISO text, whole numbers without a fraction. Formulas and error values are problems. Nothing
    is raised for what the file holds; one that unpacks beyond reason is refused unread.
    """
    limits = limits or Limits()
    table = TableFile(encoding="xlsx")
    try:
        if _is_sound(data, table, limits):
            _read_sheet(data, table, TableReader(table, limits, required, optional))
    except TooManyProblems:
        pass
    return table


def _is_sound(data: bytes, table: TableFile, limits: Limits) -> bool:
    if not data:
        table.add("empty_file")
    elif len(data) > limits.max_bytes:
        table.add("too_large", limit=megabytes(limits))
    elif data.startswith(_OLE_HEADER):
        table.add("password")
    else:
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            table.add("unreadable")
        else:
            if unpacked > limits.max_bytes * _UNPACKED_RATIO:
                table.add("too_large", limit=megabytes(limits))
    return table.is_valid


def _read_sheet(data: bytes, table: TableFile, reader: TableReader) -> None:
    from openpyxl import load_workbook

    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            _feed(book, table, reader)
        finally:
            book.close()
    except _UNREADABLE:
        table.rows.clear()
        table.add("unreadable")


def _feed(book: Any, table: TableFile, reader: TableReader) -> None:
    sheets = book.worksheets
    if not sheets:
        table.add("empty_file")
        return
    # The size that the sheet states of itself may be wrong or huge; only what is there counts.
    sheets[0].reset_dimensions()
    for line, cells in enumerate(_lines(sheets[0], reader), start=1):
        if not reader.feed(line, cells):
            return
    if not reader.columns:
        table.add("empty_file")


def _lines(sheet: Any, reader: TableReader) -> Iterator[list[str]]:
    widest = reader.limits.max_columns + 1
    blank_lines = 0
    for line, raw in enumerate(sheet.iter_rows(max_col=widest), start=1):
        texts = [_text(cell, line, index, reader) for index, cell in enumerate(raw)]
        while texts and not texts[-1] and len(texts) > len(reader.columns):
            texts.pop()
        # Formatting can reach down to the last of a million lines; rows end where nothing more is written.
        blank_lines = 0 if any(texts) else blank_lines + 1
        if blank_lines > 1000:
            return
        texts += [""] * (len(reader.columns) - len(texts))
        yield texts


def _text(cell: Any, line: int, index: int, reader: TableReader) -> str:
    value = cell.value
    if cell.data_type in ("f", "e"):
        column = reader.columns[index] if index < len(reader.columns) else str(index + 1)
        code = "formula_cell" if cell.data_type == "f" else "error_cell"
        reader.table.add(code, line, column=column, value=value)
        return ""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, float):
        return (
            format(value, ".15g") if value != int(value) or abs(value) >= _EXACT_INTEGER else str(int(value))
        )
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, time) else as_text(value)

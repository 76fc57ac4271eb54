"""Workbooks through calamine: values and merged ranges, and from the package what calamine does not tell."""

import datetime
import io
from collections.abc import Callable
from typing import Final, TypeVar

import python_calamine
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kencho.catalog.fixer.reading.details import Details, look_ods, look_xlsx
from kencho.catalog.fixer.reading.packages import Package
from kencho.catalog.fixer.reading.textfile import MAX_CELLS
from kencho.catalog.fixer.shapes import Range, Refusal, Sheet, Value, Workbook, WorkbookFacts

_Result = TypeVar("_Result")

MAX_SHEETS: Final = 200
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"


def read_excel(data: bytes) -> Workbook:
    """A workbook from the bytes of xlsx, xlsm, xlsb, xls or ods. Raises `Refusal`."""
    package: Package | None = None
    if data.startswith(_COMPOUND):
        if _ENCRYPTED in data:
            raise Refusal("password_protected")
        kind = "xls"
    else:
        package = Package(data)
        kind = package.kind
    details = Details()
    if package is not None and kind == "xlsx":
        details = look_xlsx(package)
    elif package is not None and kind == "ods":
        details = look_ods(package)
    book = _guarded(lambda: _opened(data))
    if len(book.sheet_names) > MAX_SHEETS:
        raise Refusal("too_many_sheets", limit=MAX_SHEETS)
    sheets = _sheets(book, details)
    facts = WorkbookFacts(
        properties=details.properties,
        hidden_sheets=tuple(sheet.name for sheet in sheets if sheet.hidden),
        hidden_rows={s.name: tuple(sorted(s.hidden_rows)) for s in sheets if s.hidden_rows},
        hidden_columns={
            s.name: tuple(Range(0, c, 0, c).ref.rstrip("1") for c in sorted(s.hidden_columns))
            for s in sheets
            if s.hidden_columns
        },
        comments={
            s.name: {Range(r, c, r, c).ref: text for (r, c), text in s.comments.items()}
            for s in sheets
            if s.comments
        },
        objects={s.name: s.objects for s in sheets if s.objects},
        defined_names=details.defined_names,
        has_macros=details.has_macros,
        has_external_links=details.has_external_links,
        complete=details.complete,
    )
    return Workbook(sheets, kind, facts=facts)


def _opened(data: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _guarded(work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except python_calamine.PasswordError:
        raise Refusal("password_protected") from None
    except BaseException as error:  # noqa: BLE001  # a broken file makes the reader panic, which is no `Exception`
        if "password" in str(error).lower():
            raise Refusal("password_protected") from None
        raise Refusal("corrupt") from None


def _sheets(book: CalamineWorkbook, details: Details) -> list[Sheet]:
    sheets: list[Sheet] = []
    cells = 0
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
            continue
        sheet = _sheet(book, index, details)
        sheet.hidden = meta.visible != SheetVisibleEnum.Visible
        cells += sum(map(len, sheet.rows))
        if cells > MAX_CELLS:
            raise Refusal("too_many_cells", limit=MAX_CELLS, sheet=sheet.name)
        sheets.append(sheet)
    return sheets


def _sheet(book: CalamineWorkbook, index: int, details: Details) -> Sheet:
    read = _guarded(lambda: book.get_sheet_by_index(index))
    rows = [[_value(cell) for cell in row] for row in _guarded(lambda: read.to_python(skip_empty_area=False))]
    detail = details.sheets.get(read.name)
    merges = tuple(
        Range(top, left, bottom, right)
        for (top, left), (bottom, right) in (_guarded(lambda: read.merged_cell_ranges) or ())
        if bottom < _MAX_ROWS and (top, left) != (bottom, right)
    )
    sheet = Sheet(read.name, rows, merges)
    if detail is not None:
        sheet.merges = merges or detail.merges
        sheet.hidden_rows, sheet.hidden_columns = detail.hidden_rows, detail.hidden_columns
        sheet.formulas, sheet.formats = detail.formulas, detail.formats
        sheet.comments, sheet.objects = detail.comments, detail.objects
        _put_errors(rows, detail.errors)
    return sheet


_MAX_ROWS: Final = 1_048_576


def _put_errors(rows: list[list[Value]], errors: dict[tuple[int, int], str]) -> None:
    # calamine reads #N/A as an empty cell; it is not the same.
    for (row, column), text in errors.items():
        while len(rows) <= row:
            rows.append([])
        line = rows[row]
        line.extend([None] * (column + 1 - len(line)))
        if line[column] is None:
            line[column] = text


def _value(cell: object) -> Value:
    if cell.__class__ is str:
        return cell or None
    if cell.__class__ is float:
        number: float = cell
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    if isinstance(cell, int | str):
        return cell
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return None

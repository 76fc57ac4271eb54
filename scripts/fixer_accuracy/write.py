"""Writes workbooks as xlsx (with merges, hidden parts, formulas and their results), CSV and OpenDocument."""

import csv
import datetime
import io
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from scripts.fixer_accuracy.model import Area, Book, Cell, Input, Page


def write(book: Book, folder: Path) -> Path:
    """Write the file into a folder; returns its path."""
    path = folder / f"{book.name}.{book.format}"
    {"xlsx": _write_xlsx, "csv": _write_csv, "ods": _write_ods}[book.format](book, path)
    return path


def _write_xlsx(book: Book, path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.set_properties({"created": datetime.datetime(2024, 4, 1, tzinfo=datetime.UTC)})
        formats: dict[str, Any] = {}
        for page in book.pages:
            sheet = workbook.add_worksheet(page.name)
            for area in page.merges:
                sheet.merge_range(area.top, area.left, area.bottom, area.right, "")
            for (row, column), cell in page.cells.items():
                look = (
                    formats.setdefault(cell.format, workbook.add_format({"num_format": cell.format}))
                    if cell.format
                    else None
                )
                _write_cell(sheet, row, column, cell, look)
            for row in page.hidden_rows:
                sheet.set_row(row, None, None, {"hidden": True})
            for column in page.hidden_columns:
                sheet.set_column(column, column, None, None, {"hidden": True})
            if page.is_hidden:
                sheet.hide()
            if page.has_object:
                sheet.insert_textbox(2, page.extent()[1] + 1, "担当者メモ")


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    value = cell.value
    if cell.formula:
        sheet.write_formula(row, column, f"={cell.formula}", look, value)
    elif isinstance(value, (datetime.date, datetime.datetime)):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    else:
        sheet.write_number(row, column, value, look)


def text_of(value: Input) -> str:
    """A cell as a CSV holds it."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return "" if value is None else str(value)


def _write_csv(book: Book, path: Path) -> None:
    page = book.pages[0]
    rows, columns = page.extent()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in range(rows):
        cells = (page.cells.get((row, column)) for column in range(columns))
        writer.writerow([text_of(cell.value) if cell else "" for cell in cells])
    path.write_bytes(_encoded(text.getvalue(), book.encoding))


def _encoded(text: str, encoding: str) -> bytes:
    """In the encoding, or in UTF-8 when it cannot say everything (CP932 has neither ¥ nor −)."""
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")
    return data if data.decode(encoding) == text else text.encode("utf-8-sig")


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_ODS_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def _write_ods(book: Book, path: Path) -> None:
    """OpenDocument (ISO/IEC 26300), the few elements that a table needs."""
    body = "".join(_ods_sheet(page) for page in book.pages)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS_KIND, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _ODS_HEAD + body + _ODS_TAIL)


def _ods_sheet(page: Page) -> str:
    rows, columns = page.extent()
    anchors = {(area.top, area.left): area for area in page.merges}
    covered = {
        (row, column)
        for area in page.merges
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    } - set(anchors)
    lines = [f"<table:table table:name={quoteattr(page.name)}>"]
    if page.hidden_columns:
        lines += [
            f"<table:table-column{_ods_visibility(column in page.hidden_columns)}/>"
            for column in range(columns)
        ]
    for row in range(rows):
        cells = "".join(
            _ods_cell(page.cells.get((row, column)), anchors.get((row, column)), (row, column) in covered)
            for column in range(columns)
        )
        lines.append(f"<table:table-row{_ods_visibility(row in page.hidden_rows)}>{cells}</table:table-row>")
    return "".join([*lines, "</table:table>"])


def _ods_visibility(is_hidden: bool) -> str:
    return ' table:visibility="collapse"' if is_hidden else ""


def _ods_cell(cell: Cell | None, area: Area | None, is_covered: bool) -> str:
    name = "table:covered-table-cell" if is_covered else "table:table-cell"
    span = ""
    if area:
        span = (
            f' table:number-columns-spanned="{area.right - area.left + 1}"'
            f' table:number-rows-spanned="{area.bottom - area.top + 1}"'
        )
    if cell is None or cell.value in {None, ""}:
        return f"<{name}{span}/>"
    value = cell.value
    if isinstance(value, (int, float)):
        return f'<{name}{span} office:value-type="float" office:value="{value}"><text:p>{value}</text:p></{name}>'
    if isinstance(value, (datetime.date, datetime.datetime)):
        day = value.isoformat()
        return f'<{name}{span} office:value-type="date" office:date-value="{day}"><text:p>{day}</text:p></{name}>'
    paragraphs = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in str(value).split("\n"))
    return f'<{name}{span} office:value-type="string">{paragraphs}</{name}>'


def _ods_text(line: str) -> str:
    """Blanks at the ends are kept only as elements."""
    inner = line.strip(" ")
    before, after = len(line) - len(line.lstrip(" ")), len(line) - len(line.rstrip(" "))
    blank = '<text:s text:c="{}"/>'
    return (
        (blank.format(before) if before else "")
        + escape(inner)
        + (blank.format(after) if inner and after else "")
    )

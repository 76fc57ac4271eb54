"""Tables that people keep in a spreadsheet, as rows of text by heading."""

import csv
import io
from collections.abc import Iterable, Sequence
from zipfile import BadZipFile

from django.core.files import File
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _


class UnreadableTable(Exception):
    """The file is neither CSV nor xlsx, or has no heading."""


def read_table(file: File[bytes], *, required: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a CSV (UTF-8 or Shift_JIS) or xlsx file below its heading. Raises UnreadableTable."""
    content = file.read()
    rows = _xlsx_rows(content) if content.startswith(b"PK") else _csv_rows(content)
    heading, *lines = rows or [[]]
    names = [name.strip() for name in heading]
    missing = [name for name in required if name not in names]
    if missing:
        raise UnreadableTable(_("1行目に列の名前がありません：%(names)s") % {"names": "、".join(missing)})
    return [dict(zip(names, line, strict=False)) for line in lines if any(cell.strip() for cell in line)]


def _csv_rows(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return list(csv.reader(io.StringIO(text, newline="")))
    raise UnreadableTable(_("文字コードを読み取れません。UTF-8 で保存し直してください。"))


def _xlsx_rows(content: bytes) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as broken:
        raise UnreadableTable(_("Excel ファイルを開けません。")) from broken
    rows = [
        ["" if cell is None else str(cell) for cell in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    book.close()
    return rows


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A CSV with a byte order mark, which spreadsheets need to recognise UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _harmless(cell: str) -> str:
    # A spreadsheet would run a cell that begins like this as a formula.
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell

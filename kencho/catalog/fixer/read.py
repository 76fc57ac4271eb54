"""From a file to a `Workbook`: xlsx, xlsm, xlsb, xls, ods, csv, tsv. Heavy: for a child process.

The kind of file is told by its first bytes, not by its name; what cannot be read is a `Refusal`.
"""

import os
from pathlib import Path
from typing import Final

from kencho.catalog.fixer.reading.excel import read_excel
from kencho.catalog.fixer.reading.textfile import read_text
from kencho.catalog.fixer.shapes import Refusal, Workbook

__all__ = ["read_bytes", "read_file"]

MAX_BYTES: Final = 512 * 1024 * 1024
_ZIP: Final = b"PK"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)


def read_file(path: str | os.PathLike[str]) -> Workbook:
    """Reads a file. Raises `Refusal`; `OSError` when the file is not there."""
    file = Path(path)
    size = file.stat().st_size
    if size > MAX_BYTES:
        raise Refusal("too_large", limit=MAX_BYTES, size=size)
    return read_bytes(file.read_bytes(), name=file.name)


def read_bytes(data: bytes, *, name: str = "") -> Workbook:
    """Reads what a file holds; `name` only gives the table its name. Raises `Refusal`."""
    if not data.strip():
        raise Refusal("empty")
    if data.startswith((_ZIP, _COMPOUND)):
        workbook = read_excel(data)
    elif data.startswith(_OTHER):
        raise Refusal("unknown_format")
    else:
        workbook = read_text(data, name=Path(name).stem)
    workbook.name = name
    return workbook

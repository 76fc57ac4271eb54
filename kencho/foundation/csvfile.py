"""CSV files in and out, as Japanese offices use them: UTF-8 with BOM or CP932, opened by Excel.

Sources: RFC 4180; 総務省「統計表における機械判読可能なデータの表記方法の統一ルール」; OWASP "CSV Injection". Writing
streams and never fails on a character; reading never raises for what a person uploads but lists its problems
with line numbers. `xlsxfile` shares the types of this module.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.foundation.text import Replaced, degrade_cp932
from kencho.foundation.wareki import TOKYO

__all__ = [
    "Cell",
    "CsvExport",
    "Encoding",
    "FileProblem",
    "Limits",
    "ReplacedInCell",
    "Row",
    "TableFile",
    "defuse",
    "is_risky",
    "read_csv",
    "undo_defuse",
]

Cell = str | int | float | Decimal | date | datetime | bool | None
Encoding = Literal["utf-8", "cp932"]

BOM: Final = b"\xef\xbb\xbf"
_CHUNK_ROWS: Final = 256
_MAX_PROBLEMS: Final = 100
_MAX_REPLACED: Final = 1000

# Spreadsheets take a cell that begins so for a formula; the full-width signs count in Japanese ones.
_RISKY: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_HARMLESS: Final = re.compile(r"-|[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula. Plain signed numbers and a lone hyphen are not."""
    return _RISKY.match(text) is not None and _HARMLESS.fullmatch(text) is None


def defuse(text: str) -> str:
    """The text with an apostrophe in front when a spreadsheet might run it. `undo_defuse` takes it off again."""
    return f"'{text}" if is_risky(text) else text


def undo_defuse(text: str) -> str:
    """What `defuse` was given."""
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text


def as_text(value: Cell) -> str:
    """A value as a machine-readable cell: ISO dates, instants in Japanese time, plain decimals, nothing for `None`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(TOKYO)).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return defuse(value) if isinstance(value, str) else str(value)


@dataclass(frozen=True, slots=True)
class ReplacedInCell:
    """A character that the encoding does not know: its row (the header is line 1), its column name, what happened."""

    line: int
    column: str
    what: Replaced


@dataclass
class CsvExport:
    """A CSV file to stream: iterating gives its bytes in chunks, once.

    Lines end with CRLF. In CP932, unknown characters fall back (縮退); what was replaced stands in `replaced`
    after the last chunk (the first thousand; `replaced_count` counts all).
    """

    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    encoding: Encoding = "utf-8"
    replaced: list[ReplacedInCell] = field(default_factory=list, init=False)
    replaced_count: int = field(default=0, init=False)

    @property
    def content_type(self) -> str:
        """The value of the HTTP header Content-Type."""
        return f"text/csv; charset={'utf-8' if self.encoding == 'utf-8' else 'Shift_JIS'}; header=present"

    def __iter__(self) -> Iterator[bytes]:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        if self.encoding == "utf-8":
            yield BOM
        writer.writerow(self._line(1, self.header))
        for line, row in enumerate(self.rows, start=2):
            if len(row) != len(self.header):
                raise ValueError(f"row {line}: {len(row)} cells for {len(self.header)} columns")
            writer.writerow(self._line(line, row))
            if line % _CHUNK_ROWS == 0:
                yield self._drain(buffer)
        yield self._drain(buffer)

    def _drain(self, buffer: io.StringIO) -> bytes:
        data = buffer.getvalue().encode(self.encoding)
        buffer.seek(0)
        buffer.truncate()
        return data

    def _line(self, line: int, cells: Sequence[Cell]) -> list[str]:
        texts = [as_text(cell) for cell in cells]
        if self.encoding == "utf-8":
            # A lone surrogate is no character; UTF-8 has no form for it.
            return [
                text.encode("utf-8", "replace").decode() if not text.isascii() else text for text in texts
            ]
        return [self._degraded(line, column, text) for column, text in enumerate(texts)]

    def _degraded(self, line: int, column: int, text: str) -> str:
        plain, replaced = degrade_cp932(text)
        self.replaced_count += len(replaced)
        room = _MAX_REPLACED - len(self.replaced)
        self.replaced += [ReplacedInCell(line, self.header[column], one) for one in replaced[:room]]
        return plain


# Reading

_MESSAGES: Final[dict[str, Promise]] = {
    "empty_file": _("ファイルに何も書かれていません。"),
    "too_large": _("ファイルが大きすぎます。%(limit)sメガバイトまでにしてください。"),
    "unknown_encoding": _("文字コードが分かりません。UTF-8かShift_JIS（CP932）で保存してください。"),
    "unreadable": _("ファイルが壊れているか、種類が違うため読めません。"),
    "password": _("パスワード付きのファイルは読めません。パスワードを外してください。"),
    "nul_character": _("使えない制御文字があります。"),
    "bad_quoting": _('引用符（"）の使い方が正しくありません。'),
    "missing_column": _("「%(column)s」の列がありません。"),
    "unknown_column": _("「%(column)s」は知らない列です。"),
    "duplicate_column": _("「%(column)s」の列が二つ以上あります。"),
    "too_many_rows": _("行が多すぎます。%(limit)s行までにしてください。"),
    "too_many_columns": _("列が多すぎます。%(limit)s列までにしてください。"),
    "cell_count": _("列の数が見出しと違います（見出し%(expected)s、この行%(found)s）。"),
    "cell_too_long": _("「%(column)s」が長すぎます。%(limit)s文字までにしてください。"),
    "long_cell": _("長すぎるセルがあります。"),
    "formula_cell": _("「%(column)s」に数式があります。値に直してください。"),
    "error_cell": _("「%(column)s」の値がエラー（%(value)s）になっています。"),
    "too_many_problems": _("直すところが多いため、ここまでで読むのをやめました。"),
}


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Something to put right in an uploaded file. `line` counts from 1 as an editor does; 0 means the whole file."""

    code: str
    line: int = 0
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """One Japanese sentence, with the line in front when there is one."""
        text = str(_MESSAGES[self.code]) % self.params
        return str(_("%(line)s行目：%(text)s")) % {"line": self.line, "text": text} if self.line else text


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an upload is read: bytes, data rows, columns, characters in one cell."""

    max_bytes: int = 10 * 1024 * 1024
    max_rows: int = 100_000
    max_columns: int = 200
    max_cell: int = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: the line on which it begins and its cells by column name."""

    line: int
    values: dict[str, str]


@dataclass
class TableFile:
    """What was read. Use `rows` only when `is_valid`; otherwise show the messages of `problems`."""

    rows: list[Row] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    encoding: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether the whole file could be read as asked."""
        return not self.problems

    def add(self, code: str, line: int = 0, **params: object) -> None:
        """Notes a problem; from the hundredth on, raises `TooManyProblems`."""
        self.problems.append(FileProblem(code, line, params))
        if len(self.problems) >= _MAX_PROBLEMS:
            self.problems.append(FileProblem("too_many_problems"))
            raise TooManyProblems


class TooManyProblems(Exception):
    """Reading on would only lengthen the list."""


@dataclass
class TableReader:
    """Turns raw lines into rows under a checked header; the part that CSV and Excel files share."""

    table: TableFile
    limits: Limits
    required: Sequence[str]
    optional: Sequence[str] = ()
    columns: list[str] = field(default_factory=list, init=False)

    def feed(self, line: int, cells: Sequence[str]) -> bool:
        """Takes one raw line. False when there is no use in going on."""
        if not self.columns:
            return self._header(line, cells)
        if not any(cells):
            return True
        if len(self.table.rows) >= self.limits.max_rows:
            self.table.add("too_many_rows", line, limit=self.limits.max_rows)
            return False
        if len(cells) != len(self.columns):
            self.table.add("cell_count", line, expected=len(self.columns), found=len(cells))
            return True
        for column, cell in zip(self.columns, cells, strict=True):
            if len(cell) > self.limits.max_cell:
                self.table.add("cell_too_long", line, column=column, limit=self.limits.max_cell)
        self.table.rows.append(Row(line, dict(zip(self.columns, cells, strict=True))))
        return True

    def _header(self, line: int, cells: Sequence[str]) -> bool:
        if not any(cell.strip() for cell in cells):
            return True
        if len(cells) > self.limits.max_columns:
            self.table.add("too_many_columns", line, limit=self.limits.max_columns)
            return False
        names = [" ".join(cell.split()) for cell in cells]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                self.table.add("duplicate_column", line, column=name)
            if name not in self.required and name not in self.optional:
                self.table.add("unknown_column", line, column=name[:50])
        for name in self.required:
            if name not in names:
                self.table.add("missing_column", line, column=name)
        self.columns = names
        return self.table.is_valid


def read_csv(
    data: bytes, *, required: Sequence[str], optional: Sequence[str] = (), limits: Limits | None = None
) -> TableFile:
    """Reads an uploaded CSV file whose first line names its columns, in any order.

    UTF-8 (with or without BOM) or CP932 is recognised. Empty lines are skipped, the apostrophe of `defuse` is
    taken off. Nothing is raised for what the file holds.
    """
    limits = limits or Limits()
    table = TableFile()
    try:
        if text := _decoded(data, table, limits):
            _read_lines(text, TableReader(table, limits, required, optional))
    except TooManyProblems:
        pass
    return table


def _decoded(data: bytes, table: TableFile, limits: Limits) -> str:
    if len(data) > limits.max_bytes:
        table.add("too_large", limit=megabytes(limits))
        return ""
    if not data.removeprefix(BOM).strip():
        table.add("empty_file")
        return ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        table.add("unknown_encoding")
        return ""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            broken = error
            continue
        if "\0" in text:
            table.add("nul_character", text[: text.index("\0")].count("\n") + 1)
            return ""
        table.encoding = encoding.removesuffix("-sig")
        return text
    table.add("unknown_encoding", data[: broken.start].count(b"\n") + 1)
    return ""


def megabytes(limits: Limits) -> str:
    """The size limit as people write it."""
    return format(Decimal(limits.max_bytes) / (1024 * 1024), ".3g")


def _read_lines(text: str, reader: TableReader) -> None:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    begin = 1
    try:
        for cells in lines:
            if not reader.feed(begin, [undo_defuse(cell) for cell in cells]):
                return
            begin = lines.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            reader.table.add("long_cell", begin)
        else:
            reader.table.add("bad_quoting", begin)
        return
    if not reader.columns:
        reader.table.add("empty_file")

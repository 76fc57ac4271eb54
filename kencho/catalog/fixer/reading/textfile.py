"""Text files: the ladder of encodings, the separator, the cells."""

import contextlib
import csv
import io
import re
from typing import Final, NamedTuple

from kencho.catalog.fixer.shapes import Refusal, Sheet, Value, Workbook
from kencho.catalog.tables.decode import SAMPLE, sample_encoding
from kencho.catalog.tables.refusals import Refused

MAX_COLUMNS: Final = 16_384
MAX_CELLS: Final = 5_000_000
_SAMPLE: Final = 64 * 1024


class Decoded(NamedTuple):
    """Text, the codec it was written in, and whether it began with a byte order mark."""

    text: str
    encoding: str
    had_bom: bool


_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def decode(data: bytes) -> Decoded:
    """Byte order mark, UTF-16 by its zero bytes, UTF-8, CP932, EUC-JP: the first that reads every byte.

    Raises `Refusal("undecodable")` with the line and byte where the best of them stopped.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_strict(data[len(mark) :], (encoding,))[0], encoding, True)
    ladder = _ladder(data)
    if ladder:
        with contextlib.suppress(UnicodeDecodeError):
            return Decoded(_checked(data.decode(ladder), ladder), ladder, False)
    sample = data[:_SAMPLE]
    if len(sample) >= 4 and sample.count(0) > len(sample) // 8:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        text, encoding = _strict(data, ("utf-16-le" if odd >= even else "utf-16-be",))
    else:
        text, encoding = _strict(data, ("utf-8", "cp932", "euc_jp"))
    _checked(text, encoding)
    return Decoded(text, encoding, False)


_NO_CHARACTER: Final = re.compile("[\uf8f0-\uf8f3\x80\xa0]")


def _checked(text: str, encoding: str) -> str:
    """Python's CP932 lets four bytes pass that are no characters (FD, FE, FF and others): they are refused."""
    if encoding == "cp932" and (found := _NO_CHARACTER.search(text)):
        byte = len(text[: found.start()].encode("cp932"))
        raise Refusal("undecodable", byte=byte, line=text.count("\n", 0, found.start()) + 1)
    return text


def _ladder(data: bytes) -> str:
    """The codec that the whole catalogue would choose for such a beginning; empty when it finds none."""
    try:
        return sample_encoding(data[:SAMPLE], is_whole=len(data) <= SAMPLE).name
    except Refused:
        return ""


def _strict(data: bytes, encodings: tuple[str, ...]) -> tuple[str, str]:
    best = -1
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            best = max(best, error.start)
        else:
            return text, encoding
    raise Refusal("undecodable", byte=best, line=data.count(b"\n", 0, best) + 1)


def read_text(data: bytes, *, name: str) -> Workbook:
    """A workbook of one sheet. Raises `Refusal`."""
    decoded = decode(data)
    if decoded.text.count("\x00") > 0:
        raise Refusal("unknown_format")
    separator = _separator(decoded.text)
    rows = _rows(decoded.text, separator)
    kind = "tsv" if separator == "\t" else "csv"
    return Workbook([Sheet(name or "表", rows)], kind, decoded.encoding, decoded.had_bom)


def _separator(text: str) -> str:
    """The separator that most of the first lines agree on."""
    lines = [line for line in text[:_SAMPLE].splitlines()[:50] if line.strip()]
    counts = {mark: sum(mark in line for line in lines) for mark in ",\t;"}
    if counts[","] == 0 and counts[";"] > len(lines) // 2 and counts["\t"] == 0:
        return ";"
    totals = {mark: sum(line.count(mark) for line in lines) for mark in ",\t"}
    if counts["\t"] > counts[","] or (counts["\t"] == counts[","] and totals["\t"] > totals[","]):
        return "\t"
    return ","


def _rows(text: str, separator: str) -> list[list[Value]]:
    try:
        return _parse(text, separator, strict=True)
    except csv.Error as error:
        if "unexpected end" in str(error) or "field larger" in str(error):
            raise Refusal("unclosed_quote", line=_unclosed(text, separator)) from None
    # 「"津"市」: a quote that closes too early; spreadsheets read on, so does this.
    try:
        return _parse(text, separator, strict=False)
    except csv.Error as error:
        code = "unclosed_quote" if "field larger" in str(error) else "corrupt"
        raise Refusal(code, line=_unclosed(text, separator)) from None


def _parse(text: str, separator: str, *, strict: bool) -> list[list[Value]]:
    rows: list[list[Value]] = []
    cells = 0
    if any(line.count(separator) > 64 * MAX_COLUMNS for line in io.StringIO(text, newline="")):
        raise Refusal("too_many_columns", limit=MAX_COLUMNS)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict):
        if len(row) > MAX_COLUMNS:
            raise Refusal("too_many_columns", limit=MAX_COLUMNS, found=len(row))
        cells += len(row)
        if cells > MAX_CELLS:
            raise Refusal("too_many_cells", limit=MAX_CELLS)
        rows.append([cell or None for cell in row])
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _unclosed(text: str, separator: str) -> int:
    """The line on which the last row that could be read ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for _row in reader:
            line = reader.line_num + 1
    except csv.Error:
        pass
    return line

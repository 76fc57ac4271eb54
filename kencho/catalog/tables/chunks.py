"""A CSV file of any encoding as chunks of whole rows in UTF-8, in bounded memory. Loads NumPy: for children only.

Quotes, line ends and the delimiters are single bytes below 0x40 in every encoding that we take, and no second byte of
a character is (CP932 begins at 0x40), so rows are cut before anything is decoded. RFC 4180 is kept to the letter: a
quote that stands where none may stand is refused with its line.
"""

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from kencho.catalog.tables.decode import (
    SAMPLE,
    Encoding,
    find_encoding,
    no_cp932,
    reads_like_utf8,
    sample_encoding,
    utf8_line,
)
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.schema import MOST_COLUMNS

CHUNK: Final = 8 << 20
DECODED: Final = 1 << 20
MOST_RECORD: Final = 64 << 20
MOST_CELL: Final = 1 << 20
DELIMITERS: Final = (",", "\t", ";")

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole rows: their text, how many, how many cells each has, which are empty lines, and where they stand."""

    text: bytes
    rows: int
    first_row: int
    cells: Numbers
    empty: npt.NDArray[np.bool_]
    has_quotes: bool
    done: int

    def cells_of(self, indexes: Collection[int], delimiter: str) -> dict[int, list[str]]:
        """The cells of some rows (counted from 0), read the slow way."""
        wanted = set(indexes)
        reader = csv.reader(io.StringIO(self.text.decode(), newline=""), delimiter=delimiter)
        return {number: row for number, row in enumerate(reader) if number in wanted}


class WrongEncoding(Exception):
    """The encoding found at the head does not hold for the whole file."""


class CsvSource:
    """An open CSV file: its encoding, delimiter and header, and its rows in chunks (`chunks`, as often as wanted)."""

    def __init__(self, path: Path, *, name: str = "", encoding: Encoding | None = None) -> None:
        """`name` is the name as it was dropped. Raises `Refused`."""
        self.path = path
        self.size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(SAMPLE)
        self.encoding = encoding or _sampled(path, head)
        text = head[self.encoding.bom :].decode(self.encoding.name, "ignore")
        if not text.strip():
            raise Refused("empty_file")
        # Files of old Macs end their lines with CR alone.
        self.has_lone_cr = "\n" not in text and "\r" in text
        self.delimiter = _delimiter(text, name)
        self.header: list[str] = self._header(text)

    def _header(self, text: str) -> list[str]:
        first = text.lstrip("\r\n")
        line = first.splitlines()[0]
        if line.count(self.delimiter) >= MOST_COLUMNS:
            raise Refused("too_many_columns", limit=MOST_COLUMNS)
        csv.field_size_limit(MOST_CELL)
        reader = csv.reader(io.StringIO(first, newline=""), delimiter=self.delimiter, strict=True)
        try:
            cells = next(reader)
        except (csv.Error, StopIteration):
            raise Refused("bad_quoting", line=1) from None
        self._header_lines = reader.line_num
        return cells

    def chunks(self, *, size: int = CHUNK) -> Iterator[Chunk]:
        """The rows after the header.

        Raises `Refused` for bad quoting, control characters and endless records, and for bytes that do not decode
        under any encoding; `WrongEncoding` when another one would fit, with `encoding` set to it.
        """
        cutter = _Cutter(self, size)
        try:
            yield from cutter.chunks()
        except (UnicodeDecodeError, WrongEncoding):
            found = find_encoding(self.path)
            if found == self.encoding:
                raise Refused("undecodable", line=cutter.line, byte=0, encoding=found.name) from None
            self.encoding = found
            raise WrongEncoding from None


def _sampled(path: Path, head: bytes) -> Encoding:
    try:
        return sample_encoding(head)
    except Refused as refused:
        if refused.code == "empty_file":
            raise
        return find_encoding(path)


def _delimiter(text: str, name: str) -> str:
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    line = text.lstrip("\r\n").splitlines()[0]
    counts = [line.count(each) for each in DELIMITERS]
    return DELIMITERS[counts.index(max(counts))]


class _Cutter:
    """Cuts the bytes of a file into chunks of whole rows."""

    def __init__(self, source: CsvSource, size: int) -> None:
        self._source = source
        self._size = size
        encoding = source.encoding
        self._wide = encoding.name.startswith("utf-16")
        self._codec = "utf-8" if self._wide else encoding.name
        self._delimiter = ord(source.delimiter)
        self.line = 1
        self._row = 1
        self._done = 0

    def chunks(self) -> Iterator[Chunk]:
        rest = b""
        skip = True
        for piece in self._pieces():
            rest = self._cleaned(rest + piece if rest else piece)
            if skip:
                rest = rest.lstrip(b"\r\n")
            cut = self._cut(rest)
            if not cut:
                if len(rest) > MOST_RECORD:
                    raise Refused("unclosed_quote", line=self._quote_line(rest))
                continue
            data, rest = rest[:cut], rest[cut:]
            yield from self._chunk(data, skip=skip)
            skip = False
        if rest:
            if rest.count(b'"') % 2:
                raise Refused("unclosed_quote", line=self._quote_line(rest))
            yield from self._chunk(rest if rest.endswith(b"\n") else rest + b"\n", skip=skip)

    def _pieces(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self._source.encoding.name)() if self._wide else None
        with self._source.path.open("rb") as file:
            file.seek(self._source.encoding.bom)
            while piece := file.read(self._size):
                self._done += len(piece)
                yield decoder.decode(piece).encode("utf-8", "surrogatepass") if decoder else piece
            if decoder:
                decoder.decode(b"", final=True)

    def _cleaned(self, data: bytes) -> bytes:
        if (at := data.find(0)) >= 0:
            raise Refused("nul_character", line=self.line + data.count(b"\n", 0, at))
        return data.replace(b"\r", b"\n") if self._source.has_lone_cr else data

    def _cut(self, data: bytes) -> int:
        """Behind the last line end that is outside of quotes."""
        at = len(data)
        quotes = data.count(b'"')
        while (at := data.rfind(b"\n", 0, at)) >= 0:
            if not quotes:
                return at + 1
            if data.count(b'"', 0, at) % 2 == 0:
                return at + 1
            # Not in here: go back to the quote that opens, there are no ends of rows between.
            at = data.rfind(b'"', 0, at)
        return 0

    def _quote_line(self, data: bytes) -> int:
        """The line of the first quote that stands wrongly, or of the last that opens."""
        places = np.flatnonzero(np.frombuffer(data, np.uint8) == 34)
        wrong = _wrong_quote(data, places, self._delimiter)
        at = wrong if wrong is not None else int(places[-1])
        return self.line + data.count(b"\n", 0, at)

    def _chunk(self, data: bytes, *, skip: bool) -> Iterator[Chunk]:
        shape = _shape(data, self._delimiter)
        if shape.wrong is not None:
            raise Refused("bad_quoting", line=self.line + data.count(b"\n", 0, shape.wrong))
        if shape.longest > MOST_RECORD:
            raise Refused("cell_too_long", line=self.line, limit=MOST_CELL)
        lines = data.count(b"\n")
        ends, cells, empty = shape.ends, shape.cells, shape.empty
        if skip:
            data = data[int(ends[0]) + 1 :]
            cells, empty = cells[1:], empty[1:]
        if len(cells):
            yield Chunk(
                text=self._utf8(data),
                rows=len(cells),
                first_row=self._row + 1,
                cells=cells,
                empty=empty,
                has_quotes=shape.has_quotes,
                done=self._done,
            )
        self._row += len(cells)
        self.line += lines

    def _utf8(self, data: bytes) -> bytes:
        if self._codec == "utf-8":
            data.decode()
            return data
        if self._codec == "cp932" and no_cp932(data) is not None:
            raise WrongEncoding
        decoder = codecs.getincrementaldecoder(self._codec)()
        parts = []
        # Small pieces stay in the processor's cache: a third faster than the whole at once.
        for at in range(0, len(data), DECODED):
            text = decoder.decode(data[at : at + DECODED])
            if self._codec == "cp932" and reads_like_utf8(text) and utf8_line(data) is not None:
                raise WrongEncoding
            parts.append(text.encode())
        decoder.decode(b"", final=True)
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Shape:
    ends: Numbers
    cells: Numbers
    empty: npt.NDArray[np.bool_]
    has_quotes: bool
    longest: int
    wrong: int | None


def _shape(data: bytes, delimiter: int) -> _Shape:
    """Where the rows of whole-row data end and how many cells each has."""
    array = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(array == 10)
    parts = np.flatnonzero(array == delimiter)
    has_quotes = b'"' in data
    wrong = None
    if has_quotes:
        quotes = np.flatnonzero(array == 34)
        wrong = _wrong_quote(data, quotes, delimiter)
        ends = ends[np.searchsorted(quotes, ends) & 1 == 0]
        parts = parts[np.searchsorted(quotes, parts) & 1 == 0]
    cells = np.diff(np.searchsorted(parts, ends), prepend=0) + 1
    lengths = np.diff(ends, prepend=-1) - 1
    before = array[np.maximum(ends - 1, 0)]
    empty = (lengths == 0) | ((lengths == 1) & (before == 13))
    return _Shape(ends, cells, empty, has_quotes, int(lengths.max(initial=0)), wrong)


def _wrong_quote(data: bytes, quotes: Numbers, delimiter: int) -> int | None:
    """The first quote that neither opens a cell, nor closes one, nor is one half of a doubled quote."""
    array = np.frombuffer(data, np.uint8)
    edges = np.array([10, 13, delimiter], np.uint8)
    opens, closes = quotes[0::2], quotes[1::2]
    before = array[np.maximum(opens - 1, 0)]
    fine_open = (opens == 0) | np.isin(before, edges)
    # A quote that opens directly behind one that closes: the two are one doubled quote.
    fine_open[1:] |= opens[1:] - 1 == closes[: len(opens) - 1]
    after = array[np.minimum(closes + 1, len(array) - 1)]
    fine_close = (closes == len(array) - 1) | np.isin(after, edges)
    doubled = opens[1 : len(closes) + 1] - 1
    fine_close[: len(doubled)] |= closes[: len(doubled)] == doubled
    wrong = np.concatenate([opens[~fine_open], closes[~fine_close]])
    return int(wrong.min()) if len(wrong) else None

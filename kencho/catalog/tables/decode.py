"""Which encoding a file has, by a strict ladder instead of a guess: BOM, UTF-16 by its zero bytes, UTF-8, CP932, EUC-JP.

A file counts as an encoding only when every byte of it decodes. Where none does, the first byte that does not is
named with its line, and a file that changes its encoding on the way is called that.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kencho.catalog.tables.refusals import Refused

SAMPLE: Final = 1 << 20
PIECE: Final = 1 << 20
BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
LADDER: Final = ("utf-8", "cp932", "euc_jp")

_THREES: Final = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2}")
_HALF_KANA: Final = re.compile("[\uff61-\uff9f]")
_KANA: Final = re.compile("[\u3041-\u30fe]")
_WIDE: Final = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec of Python and the length of the byte order mark in front."""

    name: str
    bom: int = 0

    @property
    def has_bom(self) -> bool:
        """Whether the file says its encoding itself."""
        return self.bom > 0


def sample_encoding(head: bytes, *, is_whole: bool = False) -> Encoding:
    """The encoding of a file by its first bytes; a last character that is cut off is forgiven unless `is_whole`.

    Raises `Refused`: `empty_file`, `unknown_encoding`.
    """
    if not head:
        raise Refused("empty_file")
    for mark, name in BOMS:
        if head.startswith(mark):
            return Encoding(name, len(mark))
    if name := _utf16(head):
        return Encoding(name)
    fitting = [name for name in LADDER if _decodes(head, name, is_whole=is_whole)]
    if fitting[:1] == ["cp932"] and utf8_line(head) is not None:
        # Some lines are UTF-8, others are not.
        raise Refused("unknown_encoding")
    if not fitting:
        raise Refused("unknown_encoding")
    if fitting[:2] == ["cp932", "euc_jp"] and _reads_as_half_kana(head):
        # Short hiragana texts in EUC-JP are valid CP932 too, but then consist of half-width kana throughout.
        return Encoding("euc_jp")
    return Encoding(fitting[0])


def find_encoding(path: Path) -> Encoding:
    """The encoding in which the whole file decodes. Raises `Refused`: `empty_file`, `undecodable`, `mixed_encodings`."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    try:
        first = sample_encoding(head)
    except Refused as refused:
        if refused.code == "empty_file":
            raise
        first = Encoding("")
    names = [first.name, *LADDER] if first.name in {"", *LADDER} and not first.has_bom else [first.name]
    furthest, fault = first, -1
    for name in dict.fromkeys(filter(None, names)):
        encoding = Encoding(name, first.bom)
        at = _fault(path, encoding)
        if at is None:
            if name == "cp932" and (place := _utf8_in(path)) is not None:
                raise _mixture(path, place)
            return encoding
        if at > fault:
            furthest, fault = encoding, at
    raise _refusal(path, furthest, fault)


def decoded_pieces(path: Path, encoding: Encoding, *, size: int = PIECE) -> Iterator[str]:
    """The text of the file, piece by piece. Raises `UnicodeDecodeError` at the first byte that does not decode."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    with path.open("rb") as file:
        file.seek(encoding.bom)
        while piece := file.read(size):
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)


def _utf16(head: bytes) -> str:
    """Texts with ASCII in them have a zero in every second byte there; other encodings have none."""
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    if not even and not odd:
        return ""
    name = "utf-16-le" if odd > even else "utf-16-be"
    pairs = max(1, len(head[:4096]) // 2)
    # A text that is UTF-8 but for some zeros is one with zeros in it.
    least = 0.4 if _decodes(head, "utf-8", is_whole=False) else 0.1
    return name if max(even, odd) >= pairs * least and min(even, odd) <= pairs * 0.02 else ""


def _decodes(head: bytes, name: str, *, is_whole: bool) -> bool:
    if name == "cp932" and no_cp932(head) is not None:
        return False
    try:
        codecs.getincrementaldecoder(name)().decode(head, final=is_whole)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_half_kana(head: bytes) -> bool:
    as_cp932, as_euc = head.decode("cp932", "ignore"), head.decode("euc_jp", "ignore")
    half, wide = len(_HALF_KANA.findall(as_cp932)), len(_WIDE.findall(as_cp932))
    # Sentences are full of kana; half-width kana read as EUC-JP give rare kanji instead.
    return half > 4 and half > wide and len(_KANA.findall(as_euc)) > 0.3 * len(_WIDE.findall(as_euc)) > 0


def _fault(path: Path, encoding: Encoding) -> int | None:
    """The offset in the file of the first byte that does not decode."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    with path.open("rb") as file:
        file.seek(encoding.bom)
        offset = encoding.bom
        while True:
            piece = file.read(PIECE)
            pending = len(decoder.getstate()[0])
            strange = no_cp932(piece) if encoding.name == "cp932" else None
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                at = error.start - pending
                return offset + (at if strange is None else min(at, strange))
            if strange is not None:
                return offset + strange
            if not piece:
                return None
            offset += len(piece)


def no_cp932(data: bytes) -> int | None:
    """Where a byte stands that no character of CP932 has in it, though the codec gives private ones for it."""
    found = [at for byte in (b"\xfd", b"\xfe", b"\xff") if (at := data.find(byte)) >= 0]
    return min(found, default=None)


def utf8_line(data: bytes) -> int | None:
    """Where a line of UTF-8 begins in what decodes as CP932 too: one with two neighbours of three bytes each.

    Lines of real CP932 do not pass for UTF-8 that long; half-width kana alone might.
    """
    for found in _THREES.finditer(data):
        start = data.rfind(b"\n", 0, found.start()) + 1
        end = data.find(b"\n", found.end())
        try:
            data[start : end if end >= 0 else len(data)].decode()
        except UnicodeDecodeError:
            continue
        return start
    return None


def reads_like_utf8(text: str) -> bool:
    """Whether text read as CP932 holds one of the characters that the kana of UTF-8 turn into."""
    return any(sign in text for sign in "縺繧繝")


def _utf8_in(path: Path) -> int | None:
    with path.open("rb") as file:
        offset, rest = 0, b""
        while piece := file.read(PIECE):
            data = rest + piece
            cut = data.rfind(b"\n") + 1
            if (at := utf8_line(data[:cut])) is not None:
                return offset + at
            offset, rest = offset + cut, data[cut:]
        at = utf8_line(rest)
        return None if at is None else offset + at


def _mixture(path: Path, place: int) -> Refused:
    """The refusal of a file that is partly UTF-8 and partly CP932, by the line where it changes."""
    fault = _fault(path, Encoding("utf-8")) or 0
    at, names = (fault, ("utf-8", "cp932")) if fault > place else (place, ("cp932", "utf-8"))
    line, _start = _line_of(path, at)
    return Refused("mixed_encodings", line=line, byte=at + 1, encoding=names[0], other=names[1])


def _refusal(path: Path, encoding: Encoding, fault: int) -> Refused:
    line, start = _line_of(path, fault)
    with path.open("rb") as file:
        file.seek(start)
        text = file.read(PIECE).split(b"\n")[0]
    for other in LADDER:
        if other != encoding.name and not text.isascii() and _decodes(text, other, is_whole=True):
            return Refused("mixed_encodings", line=line, byte=fault + 1, encoding=encoding.name, other=other)
    return Refused("undecodable", line=line, byte=fault + 1, encoding=encoding.name)


def _line_of(path: Path, offset: int) -> tuple[int, int]:
    """The number of the line in which an offset lies, and where that line begins."""
    line, start, done = 1, 0, 0
    with path.open("rb") as file:
        while done < offset and (piece := file.read(min(PIECE, offset - done))):
            line += piece.count(b"\n")
            if (last := piece.rfind(b"\n")) >= 0:
                start = done + last + 1
            done += len(piece)
    return line, start

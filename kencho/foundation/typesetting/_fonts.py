"""Which characters a font file can draw, read from its `cmap` table (OpenType 1.9, "cmap").

Only the two subtables matter that Japanese fonts carry beyond doubt: the map of whole Unicode (format 12,
or format 4 for small fonts) and the variation sequences (format 14).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Coverage:
    """The characters and the ideographic variation sequences that have their own glyph."""

    characters: frozenset[str]
    sequences: frozenset[str]

    def __or__(self, other: Coverage) -> Coverage:
        return Coverage(self.characters | other.characters, self.sequences | other.sequences)


def read_coverage(path: Path) -> Coverage:
    """Read the coverage of one OpenType file or of every face of a collection; ValueError when it is none."""
    data = path.read_bytes()
    if data[:4] == b"ttcf":
        (count,) = struct.unpack_from(">I", data, 8)
        offsets = struct.unpack_from(f">{count}I", data, 12)
    else:
        offsets = (0,)
    coverage = Coverage(frozenset(), frozenset())
    for offset in offsets:
        coverage |= _read_face(data, offset)
    return coverage


def _read_face(data: bytes, offset: int) -> Coverage:
    (tables,) = struct.unpack_from(">H", data, offset + 4)
    for index in range(tables):
        tag, _, start, length = struct.unpack_from(">4sIII", data, offset + 12 + 16 * index)
        if tag == b"cmap":
            return _read_cmap(data[start : start + length])
    raise ValueError("no cmap table")


def _read_cmap(cmap: bytes) -> Coverage:
    (count,) = struct.unpack_from(">H", cmap, 2)
    starts = {struct.unpack_from(">HHI", cmap, 4 + 8 * index)[2] for index in range(count)}
    points: set[int] = set()
    sequences: set[str] = set()
    for start in starts:
        (form,) = struct.unpack_from(">H", cmap, start)
        if form == 4:
            points |= _read_format_4(cmap, start)
        elif form == 12:
            points |= _read_format_12(cmap, start)
        elif form == 14:
            sequences |= _read_format_14(cmap, start)
    return Coverage(frozenset(map(chr, points)), frozenset(sequences))


def _read_format_4(cmap: bytes, start: int) -> set[int]:
    (doubled,) = struct.unpack_from(">H", cmap, start + 6)
    shape = f">{doubled // 2}H"
    ends = struct.unpack_from(shape, cmap, start + 14)
    firsts = struct.unpack_from(shape, cmap, start + 16 + doubled)
    deltas = struct.unpack_from(shape, cmap, start + 16 + 2 * doubled)
    ranges_at = start + 16 + 3 * doubled
    ranges = struct.unpack_from(shape, cmap, ranges_at)
    points: set[int] = set()
    for index, (first, end, delta, shift) in enumerate(zip(firsts, ends, deltas, ranges, strict=True)):
        for point in range(first, end + 1):
            if shift:
                (glyph,) = struct.unpack_from(">H", cmap, ranges_at + 2 * index + shift + 2 * (point - first))
            else:
                glyph = (point + delta) % 0x10000
            if glyph and point != 0xFFFF:
                points.add(point)
    return points


def _read_format_12(cmap: bytes, start: int) -> set[int]:
    (groups,) = struct.unpack_from(">I", cmap, start + 12)
    points: set[int] = set()
    for first, last, _ in struct.iter_unpack(">III", cmap[start + 16 : start + 16 + 12 * groups]):
        points.update(range(first, last + 1))
    return points


def _read_format_14(cmap: bytes, start: int) -> set[str]:
    (selectors,) = struct.unpack_from(">I", cmap, start + 6)
    sequences: set[str] = set()
    for index in range(selectors):
        at = start + 10 + 11 * index
        selector = chr(int.from_bytes(cmap[at : at + 3], "big"))
        default, own = struct.unpack_from(">II", cmap, at + 3)
        bases = _default_bases(cmap, start + default) if default else []
        if own:
            bases += _own_bases(cmap, start + own)
        sequences.update(chr(base) + selector for base in bases)
    return sequences


def _default_bases(cmap: bytes, at: int) -> list[int]:
    (ranges,) = struct.unpack_from(">I", cmap, at)
    bases: list[int] = []
    for index in range(ranges):
        where = at + 4 + 4 * index
        first = int.from_bytes(cmap[where : where + 3], "big")
        bases.extend(range(first, first + cmap[where + 3] + 1))
    return bases


def _own_bases(cmap: bytes, at: int) -> list[int]:
    (count,) = struct.unpack_from(">I", cmap, at)
    return [int.from_bytes(cmap[at + 4 + 5 * index : at + 7 + 5 * index], "big") for index in range(count)]

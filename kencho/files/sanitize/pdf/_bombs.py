"""How large a stream becomes when unpacked, found without holding the result.

The PDF library unpacks a stream as a whole and ends the process when memory runs out, so sizes are known beforehand.
"""

import zlib
from typing import Any

import pikepdf

from kencho.files.sanitize.outcome import Reason, Refusal

CHUNK = 1024 * 1024
FLATE = {"/FlateDecode", "/Fl"}


def check_streams(source: pikepdf.Pdf, *, limit: int) -> None:
    """Refuse a file whose deflated streams together pass `limit` bytes."""
    total = 0
    for thing in source.objects:
        if isinstance(thing, pikepdf.Stream):
            total += unpacked_size(thing, limit=limit - total)


def unpacked_size(stream: Any, *, limit: int) -> int:
    """The size after the first filter, if that is Flate; otherwise the size as stored (the others grow little)."""
    raw = stream.read_raw_bytes()
    filters = stream.get("/Filter")
    first = filters[0] if isinstance(filters, pikepdf.Array) and len(filters) else filters
    if str(first) not in FLATE:
        return len(raw)
    if isinstance(filters, pikepdf.Array) and sum(str(name) in FLATE for name in filters) > 1:
        raise Refusal(Reason.BOMB, "packed twice")
    return _inflated_size(raw, limit=limit)


def _inflated_size(raw: bytes, *, limit: int) -> int:
    unpacker = zlib.decompressobj()
    total = 0
    rest = raw
    try:
        while rest and not unpacker.eof:
            total += len(unpacker.decompress(rest, CHUNK))
            if total > limit:
                raise Refusal(Reason.BOMB, "streams")
            rest = unpacker.unconsumed_tail
    except zlib.error:
        # Damaged data: what could be unpacked counts, and the reader decides about the rest.
        return total
    return total

"""Files made of many files, and text fit for XML: equal content gives equal bytes."""

import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

__all__ = ["clean", "packed", "repacked"]

_FIRST_TIME: Final = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the earliest that a zip archive can state (APPNOTE 6.3.10, 4.4.6)
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without the characters that no XML 1.0 file may hold (2.2 Characters)."""
    return _FORBIDDEN.sub("", text)


def repacked(data: bytes, *, modified_at: datetime) -> bytes:
    """An office file without the moment at which it was made; its ``modified`` property is ``modified_at``."""
    stamp = modified_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(BytesIO(data)) as source:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            files[entry.filename] = content
    return packed(files)


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files in this order, each with the same fixed time."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _FIRST_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            # Else the system that made the archive would show in it.
            info.create_system = 3
            archive.writestr(info, content)
    return target.getvalue()

"""The zip of an Office file, opened with limits."""

import io
import re
import zipfile
import zlib
from typing import Final

from kencho.catalog.fixer.shapes import Refusal

MAX_ENTRIES: Final = 10_000
MAX_UNPACKED: Final = 1024 * 1024 * 1024
MAX_RATIO: Final = 400
_SMALL: Final = 8 * 1024 * 1024


class Package:
    """The parts of an xlsx, xlsb or ods. Raises `Refusal` for bombs, broken zips and other kinds of file."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        # zipfile raises a RuntimeError for a kind of zip that it does not know.
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError):
            raise Refusal("corrupt") from None
        if len(entries) > MAX_ENTRIES:
            raise Refusal("zip_bomb")
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > MAX_UNPACKED or unpacked > _SMALL + MAX_RATIO * len(data):
            raise Refusal("zip_bomb", unpacked=unpacked)
        self._entries = {entry.filename: entry for entry in entries}
        self.names = tuple(self._entries)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refusal("password_protected")
        self.kind = self._kind()

    def _kind(self) -> str:
        if "xl/workbook.bin" in self._entries:
            return "xlsb"
        if any(name.startswith("xl/") for name in self.names):
            return "xlsx"
        if "content.xml" in self._entries:
            mime = self.read("mimetype")
            if b"spreadsheet" not in mime and mime:
                raise Refusal("unknown_format")
            if b"manifest:encryption-data" in self.read("META-INF/manifest.xml"):
                raise Refusal("password_protected")
            return "ods"
        raise Refusal("unknown_format")

    def size(self, name: str) -> int:
        """Unpacked size of a part in bytes; 0 when there is none."""
        entry = self._entries.get(name)
        return entry.file_size if entry is not None else 0

    def read(self, name: str) -> bytes:
        """A part; empty when there is none. Raises `Refusal("corrupt")`."""
        entry = self._entries.get(name)
        if entry is None:
            return b""
        try:
            with self._zip.open(entry) as part:
                # The size in the directory may lie: never unpack more than it says.
                data = part.read(entry.file_size + 1)
        # NotImplementedError is a kind of RuntimeError, which zipfile also raises for encrypted parts.
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError):
            raise Refusal("corrupt") from None
        if len(data) > entry.file_size:
            raise Refusal("zip_bomb")
        return data

    def matching(self, pattern: str) -> list[str]:
        """Names of parts that match, in order."""
        return [name for name in self.names if re.fullmatch(pattern, name)]

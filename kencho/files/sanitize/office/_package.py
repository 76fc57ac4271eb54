"""Reading a package with every size bounded, and telling which parts it really consists of."""

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

from kencho.files.sanitize.office._xml import parse
from kencho.files.sanitize.outcome import Limits, Reason, Refusal

CONTENT_TYPES = "[Content_Types].xml"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Small parts of repeated XML may pack better than any limit on the ratio allows for.
RATIO_FLOOR = 1024 * 1024
SAFE_NAME = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9_.\-]*(?:/[A-Za-z0-9_\-][A-Za-z0-9_.\-]*)*")


@dataclass(frozen=True)
class Relation:
    """One relationship of a part: its id, the last word of its type, and the part or address it leads to."""

    id: str
    kind: str
    type: str
    target: str
    external: bool


class Package:
    """An opened Office package. Use as a context manager."""

    def __init__(self, data: bytes, *, limits: Limits) -> None:
        self._limits = limits
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refusal(Reason.BROKEN, type(error).__name__) from error
        self._members = self._checked_members()
        self._read = 0
        self._defaults: dict[str, str] = {}
        self._overrides: dict[str, str] = {}
        self._load_types()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    def names(self) -> list[str]:
        """Every member's name as written in the package."""
        return [info.filename for info in self._members.values()]

    def _checked_members(self) -> dict[str, zipfile.ZipInfo]:
        """Members by lower-case name (part names are compared without case, OPC 6.2.2.3), all bounds checked."""
        members: dict[str, zipfile.ZipInfo] = {}
        infos = self._archive.infolist()
        if len(infos) > self._limits.entries:
            raise Refusal(Reason.BOMB, "entries")
        if sum(info.file_size for info in infos) > self._limits.expanded:
            raise Refusal(Reason.BOMB, "size")
        for info in infos:
            if info.is_dir():
                continue
            if info.flag_bits & 1:
                raise Refusal(Reason.ENCRYPTED)
            if info.file_size > max(RATIO_FLOOR, info.compress_size * self._limits.ratio):
                raise Refusal(Reason.BOMB, "ratio")
            if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise Refusal(Reason.BROKEN, "packing")
            key = info.filename.lower()
            if key in members:
                raise Refusal(Reason.BROKEN, "double part")
            members[key] = info
        return members

    def read(self, name: str) -> bytes:
        """One part's bytes. Never more than the size it declares."""
        info = self._members.get(name.lower())
        if info is None:
            raise Refusal(Reason.BROKEN, "missing part")
        # The same part may be read again, and members may overlap in the file, so what is really read counts too.
        self._read += info.file_size
        if self._read > 2 * self._limits.expanded:
            raise Refusal(Reason.BOMB, "size")
        try:
            return self._archive.read(info)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise Refusal(Reason.BROKEN, type(error).__name__) from error

    def _load_types(self) -> None:
        for element in parse(self.read(CONTENT_TYPES)):
            content_type = str(element.get("ContentType", ""))
            if "Extension" in element.attrib:
                self._defaults[str(element.get("Extension")).lower()] = content_type
            elif "PartName" in element.attrib:
                self._overrides[str(element.get("PartName")).lstrip("/").lower()] = content_type

    def content_type(self, name: str) -> str:
        """A part's declared media type, in lower case."""
        key = name.lower()
        found = self._overrides.get(key) or self._defaults.get(key.rpartition(".")[2], "")
        return found.strip().lower()

    def relations(self, name: str) -> list[Relation]:
        """The relationships of a part (the package itself: an empty name)."""
        folder, _, base = name.rpartition("/")
        place = posixpath.join(folder, "_rels", f"{base}.rels")
        if place not in self:
            return []
        found = []
        for element in parse(self.read(place)):
            if element.tag != RELATIONS:
                continue
            address = str(element.get("Target", ""))
            external = str(element.get("TargetMode", "")).strip().lower() == "external" or ":" in address
            type_name = str(element.get("Type", ""))
            target = address if external else self._resolve(folder, address)
            kind = type_name.rpartition("/")[2]
            found.append(Relation(str(element.get("Id", "")), kind, type_name, target, external))
        return found

    def _resolve(self, folder: str, address: str) -> str:
        path = unquote(address.partition("#")[0]).replace("\\", "/")
        joined = path if path.startswith("/") else posixpath.join(folder, path)
        return posixpath.normpath("/" + joined).lstrip("/")

"""Fonts: known keys only, and embedded programs checked and cut down to the tables that drawing needs."""

import struct
from functools import partial
from typing import TYPE_CHECKING, Any

import pikepdf

from kencho.files.sanitize.outcome import NeedsPixels
from kencho.files.sanitize.pdf._values import plain, plain_entries

if TYPE_CHECKING:
    from kencho.files.sanitize.pdf._copier import Copier

FONT_KEYS = (
    "/Type",
    "/Subtype",
    "/BaseFont",
    "/FirstChar",
    "/LastChar",
    "/Widths",
    "/FontBBox",
    "/FontMatrix",
)
CID_KEYS = ("/Type", "/Subtype", "/BaseFont", "/DW", "/W", "/DW2", "/W2")
DESCRIPTOR_KEYS = (
    "/Type", "/FontName", "/FontFamily", "/FontStretch", "/FontWeight", "/Flags", "/FontBBox", "/ItalicAngle", "/Ascent",
    "/Descent", "/Leading", "/CapHeight", "/XHeight", "/StemV", "/StemH", "/AvgWidth", "/MaxWidth", "/MissingWidth",
    "/CharSet",
)  # fmt: skip
SIMPLE = {"/Type1", "/MMType1", "/TrueType"}
# Tables that a PDF viewer uses (ISO 32000-1, 9.9); layout, bitmap, colour, SVG and signature tables are left out.
TABLES = {
    b"OS/2", b"cmap", b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name", b"post", b"prep",
    b"CFF ", b"vhea", b"vmtx", b"VORG",
}  # fmt: skip
SFNT_MAGIC = {b"\0\1\0\0", b"true", b"OTTO"}
TABLE_LIMIT = 64


class FontCopier:
    """Copies fonts into the new document."""

    def __init__(self, copier: "Copier") -> None:
        self._copier = copier

    def font(self, font: Any) -> Any:
        """A font dictionary (ISO 32000-1, 9.5 to 9.7)."""
        if not isinstance(font, pikepdf.Dictionary):
            return None
        subtype = str(font.get("/Subtype"))
        new = plain_entries(font, FONT_KEYS)
        self._encoding(font, new)
        if subtype in SIMPLE:
            self._descriptor(font, new)
        elif subtype == "/Type0":
            descendants = font.get("/DescendantFonts")
            if not isinstance(descendants, pikepdf.Array) or len(descendants) == 0:
                raise NeedsPixels("descendant")
            new.DescendantFonts = pikepdf.Array(
                [self._copier.shared(descendants[0], "cidfont", self._cid_font)]
            )
        elif subtype == "/Type3":
            self._drawn_glyphs(font, new)
        else:
            raise NeedsPixels("font")
        return new

    def _encoding(self, font: Any, new: pikepdf.Dictionary) -> None:
        encoding = font.get("/Encoding")
        if isinstance(encoding, pikepdf.Stream):
            new.Encoding = self._copier.shared(encoding, "cmap", self._character_map)
        elif isinstance(encoding, pikepdf.Dictionary):
            new.Encoding = plain_entries(encoding, ("/Type", "/BaseEncoding", "/Differences"))
        elif isinstance(encoding, pikepdf.Name):
            new.Encoding = plain(encoding)
        unicode_map = font.get("/ToUnicode")
        if isinstance(unicode_map, pikepdf.Stream):
            new.ToUnicode = self._copier.shared(unicode_map, "cmap", self._character_map)
        elif isinstance(unicode_map, pikepdf.Name):
            new.ToUnicode = plain(unicode_map)

    def _character_map(self, stream: Any) -> Any:
        entries = plain_entries(stream, ("/Type", "/CMapName", "/WMode"))
        self._system_info(stream, entries)
        parent = stream.get("/UseCMap")
        if isinstance(parent, pikepdf.Name):
            entries.UseCMap = plain(parent)
        elif parent is not None:
            raise NeedsPixels("character map")
        return self._copier.target.make_stream(self._copier.data(stream), entries)

    def _system_info(self, source: Any, new: pikepdf.Dictionary) -> None:
        info = source.get("/CIDSystemInfo")
        if isinstance(info, pikepdf.Dictionary):
            new.CIDSystemInfo = plain_entries(info, ("/Registry", "/Ordering", "/Supplement"))

    def _cid_font(self, font: Any) -> pikepdf.Dictionary:
        new = plain_entries(font, CID_KEYS)
        self._system_info(font, new)
        self._descriptor(font, new)
        glyphs = font.get("/CIDToGIDMap")
        if isinstance(glyphs, pikepdf.Stream):
            new.CIDToGIDMap = self._copier.target.make_stream(self._copier.data(glyphs))
        elif isinstance(glyphs, pikepdf.Name):
            new.CIDToGIDMap = plain(glyphs)
        return new

    def _drawn_glyphs(self, font: Any, new: pikepdf.Dictionary) -> None:
        procedures = font.get("/CharProcs")
        if not isinstance(procedures, pikepdf.Dictionary):
            raise NeedsPixels("glyphs")
        new.Resources = self._copier.resources(font.get("/Resources"))
        glyphs = pikepdf.Dictionary()
        for name in procedures.keys():  # noqa: SIM118  a PDF dictionary is not iterable by key
            stream = procedures.get(name)
            if not isinstance(stream, pikepdf.Stream):
                raise NeedsPixels("glyphs")
            glyphs[name] = self._copier.target.make_stream(self._copier.content(stream))
        new.CharProcs = self._copier.target.make_indirect(glyphs)

    def _descriptor(self, font: Any, new: pikepdf.Dictionary) -> None:
        descriptor = font.get("/FontDescriptor")
        if isinstance(descriptor, pikepdf.Dictionary):
            new.FontDescriptor = self._copier.shared(descriptor, "descriptor", self._described)

    def _described(self, descriptor: Any) -> pikepdf.Dictionary:
        new = plain_entries(descriptor, DESCRIPTOR_KEYS)
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            program = descriptor.get(key)
            if isinstance(program, pikepdf.Stream):
                new[key] = self._copier.shared(program, key, partial(self._program, key))
        return new

    def _program(self, key: str, stream: Any) -> Any:
        data = self._copier.data(stream)
        entries = plain_entries(stream, ("/Length1", "/Length2", "/Length3", "/Subtype"))
        if key == "/FontFile":
            if not data.startswith((b"%!", b"\x80\x01")):
                raise NeedsPixels("font program")
        elif data[:4] in SFNT_MAGIC:
            data = cut_tables(data)
            if key == "/FontFile2":
                entries.Length1 = len(data)
        elif key == "/FontFile2" or data[:1] != b"\x01":
            raise NeedsPixels("font program")
        return self._copier.target.make_stream(data, entries)


def cut_tables(data: bytes) -> bytes:
    """An sfnt font with only the tables of `TABLES`, each within the file, and a fresh directory."""
    count = struct.unpack_from(">H", data, 4)[0] if len(data) >= 12 else 0
    if not 0 < count <= TABLE_LIMIT or len(data) < 12 + 16 * count:
        raise NeedsPixels("font tables")
    kept: list[tuple[bytes, int, bytes]] = []
    for place in range(count):
        tag, checksum, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * place)
        if offset + length > len(data):
            raise NeedsPixels("font table")
        if tag in TABLES:
            kept.append((tag, checksum, data[offset : offset + length]))
    if not kept or len({tag for tag, _, _ in kept}) != len(kept):
        raise NeedsPixels("font tables")
    return _assembled(data[:4], sorted(kept))


def _assembled(magic: bytes, tables: list[tuple[bytes, int, bytes]]) -> bytes:
    power = len(tables).bit_length() - 1
    span = 16 << power
    directory = [magic, struct.pack(">HHHH", len(tables), span, power, 16 * len(tables) - span)]
    body = []
    offset = 12 + 16 * len(tables)
    for tag, checksum, content in tables:
        padded = content.ljust((len(content) + 3) // 4 * 4, b"\0")
        directory.append(struct.pack(">4sIII", tag, checksum, offset, len(content)))
        body.append(padded)
        offset += len(padded)
    return b"".join(directory + body)

"""Copies the parts of a page from one document into another: only known keys, each by its own rule."""

from collections.abc import Callable
from typing import Any

import pikepdf

from kencho.files.sanitize.outcome import Findings, Limits, NeedsPixels, Reason, Refusal, Removed
from kencho.files.sanitize.pdf._bombs import unpacked_size
from kencho.files.sanitize.pdf._colours import Colours
from kencho.files.sanitize.pdf._content import sift
from kencho.files.sanitize.pdf._fonts import FontCopier
from kencho.files.sanitize.pdf._pictures import copy_picture
from kencho.files.sanitize.pdf._values import plain, plain_entries

OBJECTS = 300_000
RESOURCE_ITEMS = 20_000
STATE_KEYS = (
    "/LW", "/LC", "/LJ", "/ML", "/D", "/RI", "/OP", "/op", "/OPM", "/FL", "/SM", "/SA", "/BM", "/CA", "/ca", "/AIS",
    "/TK",
)  # fmt: skip
# An instruction takes some 600 bytes of memory while it is sifted, but as few as 4 in the stream.
MARKS = 6 * 1024 * 1024
Maker = Callable[[Any], Any]


class Copier:
    """One rebuild: remembers what was copied, so that shared parts stay shared, and how much was unpacked."""

    def __init__(
        self, *, source: pikepdf.Pdf, target: pikepdf.Pdf, limits: Limits, findings: Findings
    ) -> None:
        self.source = source
        self.target = target
        self.limits = limits
        self.findings = findings
        self.unpacked = 0
        self.pixels = 0
        self._copied: dict[tuple[tuple[int, int], str], Any] = {}
        self._open: set[tuple[tuple[int, int], str]] = set()
        self.colours = Colours(self)
        self.fonts = FontCopier(self)

    def shared(self, thing: Any, role: str, make: Maker) -> Any:
        """Copy an object once per role; one that contains itself cannot be drawn and is not copied."""
        if not isinstance(thing, pikepdf.Object) or not thing.is_indirect:
            return make(thing)
        key = (thing.objgen, role)
        if key in self._copied:
            return self._copied[key]
        if key in self._open:
            raise NeedsPixels("loop")
        if len(self._copied) > OBJECTS:
            raise Refusal(Reason.BOMB, "objects")
        self._open.add(key)
        copy = make(thing)
        self._open.discard(key)
        if isinstance(copy, pikepdf.Dictionary | pikepdf.Array) and not copy.is_indirect:
            copy = self.target.make_indirect(copy)
        self._copied[key] = copy
        return copy

    def data(self, stream: Any) -> bytes:
        """A stream's decoded bytes, counted against the limit for the whole file."""
        if not isinstance(stream, pikepdf.Stream):
            raise NeedsPixels("not a stream")
        content = stream.read_bytes(decode_level=pikepdf.StreamDecodeLevel.generalized)
        self.unpacked += len(content)
        if self.unpacked > self.limits.expanded:
            raise Refusal(Reason.BOMB, "streams")
        return content

    def content(self, stream: Any) -> bytes:
        """A content stream's sifted bytes. One too long to be held as instructions raises `NeedsPixels`."""
        if _marks_size(stream, limit=self.limits.expanded) > MARKS:
            raise NeedsPixels("long content")
        marks = sift(stream, self.findings)
        self.unpacked += len(marks)
        if self.unpacked > self.limits.expanded:
            raise Refusal(Reason.BOMB, "content")
        return marks

    def resources(self, resources: Any) -> pikepdf.Dictionary:
        """The resources a content stream may name (ISO 32000-1, 7.8.3)."""
        copy = self.shared(resources, "resources", self._resources)
        return copy if isinstance(copy, pikepdf.Dictionary) else pikepdf.Dictionary()

    def _resources(self, resources: Any) -> pikepdf.Dictionary:
        rules: dict[str, tuple[str, Maker]] = {
            "/ExtGState": ("state", self._state),
            "/ColorSpace": ("colour", self.colours.space),
            "/Pattern": ("pattern", self._pattern),
            "/Shading": ("shading", self.colours.shading),
            "/XObject": ("xobject", self._xobject),
            "/Font": ("font", self.fonts.font),
        }
        new = pikepdf.Dictionary()
        if not isinstance(resources, pikepdf.Dictionary):
            return new
        for key, (role, make) in rules.items():
            group = resources.get(key)
            if isinstance(group, pikepdf.Dictionary):
                new[key] = self._named(group, role, make)
        return new

    def _named(self, group: Any, role: str, make: Maker) -> pikepdf.Dictionary:
        names = list(group.keys())
        if len(names) > RESOURCE_ITEMS:
            raise Refusal(Reason.BOMB, "resources")
        new = pikepdf.Dictionary()
        for name in names:
            copy = self.shared(group.get(name), role, make)
            if copy is None:
                self.findings.removed.add(Removed.UNKNOWN_OBJECT)
            else:
                new[name] = copy
        return new

    def group(self, group: Any) -> pikepdf.Dictionary | None:
        """A transparency group's attributes."""
        if not isinstance(group, pikepdf.Dictionary) or group.get("/S") != pikepdf.Name.Transparency:
            return None
        new = plain_entries(group, ("/S", "/I", "/K"))
        space = self.colours.space(group.get("/CS"))
        if space is not None:
            new.CS = space
        return new

    def _xobject(self, thing: Any) -> Any:
        if not isinstance(thing, pikepdf.Stream):
            return None
        subtype = thing.get("/Subtype")
        if subtype == pikepdf.Name.Image:
            return copy_picture(thing, self)
        return self.form(thing) if subtype == pikepdf.Name.Form else None

    def form(self, thing: Any) -> Any:
        """A form XObject: marks that are drawn as one."""
        if not isinstance(thing, pikepdf.Stream):
            return None
        entries = plain_entries(thing, ("/BBox", "/Matrix"))
        entries.Type, entries.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        entries.Resources = self.resources(thing.get("/Resources"))
        group = self.group(thing.get("/Group"))
        if group is not None:
            entries.Group = group
        return self.target.make_stream(self.content(thing), entries)

    def _pattern(self, thing: Any) -> Any:
        entries = plain_entries(
            thing, ("/PatternType", "/PaintType", "/TilingType", "/BBox", "/XStep", "/YStep", "/Matrix")
        )
        if isinstance(thing, pikepdf.Stream):
            entries.Resources = self.resources(thing.get("/Resources"))
            return self.target.make_stream(self.content(thing), entries)
        shading = self.shared(thing.get("/Shading"), "shading", self.colours.shading)
        if shading is None:
            return None
        entries.Shading = shading
        return entries

    def _state(self, thing: Any) -> Any:
        if not isinstance(thing, pikepdf.Dictionary):
            return None
        new = plain_entries(thing, STATE_KEYS)
        mask = thing.get("/SMask")
        if mask == pikepdf.Name("/None"):
            new.SMask = pikepdf.Name("/None")
        elif isinstance(mask, pikepdf.Dictionary):
            new.SMask = self._soft_mask(mask)
        font = thing.get("/Font")
        if isinstance(font, pikepdf.Array) and len(font) == 2:
            new.Font = pikepdf.Array([self.shared(font[0], "font", self.fonts.font), plain(font[1])])
        return new

    def _soft_mask(self, mask: Any) -> pikepdf.Dictionary:
        new = plain_entries(mask, ("/S", "/BC"))
        new.G = self.shared(mask.get("/G"), "xobject", self.form)
        transfer = self.colours.function(mask.get("/TR"))
        if transfer is not None:
            new.TR = transfer
        return new


def _marks_size(stream: Any, *, limit: int) -> int:
    """The unpacked size of a content stream, or of all those of a page."""
    if not isinstance(stream, pikepdf.Page):
        return unpacked_size(stream, limit=limit)
    contents = stream.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return sum(unpacked_size(part, limit=limit) for part in parts if isinstance(part, pikepdf.Stream))

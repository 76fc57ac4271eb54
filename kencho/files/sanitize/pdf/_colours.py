"""Colour spaces, shadings and functions."""

import re
from typing import TYPE_CHECKING, Any

import pikepdf

from kencho.files.sanitize.outcome import NeedsPixels, Removed
from kencho.files.sanitize.pdf._values import plain, plain_entries, whole

if TYPE_CHECKING:
    from kencho.files.sanitize.pdf._copier import Copier

DEVICE = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
COMPONENTS = {
    "/DeviceGray": 1, "/G": 1, "/CalGray": 1, "/Indexed": 1, "/I": 1, "/Separation": 1,
    "/DeviceRGB": 3, "/RGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4, "/CMYK": 4,
}  # fmt: skip
FUNCTION_KEYS = (
    "/FunctionType", "/Domain", "/Range", "/Size", "/BitsPerSample", "/Order", "/Encode", "/Decode", "/C0", "/C1", "/N",
    "/Bounds",
)  # fmt: skip
SHADING_KEYS = (
    "/ShadingType", "/Background", "/BBox", "/AntiAlias", "/Domain", "/Coords", "/Extend", "/Matrix",
    "/BitsPerCoordinate", "/BitsPerComponent", "/BitsPerFlag", "/Decode", "/VerticesPerRow",
)  # fmt: skip
# ISO 32000-1, 7.10.5: the calculator language is closed; anything else in such a stream is not a function.
CALCULATOR = re.compile(
    rb"(?:\s|[{}]|[+-]?\d*\.?\d+|[+-]?\d+\.?|abs|add|atan|ceiling|cos|cvi|cvr|div|exp|floor|idiv|ln|log|mod|mul|neg"
    rb"|round|sin|sqrt|sub|truncate|and|bitshift|eq|false|ge|gt|le|lt|ne|not|or|true|xor|if|ifelse|copy|dup|exch|index"
    rb"|pop|roll)*+"
)
DEPTH = 8


class Colours:
    """Copies what colours are made of. Profiles are not carried over: the device space with as many inks stands in."""

    def __init__(self, copier: "Copier") -> None:
        self._copier = copier

    def space(self, space: Any, depth: int = 0) -> Any:
        """A colour space; None when there is none. Raises `NeedsPixels` for an unknown family."""
        if space is None:
            return None
        if isinstance(space, pikepdf.Name):
            return plain(space)
        if not isinstance(space, pikepdf.Array) or len(space) == 0 or depth > DEPTH:
            raise NeedsPixels("colour space")
        family = str(space[0])
        if family in {"/CalGray", "/CalRGB", "/Lab"}:
            return pikepdf.Array(
                [
                    plain(space[0]),
                    plain_entries(space[1], ("/WhitePoint", "/BlackPoint", "/Gamma", "/Matrix", "/Range")),
                ]
            )
        if family == "/ICCBased":
            self._copier.findings.removed.add(Removed.COLOUR_PROFILE)
            return pikepdf.Name(DEVICE[whole(space[1].get("/N"), low=1, high=4)])
        if family in {"/Indexed", "/I"}:
            return self._indexed(space, depth)
        if family in {"/Separation", "/DeviceN"}:
            inks = [
                plain(space[0]),
                plain(space[1]),
                self.space(space[2], depth + 1),
                self.function(space[3]),
            ]
            return pikepdf.Array(inks)
        if family == "/Pattern":
            return pikepdf.Array(
                [plain(space[0]), *(self.space(item, depth + 1) for item in list(space)[1:2])]
            )
        if len(space) == 1:
            return plain(space[0])
        raise NeedsPixels("colour space")

    def _indexed(self, space: Any, depth: int) -> Any:
        table = space[3]
        data = self._copier.data(table) if isinstance(table, pikepdf.Stream) else bytes(table)
        last = whole(space[2], low=0, high=255)
        base = self.space(space[1], depth + 1)
        return pikepdf.Array([pikepdf.Name.Indexed, base, last, pikepdf.String(data)])

    def components(self, space: Any) -> int:
        """How many numbers make one colour in a copied space."""
        family = str(space[0]) if isinstance(space, pikepdf.Array) else str(space)
        if family == "/DeviceN":
            return len(space[1])
        if family not in COMPONENTS:
            raise NeedsPixels("components")
        return COMPONENTS[family]

    def function(self, function: Any, depth: int = 0) -> Any:
        """A function, a list of functions, or a standard name."""
        if function is None or depth > DEPTH:
            return None
        if isinstance(function, pikepdf.Name):
            return plain(function)
        if isinstance(function, pikepdf.Array):
            return pikepdf.Array([self.function(item, depth + 1) for item in function])
        entries = plain_entries(function, FUNCTION_KEYS)
        kind = whole(entries.get("/FunctionType"), low=0, high=4)
        if kind in {0, 4}:
            data = self._copier.data(function)
            if kind == 4 and CALCULATOR.fullmatch(data) is None:
                raise NeedsPixels("calculator")
            return self._copier.target.make_stream(data, entries)
        if kind == 3:
            entries.Functions = self.function(function.get("/Functions"), depth + 1)
        return entries

    def shading(self, shading: Any) -> Any:
        """A smooth change of colour (ISO 32000-1, 8.7.4.5)."""
        if not isinstance(shading, pikepdf.Dictionary | pikepdf.Stream):
            return None
        entries = plain_entries(shading, SHADING_KEYS)
        entries.ColorSpace = self.space(shading.get("/ColorSpace"))
        function = self.function(shading.get("/Function"))
        if function is not None:
            entries.Function = function
        if isinstance(shading, pikepdf.Stream):
            return self._copier.target.make_stream(self._copier.data(shading), entries)
        return entries

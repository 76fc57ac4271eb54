"""Content streams: parsed into instructions, sifted by operator, written anew."""

from typing import Any

import pikepdf

from kencho.files.sanitize.outcome import Findings, NeedsPixels, Removed
from kencho.files.sanitize.pdf._values import plain, plain_entries

# ISO 32000-1, Annex A, without DP, MP (marks for programs), BX, EX (leave to ignore unknown operators).
OPERATORS = {
    "b", "B", "b*", "B*", "BDC", "BMC", "BT", "c", "cm", "CS", "cs", "d", "d0", "d1", "Do", "EMC",
    "ET", "f", "F", "f*", "G", "g", "gs", "h", "i", "J", "j", "K", "k", "l", "M", "m",
    "n", "q", "Q", "re", "RG", "rg", "ri", "S", "s", "SC", "sc", "SCN", "scn", "sh", "T*", "Tc",
    "Td", "TD", "Tf", "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y",
    "'", "\"",
}  # fmt: skip
INSTRUCTIONS = 5_000_000
MARK_KEYS = ("/MCID", "/ActualText", "/Lang", "/Alt", "/E")
INLINE_FILTERS = {
    "/AHx", "/A85", "/LZW", "/Fl", "/RL",
    "/ASCIIHexDecode", "/ASCII85Decode", "/LZWDecode", "/FlateDecode", "/RunLengthDecode",
}  # fmt: skip
INLINE_KEYS = (
    "/Width",
    "/Height",
    "/BitsPerComponent",
    "/ColorSpace",
    "/Decode",
    "/ImageMask",
    "/Interpolate",
)


def sift(stream: Any, findings: Findings) -> bytes:
    """The same marks, made of known operators only. Raises `NeedsPixels` when the stream cannot be read."""
    instructions = pikepdf.parse_content_stream(stream)
    if len(instructions) > INSTRUCTIONS:
        raise NeedsPixels("instructions")
    kept: list[Any] = []
    pieces: list[bytes] = []
    for instruction in instructions:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            pieces += [pikepdf.unparse_content_stream(kept), _inline_image(instruction)]
            kept = []
        elif str(instruction.operator) not in OPERATORS:
            findings.removed.add(Removed.UNKNOWN_OPERATOR)
        else:
            kept.append(_instruction(instruction))
    pieces.append(pikepdf.unparse_content_stream(kept))
    return b"\n".join(pieces)


def _instruction(instruction: Any) -> Any:
    operands = instruction.operands
    operator = str(instruction.operator)
    if operator == "BDC":
        return _mark(operands)
    if any(isinstance(operand, pikepdf.Dictionary | pikepdf.Stream) for operand in operands):
        raise NeedsPixels("operand")
    return ([plain(operand) for operand in operands], pikepdf.Operator(operator))


def _mark(operands: Any) -> Any:
    """Marked content keeps its tag and reading aids; a reference into the page's properties is dropped."""
    tag = plain(operands[0])
    if not isinstance(tag, pikepdf.Name):
        raise NeedsPixels("mark")
    if isinstance(operands[1], pikepdf.Dictionary):
        return ([tag, plain_entries(operands[1], MARK_KEYS)], pikepdf.Operator("BDC"))
    return ([tag], pikepdf.Operator("BMC"))


def _inline_image(instruction: pikepdf.ContentStreamInlineImage) -> bytes:
    """An inline picture with its data decoded and written as hexadecimal digits."""
    picture = instruction.iimage
    if not set(picture.filters) <= INLINE_FILTERS:
        raise NeedsPixels("inline filter")
    data = picture.read_bytes()
    entries = plain_entries(picture.obj, INLINE_KEYS)
    head = b" ".join(
        pikepdf.Name(key).unparse() + b" " + _unparsed(entries[key])
        for key in entries.keys()  # noqa: SIM118  a PDF dictionary is not iterable by key
    )
    return b"BI " + head + b" /Filter /ASCIIHexDecode ID " + data.hex().encode() + b"> EI"


def _unparsed(value: Any) -> bytes:
    if isinstance(value, pikepdf.Object):
        return value.unparse()
    return str(value).lower().encode() if isinstance(value, bool) else str(value).encode()

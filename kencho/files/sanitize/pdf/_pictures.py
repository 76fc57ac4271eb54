"""Pictures inside a PDF: decoded and encoded anew, so that no foreign codec stream survives."""

import io
from typing import TYPE_CHECKING, Any

import pikepdf

from kencho.files.sanitize.outcome import NeedsPixels, Reason, Refusal
from kencho.files.sanitize.pdf._values import is_true, plain, plain_entries, whole

if TYPE_CHECKING:
    from kencho.files.sanitize.pdf._copier import Copier

LOSSLESS = {"/FlateDecode", "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode",
            "/Fl", "/LZW", "/A85", "/AHx", "/RL"}  # fmt: skip
JPEG = {"/DCTDecode", "/DCT"}
QUALITY = 88
SIDE = 65_500


def copy_picture(picture: Any, copier: "Copier") -> Any:
    """An image XObject with fresh data. JBIG2, JPEG 2000, fax and unknown codecs raise `NeedsPixels`."""
    width = whole(picture.get("/Width"), low=1, high=SIDE)
    height = whole(picture.get("/Height"), low=1, high=SIDE)
    copier.pixels += width * height
    if width * height > copier.limits.pixels or copier.pixels > copier.limits.total_pixels:
        raise Refusal(Reason.TOO_MANY_PIXELS)
    entries = plain_entries(
        picture, ("/Width", "/Height", "/Decode", "/Interpolate", "/Intent", "/ImageMask", "/Matte")
    )
    entries.Type, entries.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    space = copier.colours.space(picture.get("/ColorSpace"))
    if space is not None:
        entries.ColorSpace = space
    _masks(picture, entries, copier)
    filters = filter_names(picture)
    if filters and filters[-1] in JPEG:
        return _jpeg(picture, filters, entries, copier)
    if not set(filters) <= LOSSLESS:
        raise NeedsPixels("codec")
    return _samples(picture, entries, copier)


def filter_names(stream: Any) -> list[str]:
    """The names of a stream's filters, in the order of decoding."""
    value = stream.get("/Filter")
    if value is None:
        return []
    if isinstance(value, pikepdf.Array):
        return [str(name) for name in value]
    return [str(value)]


def _masks(picture: Any, entries: pikepdf.Dictionary, copier: "Copier") -> None:
    for key in ("/SMask", "/Mask"):
        mask = picture.get(key)
        if isinstance(mask, pikepdf.Stream):
            entries[key] = copier.shared(mask, "xobject", lambda thing: copy_picture(thing, copier))
        elif isinstance(mask, pikepdf.Array):
            entries[key] = plain(mask)


def _samples(picture: Any, entries: pikepdf.Dictionary, copier: "Copier") -> Any:
    """Bare samples, cut or filled to exactly the length that the picture's size demands."""
    if is_true(entries.get("/ImageMask")):
        bits = components = 1
    else:
        bits = whole(picture.get("/BitsPerComponent"), low=1, high=16)
        if "/ColorSpace" not in entries:
            raise NeedsPixels("colour space")
        components = copier.colours.components(entries.ColorSpace)
    entries.BitsPerComponent = bits
    row = (int(entries.Width) * bits * components + 7) // 8
    length = row * int(entries.Height)
    if length > copier.limits.expanded:
        raise Refusal(Reason.TOO_MANY_PIXELS)
    data = copier.data(picture)
    return copier.target.make_stream(data[:length].ljust(length, b"\0"), entries)


def _jpeg(picture: Any, filters: list[str], entries: pikepdf.Dictionary, copier: "Copier") -> Any:
    from PIL import Image, JpegImagePlugin

    data = _before_last_filter(picture, filters, copier)
    parameters = picture.get("/DecodeParms")
    if isinstance(parameters, pikepdf.Dictionary) and "/ColorTransform" in parameters:
        raise NeedsPixels("colour transform")
    Image.MAX_IMAGE_PIXELS = copier.limits.pixels
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as decoded:
            decoded.load()
            if decoded.mode not in {"L", "RGB", "CMYK"}:
                raise NeedsPixels("jpeg mode")
            sampling = JpegImagePlugin.get_sampling(decoded)
            bare = Image.frombytes(decoded.mode, decoded.size, decoded.tobytes())
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NeedsPixels("jpeg") from error
    components = len(bare.getbands())
    if "/ColorSpace" not in entries:
        entries.ColorSpace = pikepdf.Name({1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}[components])
    if copier.colours.components(entries.ColorSpace) != components:
        raise NeedsPixels("jpeg components")
    buffer = io.BytesIO()
    bare.save(buffer, "JPEG", quality=QUALITY, subsampling=sampling)
    entries.Width, entries.Height = bare.size
    entries.BitsPerComponent = 8
    entries.Filter = pikepdf.Name.DCTDecode
    return copier.target.make_stream(buffer.getvalue(), entries)


def _before_last_filter(picture: Any, filters: list[str], copier: "Copier") -> bytes:
    """The JPEG bytes, freed from filters wrapped round them."""
    raw: bytes = picture.read_raw_bytes()
    if len(filters) == 1:
        return raw
    if not set(filters[:-1]) <= LOSSLESS:
        raise NeedsPixels("codec")
    wrapped = copier.source.make_stream(
        raw, Filter=pikepdf.Array([pikepdf.Name(name) for name in filters[:-1]])
    )
    return copier.data(wrapped)

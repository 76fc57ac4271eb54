"""Pictures: decoded to bare pixels and encoded again, so that nothing but the pixels survives."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kencho.files.sanitize.kinds import Kind
from kencho.files.sanitize.outcome import Findings, Limits, Reason, Refusal, Removed

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.GIF: "GIF", Kind.WEBP: "WEBP", Kind.TIFF: "TIFF"}
PIXEL_MODES = {
    Kind.PNG: {"1", "L", "LA", "RGB", "RGBA", "I;16"},
    Kind.JPEG: {"L", "RGB"},
    Kind.GIF: {"L", "RGB", "RGBA"},
    Kind.WEBP: {"RGB", "RGBA"},
    Kind.TIFF: {"1", "L", "RGB", "RGBA"},
}
QUALITY = 90
LEAST_DPI, MOST_DPI = 50, 1200


def rebuild(data: bytes, kind: Kind, *, limits: Limits, findings: Findings) -> bytes:
    """The same picture without metadata, profiles, thumbnails or trailing data.

    The orientation note of cameras is applied to the pixels before it is dropped. Moving pictures keep their first
    frame, TIFF files all their pages. The resolution stays, as a whole number: without it the size of a scanned sheet
    is a guess.
    """
    from PIL import Image, ImageFile

    Image.MAX_IMAGE_PIXELS = limits.pixels
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(data), formats=(FORMATS[kind],)) as picture:
            pages = _frames(picture, kind, limits=limits, findings=findings)
            result = _pages_of_tiff(pages) if kind is Kind.TIFF else encode(list(pages), kind)
    except Image.DecompressionBombError as error:
        raise Refusal(Reason.TOO_MANY_PIXELS) from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
    ) as error:
        raise Refusal(Reason.BROKEN, type(error).__name__) from error
    if _has_passenger(data, kind):
        findings.removed.add(Removed.TRAILING_DATA)
    return result


def _has_passenger(data: bytes, kind: Kind) -> bool:
    """Whether bytes follow the picture's own end; only told, as they are never carried over."""
    ends = {Kind.PNG: b"IEND\xaeB`\x82", Kind.JPEG: b"\xff\xd9", Kind.GIF: b";"}
    return kind in ends and not data.rstrip(b"\0").endswith(ends[kind])


def _frames(picture: "Image", kind: Kind, *, limits: Limits, findings: Findings) -> "Iterator[Image]":
    count = getattr(picture, "n_frames", 1)
    if kind is not Kind.TIFF and count > 1:
        findings.removed.add(Removed.ANIMATION)
        count = 1
    if count > limits.pages:
        raise Refusal(Reason.TOO_MANY_PAGES)
    findings.pages = count
    total = 0
    for place in range(count):
        if place:
            picture.seek(place)
        width, height = picture.size
        total += width * height
        if width * height > limits.pixels or total > limits.total_pixels:
            raise Refusal(Reason.TOO_MANY_PIXELS)
        picture.load()
        yield bare(picture, kind, findings=findings)


def bare(picture: "Image", kind: Kind, *, findings: Findings) -> "Image":
    """A new picture made of the pixels alone, upright, in sRGB where it carried a colour profile."""
    from PIL import Image, ImageOps

    if picture.info.keys() & {"exif", "xmp", "comment", "icc_profile", "photoshop", "XML:com.adobe.xmp"}:
        findings.removed.add(Removed.METADATA)
    upright = _in_srgb(ImageOps.exif_transpose(picture))
    modes = PIXEL_MODES[kind]
    if upright.mode not in modes:
        upright = upright.convert(_nearest_mode(upright, modes))
    result = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    result.info.update(_resolution(picture))
    return result


def _resolution(picture: "Image") -> dict[str, tuple[int, int]]:
    """Dots per inch where they are told and can be true."""
    try:
        across, down = (round(float(each)) for each in picture.info["dpi"])
    except (KeyError, ValueError, TypeError, ZeroDivisionError, OverflowError):
        return {}
    plausible = LEAST_DPI <= across <= MOST_DPI and across == down
    return {"dpi": (across, down)} if plausible else {}


def _nearest_mode(picture: "Image", modes: set[str]) -> str:
    if picture.has_transparency_data and "RGBA" in modes:
        return "RGBA"
    if picture.mode in {"1", "L", "LA", "I", "I;16", "F"} and "L" in modes:
        return "L"
    return "RGB"


def _in_srgb(picture: "Image") -> "Image":
    """Apply an embedded colour profile, as the profile itself is dropped; a broken one is ignored."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "CMYK"}:
        return picture
    from PIL import ImageCms

    try:
        changed = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return picture if changed is None else changed


def encode(pages: "list[Image]", kind: Kind) -> bytes:
    """Write bare pictures as one file of the kind."""
    options: dict[Kind, dict[str, Any]] = {
        Kind.PNG: {},
        Kind.JPEG: {"quality": QUALITY},
        Kind.GIF: {},
        Kind.WEBP: {"quality": QUALITY},
    }
    buffer = io.BytesIO()
    pages[0].save(buffer, FORMATS[kind], **options[kind], **_told(pages[0]))
    return buffer.getvalue()


def _told(page: "Image") -> dict[str, Any]:
    return {"dpi": page.info["dpi"]} if "dpi" in page.info else {}


def _pages_of_tiff(pages: "Iterator[Image]") -> bytes:
    """All pages in one file; a page is written before the next is decoded, so that a stack fits into memory."""
    from PIL.TiffImagePlugin import AppendingTiffWriter

    buffer = io.BytesIO()
    with AppendingTiffWriter(buffer) as writer:
        for page in pages:
            page.save(writer, "TIFF", compression="tiff_adobe_deflate", **_told(page))
            writer.newFrame()
    return buffer.getvalue()

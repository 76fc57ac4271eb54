"""Pages drawn as pictures, with their text laid invisibly on top so that it can be searched and read aloud."""

import io
from typing import TYPE_CHECKING, Any

import pikepdf

from kencho.files.sanitize.outcome import Findings, Flag, Limits, Reason, Refusal

if TYPE_CHECKING:
    from PIL.Image import Image

Box = tuple[float, float, float, float]  # left, bottom, right, top
POINTS_PER_INCH = 72
SIDE = 16_000
TEXT_RUNS = 20_000
# Every code is its own Unicode value; nothing is drawn, so the font needs no glyphs.
IDENTITY_MAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /KenchoIdentity def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""


def rasterise(data: bytes, *, limits: Limits, findings: Findings) -> bytes:
    """A new PDF of page pictures (JPEG) with an invisible text layer where the source had text."""
    import pypdfium2

    try:
        source = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = Reason.ENCRYPTED if "password" in str(error).lower() else Reason.BROKEN
        raise Refusal(reason) from error
    try:
        count = len(source)
        if count == 0:
            raise Refusal(Reason.BROKEN, "no pages")
        if count > limits.pages:
            raise Refusal(Reason.TOO_MANY_PAGES)
        source.init_forms()
        result = _draw(source, limits=limits, findings=findings)
    except pypdfium2.PdfiumError as error:
        raise Refusal(Reason.BROKEN, "page") from error
    finally:
        source.close()
    findings.pages = count
    return result


def _draw(source: Any, *, limits: Limits, findings: Findings) -> bytes:
    buffer = io.BytesIO()
    budget = limits.total_pixels
    with pikepdf.new() as target:
        font = _invisible_font(target)
        for page in source:
            width, height = page.get_size()
            scale = _scale(width, height, limits)
            picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
            budget -= picture.width * picture.height
            if budget < 0:
                raise Refusal(Reason.TOO_MANY_PIXELS)
            words = _text_runs(page)
            if words:
                findings.flags.add(Flag.TEXT_LAYER)
            _add_page(target, picture, size=(width, height), words=words, font=font, limits=limits)
            page.close()
        target.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return buffer.getvalue()


def _scale(width: float, height: float, limits: Limits) -> float:
    """Pixels per point: the wanted resolution, or less for a page so large that it would pass the limits."""
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise Refusal(Reason.BROKEN, "page size")
    scale = limits.dpi / POINTS_PER_INCH
    pixels = width * height * scale * scale
    if pixels > limits.pixels:
        scale *= (limits.pixels / pixels) ** 0.5
    return min(scale, SIDE / max(width, height))


def _text_runs(page: Any) -> list[tuple[str, Box]]:
    """The page's text, run by run, with its box in points from the lower left corner of the page as it is shown."""
    text_page = page.get_textpage()
    try:
        runs = []
        for place in range(min(text_page.count_rects(), TEXT_RUNS)):
            box = text_page.get_rect(place)
            text = "".join(
                c for c in text_page.get_text_bounded(*box) if c.isprintable() and ord(c) < 0x10000
            )
            if text.strip() and box[2] > box[0] and box[3] > box[1]:
                runs.append((text, _as_shown(box, page)))
        return runs
    finally:
        text_page.close()


def _as_shown(box: Box, page: Any) -> Box:
    """Move a box from the page's own space to the shown page, which may be cropped and turned clockwise."""
    edge_left, edge_bottom, edge_right, edge_top = page.get_bbox()
    left, bottom, right, top = box
    west, south, east, north = left - edge_left, bottom - edge_bottom, edge_right - right, edge_top - top
    wide, high = right - left, top - bottom
    return {
        0: (west, south, west + wide, south + high),
        90: (south, east, south + high, east + wide),
        180: (east, north, east + wide, north + high),
        270: (north, west, north + high, west + wide),
    }[page.get_rotation()]


def _invisible_font(target: pikepdf.Pdf) -> Any:
    name = pikepdf.Name
    descriptor = pikepdf.Dictionary(
        Type=name.FontDescriptor, FontName=name.KenchoInvisible, Flags=4, FontBBox=[0, 0, 1000, 1000], ItalicAngle=0,
        Ascent=800, Descent=-200, CapHeight=800, StemV=80,
    )  # fmt: skip
    inner = pikepdf.Dictionary(
        Type=name.Font, Subtype=name.CIDFontType2, BaseFont=name.KenchoInvisible, DW=1000,
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=target.make_indirect(descriptor), CIDToGIDMap=name.Identity,
    )  # fmt: skip
    outer = pikepdf.Dictionary(
        Type=name.Font, Subtype=name.Type0, BaseFont=name.KenchoInvisible, Encoding=name("/Identity-H"),
        DescendantFonts=[target.make_indirect(inner)], ToUnicode=target.make_stream(IDENTITY_MAP),
    )  # fmt: skip
    return target.make_indirect(outer)


def _add_page(
    target: pikepdf.Pdf,
    picture: "Image",
    *,
    size: tuple[float, float],
    words: list[tuple[str, Box]],
    font: Any,
    limits: Limits,
) -> None:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=limits.jpeg_quality)
    name = pikepdf.Name
    image = target.make_stream(
        buffer.getvalue(), Type=name.XObject, Subtype=name.Image, Width=picture.width, Height=picture.height,
        ColorSpace=name.DeviceRGB, BitsPerComponent=8, Filter=name.DCTDecode,
    )  # fmt: skip
    width, height = size
    marks = [f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Page Do Q", "BT 3 Tr"]
    marks += [_hidden_run(text, box) for text, box in words]
    marks.append("ET")
    target.pages.append(
        pikepdf.Page(
            pikepdf.Dictionary(
                Type=name.Page,
                MediaBox=[0, 0, round(width, 3), round(height, 3)],
                Resources=pikepdf.Dictionary(
                    XObject=pikepdf.Dictionary(Page=image), Font=pikepdf.Dictionary(Text=font)
                ),
                Contents=target.make_stream("\n".join(marks).encode("ascii")),
            )
        )
    )


def _hidden_run(text: str, box: Box) -> str:
    """Text operators that lay one run over its box; each code is one em wide, so the width is scaled to fit."""
    left, bottom, right, top = box
    size = max(top - bottom, 1.0)
    stretch = max(1.0, 100 * (right - left) / (size * len(text)))
    codes = text.encode("utf-16-be").hex()
    return f"/Text {size:.3f} Tf {stretch:.3f} Tz 1 0 0 1 {left:.3f} {bottom:.3f} Tm <{codes}> Tj"

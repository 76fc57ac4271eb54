"""The paper itself, as one PDF of a sheet's pages: what is filed with the application.

Pages come from the scan as it was handed in (rebuilt, so harmless). Where that is gone, or a 個人番号 was painted over,
the kept image of the page takes its place.
"""

import io
import struct
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from kencho.files import queries as files
from kencho.intake.models import ScanBatch, ScanPage

if TYPE_CHECKING:
    from PIL.Image import Image

KEPT_DPI = 200
POINTS = 72
JPEG_QUALITY = 90
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def pdf_of(batch: ScanBatch, pages: Sequence[ScanPage]) -> bytes | None:
    """The pages in their order; None when nothing is left of them. The same pages give the same bytes."""
    import pikepdf

    buffer = io.BytesIO()
    with ExitStack() as stack, pikepdf.new() as target:
        source = _Source(batch, stack)
        for page in pages:
            if page.masked_numbers == 0 and source.add(page, target):
                continue
            if page.image is not None:
                _add_png(target, files.content(page.image))
        if not len(target.pages):
            return None
        target.save(buffer, deterministic_id=True, fix_metadata_version=False)
    return buffer.getvalue()


class _Source:
    """The batch's rebuilt file, opened when the first page is asked for."""

    def __init__(self, batch: ScanBatch, stack: ExitStack) -> None:
        upload = batch.upload
        self._stored = None if upload is None else upload.clean_copy
        self._stack = stack
        self._opened: Any = None

    def add(self, page: ScanPage, target: Any) -> bool:
        """Add the page as it was scanned; False when the file is gone."""
        if self._stored is None:
            return False
        if self._stored.kind == "pdf":
            target.pages.append(self._pdf().pages[page.number - 1])
        else:
            _add_picture(target, self._frame(page.number), page.dpi or KEPT_DPI)
        return True

    def _file(self) -> Any:
        return self._stack.enter_context(files.opened(self._stored))  # type: ignore[arg-type]  # asked in add

    def _pdf(self) -> Any:
        import pikepdf

        if self._opened is None:
            self._opened = self._stack.enter_context(pikepdf.open(self._file()))
        return self._opened

    def _frame(self, number: int) -> "Image":
        from PIL import Image

        if self._opened is None:
            self._opened = self._stack.enter_context(
                Image.open(self._file(), formats=("TIFF", "JPEG", "PNG"))
            )
        if number > 1:
            self._opened.seek(number - 1)
        frame: Image.Image = self._opened.copy()
        return frame


def _add_picture(target: Any, picture: "Image", dpi: int) -> None:
    import pikepdf

    name = pikepdf.Name
    if picture.mode == "1":
        data = zlib.compress(picture.tobytes())
        more = {"ColorSpace": name.DeviceGray, "BitsPerComponent": 1, "Filter": name.FlateDecode}
    else:
        plain = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
        buffer = io.BytesIO()
        plain.save(buffer, "JPEG", quality=JPEG_QUALITY)
        data = buffer.getvalue()
        space = name.DeviceGray if plain.mode == "L" else name.DeviceRGB
        more = {"ColorSpace": space, "BitsPerComponent": 8, "Filter": name.DCTDecode}
    _add_page(target, data, picture.width, picture.height, dpi, more)


def _add_png(target: Any, png: bytes) -> None:
    """The packed lines of a grey PNG are those of a PDF, too: nothing is unpacked, nothing is lost."""
    import pikepdf

    width, height, depth, colour, interlaced, data = _parts(png)
    if colour != 0 or interlaced:
        from PIL import Image

        with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
            _add_picture(target, picture.convert("L"), KEPT_DPI)
        return
    lines = pikepdf.Dictionary(Predictor=15, Colors=1, BitsPerComponent=depth, Columns=width)
    more = {
        "ColorSpace": pikepdf.Name.DeviceGray,
        "BitsPerComponent": depth,
        "Filter": pikepdf.Name.FlateDecode,
        "DecodeParms": lines,
    }
    _add_page(target, data, width, height, KEPT_DPI, more)


def _parts(png: bytes) -> tuple[int, int, int, int, int, bytes]:
    """Width, height, depth, colour type, interlacing and packed data."""
    if not png.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    width, height, depth, colour, _packing, _filter, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    data, place = [], len(_SIGNATURE)
    while place + 8 <= len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == b"IDAT":
            data.append(png[place + 8 : place + 8 + size])
        place += size + 12
    return width, height, depth, colour, interlaced, b"".join(data)


def _add_page(target: Any, data: bytes, width: int, height: int, dpi: int, more: dict[str, Any]) -> None:
    import pikepdf

    name = pikepdf.Name
    image = target.make_stream(
        data, Type=name.XObject, Subtype=name.Image, Width=width, Height=height, **more
    )
    wide, high = width * POINTS / dpi, height * POINTS / dpi
    page = pikepdf.Dictionary(
        Type=name.Page,
        MediaBox=[0, 0, round(wide, 3), round(high, 3)],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=image)),
        Contents=target.make_stream(f"q {wide:.3f} 0 0 {high:.3f} 0 0 cm /Page Do Q".encode("ascii")),
    )
    target.pages.append(pikepdf.Page(page))

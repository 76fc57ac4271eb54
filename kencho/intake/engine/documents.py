"""Scanned files, page by page: PDF, TIFF, JPEG and PNG become grey pictures with a known resolution.

Only one page is in memory at a time. The image libraries are loaded on first use, so that naming the errors and
limits of this module costs nothing.
"""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from kencho.intake.engine.looks import encode_png, is_black_page, is_blank_page
from kencho.intake.engine.shapes import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Grey = NDArray[np.uint8]

__all__ = [
    "LEAST_DPI",
    "Document",
    "Limits",
    "Scan",
    "Unreadable",
    "encode_png",
    "is_black_page",
    "is_blank_page",
    "open_document",
    "pages_of",
]

READING_DPI = 300
LEAST_DPI = 145
MOST_DPI = 410
A4_INCHES = (210 / 25.4, 297 / 25.4)
# The red channel weighs most: a seal over the text fades, blue and black ink do not.
GREY_WEIGHTS = (0.6, 0.3, 0.1, 0.0)
FULL_PAGE = 0.97
PASSWORD_ERROR = 4


class Unreadable(Exception):
    """A file or page cannot be read; `refusal` says why, `detail` more precisely (never what is written on it)."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(refusal.value, detail)
        self.refusal = refusal
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds: pages of a file, pixels of one page (A4 at 600 dpi has 35 million)."""

    pages: int = 1000
    pixels: int = 45_000_000


@dataclass(frozen=True, slots=True)
class Scan:
    """One page: grey (0 is black), square pixels, with its resolution as told by the file or by the size of A4."""

    image: "Grey"
    dpi: int


class Document(ABC):
    """An open file of pages. Use as a context manager; pages count from 1."""

    pages: int = 0

    @abstractmethod
    def page(self, number: int) -> Scan:
        """One page as a picture; raises `Unreadable` for a page that cannot be decoded or is too coarse or large."""

    @abstractmethod
    def close(self) -> None:
        """Let the file go."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_document(file: Path | BinaryIO, *, limits: Limits | None = None) -> Document:
    """Open a scan by its content, whatever its name.

    Raises `Unreadable`: EMPTY_FILE, ENCRYPTED, TOO_MANY_PAGES, TOO_MANY_PIXELS, or BROKEN for anything that is not one
    of the four kinds.
    """
    bounds = limits or Limits()
    stream = file.open("rb") if isinstance(file, Path) else file
    try:
        stream.seek(0)
        head = stream.read(1024)
        if not head:
            raise Unreadable(Refusal.EMPTY_FILE)
        stream.seek(0)
        document: Document = (
            _PdfDocument(stream, bounds) if b"%PDF-" in head else _PictureDocument(stream, head, bounds)
        )
        if document.pages > bounds.pages:
            document.close()
            raise Unreadable(Refusal.TOO_MANY_PAGES, str(document.pages))
    except Unreadable:
        stream.close()
        raise
    return document


def pages_of(path: Path, *, limits: Limits | None = None) -> Iterator[Scan]:
    """All pages in order, each decoded when it is asked for; raises `Unreadable` at the first that cannot be read."""
    with open_document(path, limits=limits) as document:
        for number in range(1, document.pages + 1):
            yield document.page(number)


class _PdfDocument(Document):
    """Pages of a PDF. A page that is nothing but one picture gives that picture itself, without resampling."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        import pypdfium2

        self._stream = stream
        self._limits = limits
        try:
            self._pdf = pypdfium2.PdfDocument(stream)
            self.pages = len(self._pdf)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            locked = code == PASSWORD_ERROR or "password" in str(error).lower()
            raise Unreadable(Refusal.ENCRYPTED if locked else Refusal.BROKEN, "pdf") from error
        if self.pages == 0:
            raise Unreadable(Refusal.BROKEN, "no pages")

    def page(self, number: int) -> Scan:
        """See `Document.page`."""
        import pypdfium2

        try:
            page = self._pdf[number - 1]
        except pypdfium2.PdfiumError as error:
            raise Unreadable(Refusal.BROKEN, "pdf page") from error
        try:
            return self._scan(page)
        except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError) as error:
            raise Unreadable(Refusal.BROKEN, type(error).__name__) from error
        finally:
            page.close()

    def _scan(self, page: Any) -> Scan:
        width, height = page.get_size()
        if not (1 <= width <= 14_400 and 1 <= height <= 14_400):
            raise Unreadable(Refusal.BROKEN, "page size")
        inches = (width / 72, height / 72)
        whole, picture = _picture_of(page, width, height)
        if picture is None:
            return self._render(page, inches, READING_DPI)
        across, down = picture.get_px_size()
        if across * down > self._limits.pixels:
            raise Unreadable(Refusal.TOO_MANY_PIXELS, f"{across}x{down}")
        if whole:
            image = _decoded(picture)
            if image is not None:
                return _finished(image, *_resolution(image.shape[1], image.shape[0], inches))
        native = max(across / inches[0], down / inches[1])
        return self._render(page, inches, min(max(native, LEAST_DPI), READING_DPI))

    def _render(self, page: Any, inches: tuple[float, float], dpi: float) -> Scan:
        # A page of unusual size comes from a file that does not know the size of its paper.
        long_side = max(inches)
        if not 5 <= long_side <= 24:
            inches = (inches[0] * A4_INCHES[1] / long_side, inches[1] * A4_INCHES[1] / long_side)
        if inches[0] * inches[1] * dpi * dpi > self._limits.pixels:
            raise Unreadable(Refusal.TOO_MANY_PIXELS, "page size")
        scale = inches[0] * dpi / page.get_width()
        bitmap = page.render(scale=scale, grayscale=True)
        try:
            image = bitmap.to_numpy()
            grey = image if image.ndim == 2 else image[:, :, 0]
            return _finished(grey.copy(), dpi, dpi)
        finally:
            bitmap.close()

    def close(self) -> None:
        """See `Document.close`."""
        self._pdf.close()
        self._stream.close()


def _picture_of(page: Any, width: float, height: float) -> tuple[bool, Any]:
    """The page's largest picture, if it covers most of the page, and whether it is all there is, upright and whole."""
    from pypdfium2 import raw

    found, others = None, 0
    for each in page.get_objects(max_depth=2):
        if each.type == raw.FPDF_PAGEOBJ_IMAGE and found is None:
            found = each
        else:
            others += 1
        if others > 3:
            break
    if found is None:
        return False, None
    left, bottom, right, top = found.get_bounds()
    if (right - left) * (top - bottom) < 0.8 * width * height:
        return False, None
    matrix = found.get_matrix()
    upright = abs(matrix.b) + abs(matrix.c) < 0.01 and matrix.a > 0 and matrix.d > 0
    within = matrix.a >= FULL_PAGE * width and matrix.d >= FULL_PAGE * height
    fits = matrix.a <= 1.03 * width and matrix.d <= 1.03 * height
    return not others and upright and within and fits and page.get_rotation() == 0, found


def _decoded(picture: Any) -> "Grey | None":
    """The picture's own pixels in grey; None when only rendering gives its true look (masks, unusual colours)."""
    import cv2
    import numpy as np
    from pypdfium2 import raw

    if raw.FPDFPageObj_HasTransparency(picture.raw):
        return None
    bitmap = picture.get_bitmap(render=False)
    pixels = bitmap.to_numpy()
    if bitmap.format == raw.FPDFBitmap_Gray:
        return np.array(pixels.reshape(pixels.shape[0], pixels.shape[1]))
    if bitmap.format in {raw.FPDFBitmap_BGR, raw.FPDFBitmap_BGRx}:
        red, green, blue, _one = GREY_WEIGHTS
        weights = np.array([[blue, green, red, 0][: pixels.shape[2]]])
        return np.asarray(cv2.transform(pixels, weights), np.uint8).reshape(pixels.shape[:2])
    return None


class _PictureDocument(Document):
    """TIFF with any number of pages, JPEG, PNG."""

    def __init__(self, stream: BinaryIO, head: bytes, limits: Limits) -> None:
        from PIL import Image

        self._stream = stream
        self._limits = limits
        kind = _kind_of(head)
        with _as_refusals():
            self._picture: Image.Image = Image.open(stream, formats=(kind,))
            # Counting walks through the whole chain of a TIFF's directories, which hostile files make endless.
            self.pages = self._count() if kind == "TIFF" else 1

    def _count(self) -> int:
        count = 0
        while count <= self._limits.pages:
            try:
                self._picture.seek(count)
            except EOFError:
                break
            count += 1
        return count

    def page(self, number: int) -> Scan:
        """See `Document.page`."""
        with _as_refusals():
            if self._picture.format == "TIFF":
                self._picture.seek(number - 1)
            else:
                self._reopen()
            width, height = self._picture.size
            if width * height > self._limits.pixels:
                raise Unreadable(Refusal.TOO_MANY_PIXELS, f"{width}x{height}")
            told = _told_resolution(self._picture)
            turned, image = _grey(self._picture)
            if turned:
                told = (told[1], told[0])
        across, down = image.shape[1], image.shape[0]
        inches = (across / told[0], down / told[1]) if all(told) else (0.0, 0.0)
        return _finished(image, *_resolution(across, down, inches))

    def _reopen(self) -> None:
        from PIL import Image

        kind = self._picture.format or ""
        self._stream.seek(0)
        self._picture = Image.open(self._stream, formats=(kind,))

    def close(self) -> None:
        """See `Document.close`."""
        self._picture.close()
        self._stream.close()


def _kind_of(head: bytes) -> str:
    for start, kind in (
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"\x89PNG", "PNG"),
    ):
        if head.startswith(start):
            return kind
    raise Unreadable(Refusal.BROKEN, "unknown kind")


@contextmanager
def _as_refusals() -> Iterator[None]:
    """What the decoders raise on damaged or hostile files, as `Unreadable`."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError as error:
        raise Unreadable(Refusal.TOO_MANY_PIXELS, "bomb") from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError) as error:
        raise Unreadable(Refusal.BROKEN, type(error).__name__) from error
    except MemoryError as error:
        raise Unreadable(Refusal.TOO_MANY_PIXELS, "memory") from error


def _told_resolution(picture: "Image") -> tuple[float, float]:
    told = picture.info.get("dpi", (0, 0))
    try:
        across, down = float(told[0]), float(told[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 0.0, 0.0
    return (across, down) if across > 0 and down > 0 else (0.0, 0.0)


def _grey(picture: "Image") -> "tuple[bool, Grey]":
    """The picture upright by its camera's note and in grey on white; and whether its sides changed places."""
    import numpy as np
    from PIL import Image, ImageOps

    orientation = picture.getexif().get(0x0112, 1)
    if picture.mode in {"I;16", "I;16B", "I", "F"}:
        deep = np.asarray(picture, np.float32)
        most = 65535.0 if deep.max(initial=0) > 255 else 255.0
        plain = Image.fromarray((np.clip(deep, 0, most) * (255 / most)).astype(np.uint8))
    elif picture.has_transparency_data:
        layered = picture.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        plain = Image.alpha_composite(paper, layered).convert("RGB").convert("L", GREY_WEIGHTS)
    elif picture.mode == "RGB":
        plain = picture.convert("L", GREY_WEIGHTS)
    elif picture.mode in {"1", "L"}:
        plain = picture.convert("L")
    else:
        plain = picture.convert("RGB").convert("L", GREY_WEIGHTS)
    if orientation != 1:
        plain.getexif()[0x0112] = orientation
        plain = ImageOps.exif_transpose(plain)
    return orientation in {5, 6, 7, 8}, np.array(plain, np.uint8)


def _resolution(across: int, down: int, inches: tuple[float, float]) -> tuple[float, float]:
    """Dots per inch both ways: as told if that makes a sheet of believable size, else as if the page were A4."""
    if inches[0] and inches[1]:
        told = (across / inches[0], down / inches[1])
        if 5 <= max(inches) <= 24 and min(inches) >= 2.5:
            return told
        # The sides' ratio may still be told rightly (fax has twice as many dots across).
        skew = told[0] / told[1]
        if 0.4 <= skew <= 2.5 and abs(skew - 1) > 0.01:
            even = max(across / skew, down) / A4_INCHES[1]
            return even * skew, even
    dots = max(across, down) / A4_INCHES[1]
    return dots, dots


def _finished(image: "Grey", across_dpi: float, down_dpi: float) -> Scan:
    """Square pixels, no finer than needed; refused when too coarse."""
    import cv2
    import numpy as np

    dpi = max(across_dpi, down_dpi)
    if min(across_dpi, down_dpi) < 90 or dpi < LEAST_DPI:
        raise Unreadable(Refusal.TOO_COARSE, f"{min(across_dpi, down_dpi):.0f}")
    target = float(READING_DPI) if dpi > MOST_DPI else dpi
    scale = (target / across_dpi, target / down_dpi)
    if abs(scale[0] - 1) > 0.005 or abs(scale[1] - 1) > 0.005:
        size = (max(1, round(image.shape[1] * scale[0])), max(1, round(image.shape[0] * scale[1])))
        shrinks = scale[0] <= 1 and scale[1] <= 1
        image = np.asarray(
            cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), np.uint8
        )
    return Scan(_contrasted(np.ascontiguousarray(image)), round(target))


def _contrasted(image: "Grey") -> "Grey":
    """A pale copy made darker; a page with next to nothing on it, where that would only raise dust, stays as it is."""
    import cv2
    import numpy as np

    sample = image[::5, ::5]
    dark, paper = np.percentile(sample, (0.3, 60))
    if dark < 110 or paper - dark < 40:
        return image
    steepness = min(3.0, (paper - 40) / (paper - dark))
    table = np.clip(paper + (np.arange(256) - paper) * steepness, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table), np.uint8)

"""Pictures for the pages: cuts of a kept page image, smaller copies, pages of a blank form. Pillow is loaded when asked."""

import io
from typing import Any

THUMBNAIL = 320
BLANK_DPI = 110
MARGIN = 10
# Crops of a hand's breadth are shown as they are; wider ones shrink to what a screen shows.
MOST_WIDTH = 1_400


def crop(page: bytes, box: tuple[int, int, int, int]) -> bytes:
    """The part (left, top, width, height in pixels) of a page image with a little paper around it, as PNG."""
    with _opened(page) as image:
        left, top, width, height = box
        right, bottom = min(left + width + MARGIN, image.width), min(top + height + MARGIN, image.height)
        place = (max(left - MARGIN, 0), max(top - MARGIN, 0), right, bottom)
        if place[2] - place[0] < 1 or place[3] - place[1] < 1:
            place = (0, 0, image.width, image.height)
        part = image.crop(place)
        part.thumbnail((MOST_WIDTH, MOST_WIDTH))
        return _png(part)


def thumbnail(page: bytes) -> bytes:
    """A small copy of a page image, as PNG."""
    with _opened(page) as image:
        small = image.convert("L")
        small.thumbnail((THUMBNAIL, THUMBNAIL * 2))
        return _png(small)


def size_of(page: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels, without decoding it."""
    with _opened(page) as image:
        return int(image.width), int(image.height)


def blank_page(content: bytes, number: int) -> bytes | None:
    """A page (from 1) of a blank form as PNG; ``content`` is a cleaned PDF or image. None when there is no such page."""
    if not content.startswith(b"%PDF"):
        return _image_page(content, number)
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        if not 1 <= number <= len(document):
            return None
        image = document[number - 1].render(scale=BLANK_DPI / 72, grayscale=True).to_pil()
        return _png(image.convert("L"))
    finally:
        document.close()


def _image_page(content: bytes, number: int) -> bytes | None:
    with _opened(content) as image:
        if not 1 <= number <= getattr(image, "n_frames", 1):
            return None
        image.seek(number - 1)
        page = image.convert("L")
        page.thumbnail((1_000, 1_500))
        return _png(page)


def sheets_of(content: bytes) -> tuple[int, float, float]:
    """How many pages a blank form has, and width and height of the first in millimetres."""
    if not content.startswith(b"%PDF"):
        with _opened(content) as image:
            dpi = float(image.info.get("dpi", (0, 0))[0] or 0)
            pages = int(getattr(image, "n_frames", 1))
            if dpi >= 72:
                return pages, round(image.width / dpi * 25.4, 1), round(image.height / dpi * 25.4, 1)
            # A picture that does not tell its size is taken for A4, the paper of offices.
            return (pages, 210.0, 297.0) if image.height >= image.width else (pages, 297.0, 210.0)
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        width, height = document[0].get_size()
        return len(document), round(width / 72 * 25.4, 1), round(height / 72 * 25.4, 1)
    finally:
        document.close()


def _opened(content: bytes) -> Any:
    from PIL import Image

    # Pages come out of the reading process, which a hostile scan may have taken over: no other decoder is for them.
    return Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF"))


def _png(image: Any) -> bytes:
    room = io.BytesIO()
    # Level 1: a picture is looked at once and never stored, so time counts more than its size.
    image.save(room, "PNG", compress_level=1)
    return room.getvalue()

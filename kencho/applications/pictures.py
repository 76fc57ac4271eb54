"""Papers that Kencho itself has typeset, as pictures for a page: seen at once, without a viewer."""

import base64
import io
from typing import Any

WIDTH = 1_100
MAX_PAGES = 10


def pages_of(pdf: bytes, *, width: int = WIDTH) -> list[str]:
    """The pages as data addresses (PNG), each ``width`` pixels wide. Only for files made here, never for uploads."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_picture(document[n], width) for n in range(min(len(document), MAX_PAGES))]
    finally:
        document.close()


def _picture(page: Any, width: int) -> str:
    room = io.BytesIO()
    image = page.render(scale=width / page.get_width()).to_pil()
    # A page of text needs few shades; the address is a third as long.
    image.convert("L").quantize(16).save(room, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(room.getvalue()).decode()}"

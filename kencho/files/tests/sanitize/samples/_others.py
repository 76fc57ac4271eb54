"""Pictures, text, archives and formats that are not accepted."""

import io
import struct
import zipfile
import zlib

from PIL import Image

from kencho.files.sanitize import Kind, Reason, Removed
from kencho.files.sanitize.recognise import EICAR
from kencho.files.tests.sanitize.samples._sample import Sample, clean, refused


def picture(kind: str, *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    """A picture of two colours, left and right."""
    image = Image.new(mode, size, 0 if mode in {"L", "P", "1"} else "navy")
    image.paste(1 if mode in {"L", "P", "1"} else "orange", (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg_with_place() -> bytes:
    """A photograph turned by its orientation note, with the place it was taken and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret description"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif.tobytes(), comment=b"secret comment")


def png_with_trailer() -> bytes:
    buffer = io.BytesIO(picture("PNG"))
    buffer.seek(0, io.SEEK_END)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("x.js", "1")
    return buffer.getvalue()


def gif_moving() -> bytes:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "green", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], comment=b"secret <script>")
    return buffer.getvalue()


def tiff_pages() -> bytes:
    pages = [Image.new("1", (64, 64), n % 2) for n in range(3)]
    buffer = io.BytesIO()
    pages[0].save(
        buffer, "TIFF", save_all=True, append_images=pages[1:], compression="group4", description="secret"
    )
    return buffer.getvalue()


def png_bomb() -> bytes:
    """Claims 60000 by 60000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9999))
        + chunk(b"IEND", b"")
    )


def archive(*, nested: bool = False, secret: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as outer:
        outer.writestr("a.zip" if nested else "a.txt", archive() if nested else "x")
    data = bytearray(buffer.getvalue())
    if secret:
        # The flag that tells a reader to ask for a password, in both headers.
        data[6] |= 1
        data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def open_document() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as outer:
        outer.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        outer.writestr("content.xml", "<x/>")
    return buffer.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>1</script><a href="javascript:x()"/><foreignObject/></svg>'
TABLE = '氏名,電話\r\n=HYPERLINK("http://attacker.invalid"),+81\r\n@SUM(1),-1\r\n'


def other_samples() -> list[Sample]:
    """Every sample that is neither PDF nor Office."""
    return [
        clean("jpeg_place", Kind.JPEG, jpeg_with_place, Removed.METADATA),
        clean("png_trailer", Kind.PNG, png_with_trailer, Removed.TRAILING_DATA),
        clean("png_palette", Kind.PNG, lambda: picture("PNG", mode="P")),
        clean("png_alpha", Kind.PNG, lambda: picture("PNG", mode="RGBA")),
        clean("gif_moving", Kind.GIF, gif_moving, Removed.ANIMATION),
        clean("webp", Kind.WEBP, lambda: picture("WEBP")),
        clean("tiff_pages", Kind.TIFF, tiff_pages),
        clean("jpeg_inks", Kind.JPEG, lambda: picture("JPEG", mode="CMYK")),
        clean("csv_formulas", Kind.CSV, TABLE.encode),
        clean("csv_cp932", Kind.CSV, lambda: TABLE.encode("cp932")),
        clean(
            "text_controls",
            Kind.TEXT,
            ("表\x07示\u202eexe.txt\n" + "ふつうの文\n" * 30).encode,
            Removed.CONTROL_CHARACTER,
        ),
        refused("png_bomb", Reason.TOO_MANY_PIXELS, png_bomb),
        refused("png_cut", Reason.BROKEN, lambda: picture("PNG")[:-30]),
        refused("svg", Reason.SVG, lambda: SVG),
        refused("svg_declared", Reason.SVG, lambda: b'<?xml version="1.0"?>\n' + SVG),
        refused("html", Reason.MARKUP, lambda: b"<html><script>1</script></html>"),
        refused("html_in_text", Reason.MARKUP, lambda: b"hello <script>1</script>"),
        refused("rtf", Reason.RICH_TEXT, lambda: b"{\\rtf1{\\object\\objdata 0105}}"),
        refused("postscript", Reason.SCRIPT, lambda: b"%!PS-Adobe\n(x) run"),
        refused("shell", Reason.SCRIPT, lambda: b"#!/bin/sh\necho 1\n"),
        refused("mail", Reason.MAIL, lambda: b"From: a@b.invalid\r\nMIME-Version: 1.0\r\n\r\nx"),
        refused("eicar", Reason.TEST_VIRUS, lambda: EICAR),
        refused("program", Reason.EXECUTABLE, lambda: b"MZ\x90\0" + b"\0" * 99),
        refused("shortcut", Reason.EXECUTABLE, lambda: b"L\0\0\0\x01\x14\x02\0" + b"\0" * 99),
        refused("zip", Reason.ARCHIVE, archive),
        refused("zip_nested", Reason.ARCHIVE, lambda: archive(nested=True)),
        refused("zip_password", Reason.ENCRYPTED, lambda: archive(secret=True)),
        refused("zip_cut", Reason.BROKEN, lambda: archive()[:-25]),
        refused("open_document", Reason.OPEN_DOCUMENT, open_document),
        refused("seven_zip", Reason.ARCHIVE, lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 99),
        refused("lzh", Reason.ARCHIVE, lambda: b"\x20\x30-lh5-" + b"\0" * 99),
        refused("heic", Reason.HEIF, lambda: b"\0\0\0\x18ftypheic" + b"\0" * 99),
        refused("noise", Reason.UNKNOWN_TYPE, lambda: bytes(range(256)) * 4),
        refused("empty", Reason.EMPTY, lambda: b""),
    ]

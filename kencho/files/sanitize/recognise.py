"""How a file's type is told by its content alone.

Names and declared media types are never trusted. Reads magic numbers and the outer structure; decodes no picture,
renders no page and unpacks at most one small part of a package, so it may run in the web process.
"""

import os
import re
import struct
import zipfile
from pathlib import Path
from typing import IO

from kencho.files.sanitize.kinds import Kind, main_kind
from kencho.files.sanitize.outcome import Reason, Refusal

HEAD_BYTES = 4096
# One part of a package is read to learn its type; real ones are a few kilobytes.
CONTENT_TYPES_LIMIT = 1024 * 1024
# The central directory is read into memory by the standard library, so its size is checked before.
DIRECTORY_LIMIT = 4 * 1024 * 1024
END_RECORD = struct.Struct("<4s4H2LH")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The standard antivirus test file (eicar.org), in two halves so that this source file is not mistaken for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_MAGIC_REFUSALS: tuple[tuple[bytes, Reason], ...] = (
    (b"MZ", Reason.EXECUTABLE),
    (b"\x7fELF", Reason.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", Reason.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", Reason.EXECUTABLE),
    (b"L\0\0\0\x01\x14\x02\0", Reason.EXECUTABLE),  # Windows shortcut
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", Reason.UNKNOWN_TYPE),  # OneNote
    (b"7z\xbc\xaf\x27\x1c", Reason.ARCHIVE),
    (b"Rar!\x1a\x07", Reason.ARCHIVE),
    (b"\x1f\x8b", Reason.ARCHIVE),
    (b"BZh", Reason.ARCHIVE),
    (b"\xfd7zXZ\0", Reason.ARCHIVE),
    (b"MSCF", Reason.ARCHIVE),
    (b"{\\rt", Reason.RICH_TEXT),
    (b"%!PS", Reason.SCRIPT),
    (b"#!", Reason.SCRIPT),
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"heim", b"heis", b"avif", b"avis"}
_MARKUP = re.compile(
    rb"<\s*(!doctype|!entity|html|head|body|script|iframe|object|embed|meta|link|xsl:|\?xml)", re.I
)
_MAIL = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*(?:mime-version|content-type):", re.I)
_LHA = re.compile(rb"\A..-l[hz][0-9ds]-", re.S)


def identify(path: Path) -> Kind | None:
    """The file's type by content, or None when it is not on the allow-list or cannot be read."""
    try:
        with path.open("rb") as file:
            return recognise(file)
    except (OSError, Refusal):
        return None


def recognise(file: IO[bytes]) -> Kind:
    """The file's type by content.

    Raises `Refusal` with the most telling reason for everything that is not on the allow-list.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise Refusal(Reason.EMPTY)
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    kind = _image_kind(head, size)
    if kind is not None:
        return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package_kind(file, size)
    _refuse_by_magic(file, head)
    return _text_kind(file, head)


def _image_kind(head: bytes, size: int) -> Kind | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return Kind.PNG
    if head.startswith(b"\xff\xd8\xff") and size > 100:
        return Kind.JPEG
    if head[:6] in {b"GIF87a", b"GIF89a"} and size > 13:
        return Kind.GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" and head[12:15] == b"VP8":
        return Kind.WEBP
    if head[:4] in {b"II*\0", b"MM\0*"}:
        order = "<" if head[:2] == b"II" else ">"
        offset: int = struct.unpack(order + "I", head[4:8].ljust(4, b"\0"))[0]
        return Kind.TIFF if 8 <= offset < size else None
    return None


def _refuse_by_magic(file: IO[bytes], head: bytes) -> None:
    if EICAR in head:
        raise Refusal(Reason.TEST_VIRUS)
    if head.startswith(OLE_MAGIC):
        file.seek(0)
        # A password turns an Office package into a compound file with this stream name in its directory.
        secret = "EncryptedPackage".encode("utf-16-le") in file.read(16 * 1024 * 1024)
        raise Refusal(Reason.ENCRYPTED if secret else Reason.LEGACY_OFFICE)
    for magic, reason in _MAGIC_REFUSALS:
        if head.startswith(magic):
            raise Refusal(reason)
    if head[4:8] == b"ftyp":
        raise Refusal(Reason.HEIF if head[8:12] in _HEIF_BRANDS else Reason.UNKNOWN_TYPE)
    if _LHA.match(head):
        raise Refusal(Reason.ARCHIVE)


def _package_kind(file: IO[bytes], size: int) -> Kind:
    _check_directory_size(file, size)
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
            if any(info.flag_bits & 1 for info in package.infolist()):
                raise Refusal(Reason.ENCRYPTED)
            if "[Content_Types].xml" not in names:
                opened = names[:1] == ["mimetype"] and "content.xml" in names
                raise Refusal(Reason.OPEN_DOCUMENT if opened else Reason.ARCHIVE)
            return _office_kind(package)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, struct.error) as error:
        raise Refusal(Reason.BROKEN, type(error).__name__) from error


def _check_directory_size(file: IO[bytes], size: int) -> None:
    """Refuse a ZIP file whose directory is missing or too big to be an Office document's."""
    span = min(size, END_RECORD.size + 0xFFFF)
    file.seek(size - span)
    tail = file.read(span)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < END_RECORD.size:
        raise Refusal(Reason.BROKEN, "no end record")
    directory_bytes = END_RECORD.unpack_from(tail, place)[5]
    if directory_bytes > DIRECTORY_LIMIT:
        raise Refusal(Reason.BOMB, "directory")
    file.seek(0)


def _office_kind(package: zipfile.ZipFile) -> Kind:
    import zlib

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    info = package.getinfo("[Content_Types].xml")
    if info.file_size > CONTENT_TYPES_LIMIT:
        raise Refusal(Reason.BOMB, "content types")
    try:
        root = fromstring(package.read(info), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refusal(Reason.DOCTYPE) from error
    except (ParseError, zlib.error, RuntimeError, LookupError) as error:
        raise Refusal(Reason.BROKEN, type(error).__name__) from error
    types = [element.get("ContentType", "") for element in root]
    found = {kind for kind in map(main_kind, types) if kind is not None}
    if len(found) == 1:
        return found.pop()
    if any("sheet.binary" in text for text in types):
        raise Refusal(Reason.BINARY_WORKBOOK)
    raise Refusal(Reason.BROKEN if found else Reason.ARCHIVE)


def _text_kind(file: IO[bytes], head: bytes) -> Kind:
    """Plain text, told from markup and programs; whether all of it decodes is checked when it is rebuilt."""
    if b"\0" in head:
        raise Refusal(Reason.UNKNOWN_TYPE)
    _refuse_markup(head)
    text = decode_start(head)
    printable = sum(character.isprintable() or character in "\r\n\t\f" for character in text)
    if printable < 0.95 * len(text):
        raise Refusal(Reason.UNKNOWN_TYPE)
    return Kind.CSV if _looks_tabular(text, whole=len(head) < HEAD_BYTES) else Kind.TEXT


def _refuse_markup(head: bytes) -> None:
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.search(rb"<\s*svg", head, re.I):
        raise Refusal(Reason.SVG)
    if bare.startswith(b"<") or _MARKUP.search(head):
        raise Refusal(Reason.MARKUP)
    if _MAIL.match(bare):
        raise Refusal(Reason.MAIL)
    # A program that starts behind blanks or a byte order mark is still one for some readers.
    for magic, reason in _MAGIC_REFUSALS:
        if magic.isascii() and len(magic) > 2 and bare.startswith(magic):
            raise Refusal(reason)


def decode_start(head: bytes) -> str:
    """Decode the first bytes as UTF-8 or CP932; a character cut at the end is left out."""
    for encoding in ("utf-8-sig", "cp932"):
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                if len(head) < HEAD_BYTES:
                    break
    raise Refusal(Reason.UNKNOWN_TYPE)


def _looks_tabular(text: str, *, whole: bool) -> bool:
    """At least two lines, and every one has the same number (two or more) of comma or tab fields."""
    import csv

    lines = text.splitlines()
    rows_read = lines if whole else lines[:-1]
    for delimiter in ",\t":
        try:
            rows = [row for row in csv.reader(rows_read[:50], delimiter=delimiter) if row]
        except csv.Error:
            continue
        if len(rows) >= 2 and len(rows[0]) >= 2 and len({len(row) for row in rows}) == 1:
            return True
    return False

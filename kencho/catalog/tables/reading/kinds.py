"""What kind of file something is, by its first bytes and, where those leave it open, by its name."""

import zipfile
from pathlib import Path
from typing import Final, Literal

from kencho.catalog.tables.refusals import Refused

Kind = Literal["csv", "tsv", "xlsx", "xls", "ods", "geojson", "gpkg", "shapefile", "parquet"]

MOST_UNPACKED: Final = 2 * 1024 * 1024 * 1024
MOST_MEMBERS: Final = 20_000
MOST_RATIO: Final = 200
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS: Final[dict[str, Kind]] = {".tsv": "tsv", ".tab": "tsv", ".geojson": "geojson", ".json": "geojson"}
_SMALL: Final = 10 * 1024 * 1024


def kind_of(path: Path, name: str) -> Kind:
    """The kind of a file that was dropped under this name. Raises `Refused`: `empty_file`, `unknown_kind`, `zip_bomb`,
    `password`, `broken_file`."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Refused("empty_file")
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if head.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLE):
        # Excel wraps a file with a password into the old container.
        if _holds(path, "EncryptedPackage".encode("utf-16-le")):
            raise Refused("password")
        return "xls"
    suffix = Path(name.lower()).suffix
    if suffix in {".xlsx", ".xls", ".ods", ".gpkg", ".zip", ".shp"}:
        raise Refused("broken_file")
    if suffix in {".pdf", ".doc", ".docx", ".png", ".jpg"} or head.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff")
    ):
        raise Refused("unknown_kind")
    if suffix not in _TEXTS and head.lstrip()[:1] == b"{":
        return "geojson"
    return _TEXTS.get(suffix, "csv")


def _zipped(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {each.filename for each in members}
            if any(each.flag_bits & 1 for each in members):
                raise Refused("password")
            _refuse_bombs(members)
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise Refused("broken_file") from error
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if any(name.lower().endswith(".shp") for name in names):
        return "shapefile"
    raise Refused("unknown_kind")


def _refuse_bombs(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(each.file_size for each in members)
    packed = sum(each.compress_size for each in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise Refused("zip_bomb")
    if unpacked > _SMALL and unpacked > MOST_RATIO * max(packed, 1):
        raise Refused("zip_bomb")


def _holds(path: Path, text: bytes) -> bool:
    with path.open("rb") as file:
        return text in file.read(_SMALL)

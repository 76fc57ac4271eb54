"""What a package tells beside values: hidden rows, formulas, formats, comments, objects, properties.

Sheets are scanned with byte patterns, which is twenty times quicker than building a tree; the small parts are
parsed with entities and outside references refused.
"""

import posixpath
import re
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kencho.catalog.fixer.reading.packages import Package
from kencho.catalog.fixer.reading.textfile import MAX_CELLS
from kencho.catalog.fixer.shapes import Position, Range, Refusal

_DETAIL_BYTES: Final = 256 * 1024 * 1024
_PART_BYTES: Final = 16 * 1024 * 1024
MAX_SPREAD: Final = 20_000_000


@dataclass(slots=True)
class SheetDetails:
    """What is known of one sheet beside its values."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formulas: frozenset[Position] = frozenset()
    formats: dict[Position, str] = field(default_factory=dict)
    comments: dict[Position, str] = field(default_factory=dict)
    errors: dict[Position, str] = field(default_factory=dict)
    merges: tuple[Range, ...] = ()
    objects: int = 0


@dataclass(slots=True)
class Details:
    """What is known of a file beside its values."""

    sheets: dict[str, SheetDetails] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    defined_names: tuple[str, ...] = ()
    has_macros: bool = False
    has_external_links: bool = False
    complete: bool = False


def position(ref: str) -> Position:
    """B3 → (2, 1)."""
    letters = ref.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(ref[len(letters) :]) - 1, column - 1


def _tree(data: bytes) -> Element | None:
    if not data or len(data) > _PART_BYTES:
        return None
    try:
        return fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _properties(package: Package, parts: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        tree = _tree(package.read(part))
        for element in tree.iter() if tree is not None else ():
            text = (element.text or "").strip()
            if text and _local(element.tag) not in {"lpstr", "i4", "vector", "variant"}:
                found.setdefault(_local(element.tag), text[:1000])
    return found


# xlsx

_ROW: Final = re.compile(rb'<(?:x:)?row\b(?=[^>]*\shidden="(?:1|true)")[^>]*\sr="([0-9]+)"')
_COL: Final = re.compile(rb'<(?:x:)?col\b(?=[^>]*\shidden="(?:1|true)")[^>]*>')
_BOUND: Final = re.compile(rb'\s(min|max)="([0-9]+)"')
_FORMULA: Final = re.compile(rb'<(?:x:)?c\b[^>]*?\sr="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<(?:x:)?f\b')
_ERROR: Final = re.compile(
    rb'<(?:x:)?c\b(?=[^>]*\st="e")[^>]*\sr="([A-Z]{1,3}[0-9]{1,7})"[^>]*>(?:(?!</c>).)*?<(?:x:)?v>([^<]{2,20})<'
)
_COLUMNS: Final = re.compile(rb'\sr="([A-Z]{1,3})[0-9]+"')
_LAST_ROWS: Final = re.compile(rb'\sr="[A-Z]{0,3}([0-9]{1,7})"')
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def look_xlsx(package: Package) -> Details:
    """Details of an xlsx. Raises `Refusal` when the cells lie too far apart to be held as a grid."""
    details = Details(complete=True)
    details.properties = _properties(
        package, ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")
    )
    details.has_macros = package.size("xl/vbaProject.bin") > 0
    details.has_external_links = bool(package.matching(r"xl/externalLinks/.*\.xml"))
    book = _tree(package.read("xl/workbook.xml"))
    if book is None:
        return details
    targets = _relations(package, "xl/workbook.xml")
    styles = _formats(package)
    names: list[str] = []
    for element in book.iter():
        if _local(element.tag) == "sheet":
            part = targets.get(element.get(_RELATION, ""), "")
            details.sheets[element.get("name", "")] = _look_sheet(package, part, styles, details)
        elif _local(element.tag) == "definedName" and not element.get("name", "").startswith("_xlnm"):
            names.append(element.get("name", ""))
    details.defined_names = tuple(names)
    return details


def _relations(package: Package, part: str) -> dict[str, str]:
    folder, name = posixpath.split(part)
    tree = _tree(package.read(f"{folder}/_rels/{name}.rels"))
    found: dict[str, str] = {}
    for element in tree if tree is not None else ():
        target = element.get("Target", "")
        if element.get("TargetMode") != "External":
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[element.get("Id", "")] = path
    return found


def _look_sheet(package: Package, part: str, styles: dict[int, str], details: Details) -> SheetDetails:
    found = SheetDetails()
    if not part or package.size(part) == 0:
        return found
    if package.size(part) > _DETAIL_BYTES:
        details.complete = False
        return found
    data = package.read(part)
    _check_spread(data)
    found.hidden_rows = frozenset(int(row) - 1 for row in _ROW.findall(data))
    found.hidden_columns = frozenset(_hidden_columns(data))
    found.formulas = frozenset(position(ref.decode()) for ref in _FORMULA.findall(data))
    if b't="e"' in data:
        found.errors = {position(ref.decode()): text.decode() for ref, text in _ERROR.findall(data)}
    found.formats = _cell_formats(data, styles)
    for target in _relations(package, part).values():
        if "/comments" in target and target.endswith(".xml"):
            found.comments.update(_comments(package.read(target)))
        elif "/drawings/" in target and target.endswith(".xml"):
            found.objects += _objects(package.read(target))
    return found


def _check_spread(data: bytes) -> None:
    """Two cells at opposite corners would become a grid of 17 thousand million."""
    columns = {
        len(letters) * b"A" if len(letters) < 3 else letters for letters in set(_COLUMNS.findall(data))
    }
    widest = max((position(f"{letters.decode()}1")[1] for letters in columns), default=0) + 1
    rows = max((int(row) for row in set(_LAST_ROWS.findall(data[-200_000:]))), default=0)
    if widest > 702 and rows * widest > MAX_SPREAD:
        raise Refusal("too_many_cells", limit=MAX_CELLS, rows=rows, columns=widest)


def _hidden_columns(data: bytes) -> set[int]:
    hidden: set[int] = set()
    for found in _COL.findall(data[: max(data.find(b"<sheetData"), 0)]):
        bounds = {name: int(number) for name, number in _BOUND.findall(found)}
        low, high = bounds.get(b"min", 1), bounds.get(b"max", 1)
        # A span to the last column of the grid is the empty rest of the sheet.
        if high < 16_384:
            hidden.update(range(low - 1, high))
    return hidden


_BUILT_IN: Final = {9: "0%", 10: "0.00%"}


def _formats(package: Package) -> dict[int, str]:
    """Style number → number format, of those that show more than the number: percent signs and words."""
    tree = _tree(package.read("xl/styles.xml"))
    if tree is None:
        return {}
    codes = dict(_BUILT_IN)
    found: dict[int, str] = {}
    for element in tree.iter():
        if _local(element.tag) == "numFmt":
            codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
    for group in tree:
        if _local(group.tag) == "cellXfs":
            for index, style in enumerate(group):
                code = codes.get(int(style.get("numFmtId", "0")), "")
                if "%" in code or '"' in code or re.fullmatch(r"[0\\-]{2,}", code):
                    found[index] = code
    return found


def _cell_formats(data: bytes, styles: dict[int, str]) -> dict[Position, str]:
    if not styles:
        return {}
    numbers = b"|".join(str(number).encode() for number in styles)
    pattern = re.compile(
        rb'<(?:x:)?c\b(?=[^>]*\ss="(' + numbers + rb')")[^>]*?\sr="([A-Z]{1,3}[0-9]{1,7})"[^>/]*>'
    )
    return {position(ref.decode()): styles[int(style)] for style, ref in pattern.findall(data)}


def _comments(data: bytes) -> dict[Position, str]:
    tree = _tree(data)
    found: dict[Position, str] = {}
    for element in tree.iter() if tree is not None else ():
        if _local(element.tag) == "comment" and re.fullmatch("[A-Z]{1,3}[0-9]{1,7}", element.get("ref", "")):
            text = "".join(part.text or "" for part in element.iter() if _local(part.tag) == "t")
            found[position(element.get("ref", ""))] = text
    return found


def _objects(data: bytes) -> int:
    return len(re.findall(rb"<xdr:(?:twoCellAnchor|oneCellAnchor|absoluteAnchor)\b", data))


# ods

_REPEATED: Final = re.compile(
    rb'<table:table-cell\b(?=[^>]*value-type)[^>]*number-columns-repeated="([0-9]+)"'
)
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_LIMIT: Final = 64 * 1024 * 1024


def look_ods(package: Package) -> Details:
    """Details of an ods: merged ranges, hidden rows and columns, comments, properties."""
    details = Details(complete=package.size("content.xml") <= _ODS_LIMIT)
    details.properties = _properties(package, ("meta.xml",))
    data = package.read("content.xml")
    if any(int(count) > 1024 for count in _REPEATED.findall(data)):
        raise Refusal("too_many_columns", limit=1024)
    if not details.complete:
        return details
    try:
        tree = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Refusal("corrupt") from None
    for table in tree.iter(f"{_TABLE}table"):
        details.sheets[table.get(f"{_TABLE}name", "")] = _look_ods_table(table)
    return details


def _look_ods_table(table: Element) -> SheetDetails:
    found = SheetDetails()
    hidden: set[int] = set()
    merges: list[Range] = []
    row = 0
    filled = 0
    for line in table.iter(f"{_TABLE}table-row"):
        repeat = int(line.get(f"{_TABLE}number-rows-repeated", "1"))
        if line.get(f"{_TABLE}visibility") in {"collapse", "filter"} and repeat < 10_000:
            hidden.update(range(row, row + repeat))
        if any(cell.get(f"{_OFFICE}value-type") for cell in line):
            filled += repeat * len(line)
        merges.extend(_spans(line, row))
        if repeat == 1:
            found.formats.update(dict.fromkeys(_percents(line, row), "0%"))
        row += repeat
    if filled > MAX_CELLS:
        raise Refusal("too_many_cells", limit=MAX_CELLS)
    found.hidden_rows = frozenset(hidden)
    found.hidden_columns = frozenset(_ods_hidden_columns(table))
    found.merges = tuple(merges)
    return found


def _spans(line: Element, row: int) -> list[Range]:
    found: list[Range] = []
    column = 0
    for cell in line:
        wide = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
        high = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        if wide > 1 or high > 1:
            found.append(Range(row, column, row + high - 1, column + wide - 1))
        column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
    return found


def _ods_hidden_columns(table: Element) -> list[int]:
    hidden: list[int] = []
    column = 0
    for element in table.iter(f"{_TABLE}table-column"):
        repeat = int(element.get(f"{_TABLE}number-columns-repeated", "1"))
        # A span to the end of the grid is the empty rest of the sheet.
        if element.get(f"{_TABLE}visibility") in {"collapse", "filter"} and repeat <= 1024:
            hidden.extend(range(column, column + repeat))
        column += repeat
    return hidden


def _percents(line: Element, row: int) -> list[Position]:
    found: list[Position] = []
    column = 0
    for cell in line:
        repeat = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        if cell.get(f"{_OFFICE}value-type") == "percentage":
            found.extend((row, column + index) for index in range(min(repeat, 1024)))
        column += repeat
    return found

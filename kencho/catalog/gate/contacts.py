"""Findings of numbers and addresses that lead to a person, known by their shape."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from kencho.catalog.gate import numbers
from kencho.catalog.gate.headers import Header
from kencho.catalog.gate.series import TextColumn
from kencho.catalog.gate.shapes import Finding, Severity
from kencho.catalog.gate.table import Table
from kencho.catalog.gate.texts import PATTERNS, Shapes

__all__ = ["find_contacts"]

_PHONE_FROM, _PHONE_TO = 6_000_000_000, 10_000_000_000
"""Mobile numbers as Excel keeps them when it takes them for numbers: without the leading 0."""
_ACCOUNT_CELL: Final = r"^ ?[0-9]{7} ?$"
_INNER_NET: Final = r"(?:^|[^0-9.])(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.)"
MOSTLY: Final = 0.5
Judged = tuple[str, Severity, str]


def find_contacts(table: Table) -> Iterator[Finding]:
    """個人番号, telephone, mail, account, plate, network address, 本籍 and dates of birth in texts; and in numbers."""
    for column in table.texts:
        shapes = Shapes(column)
        yield from _my_numbers(table, column, shapes)
        for name, mask in shapes.masks():
            yield from _of_shape(table, shapes, name, mask)
        yield from _account_cells(table, column)
        yield from _domicile_cells(table, column)
    for header, name, series in table.numbers:
        yield from _of_numbers(table, header, name, series)


def _my_numbers(table: Table, column: TextColumn, shapes: Shapes) -> Iterator[Finding]:
    found = numbers.in_texts(shapes.texts)
    if not found.valid.any() and not (column.header.my_number and found.tried):
        return
    rows = column.rows(shapes.spread_out(found.valid))
    shown = shapes.texts.filter(found.valid).head(3).str.extract(numbers.CHAIN, 0).to_list()
    yield from _numbers_finding(table, column.header, column.name, rows, shown, found)


def _numbers_finding(
    table: Table, header: Header, name: str, rows: pl.Series, shown: list[str], found: numbers.MyNumbers
) -> Iterator[Finding]:
    if not rows.any():
        return
    if found.is_by_chance and not header.my_number:
        yield table.finding("my_number_like", "warn", name, rows, shown, tried=found.tried)
        return
    remedy = "mask_cells" if found.inside > found.tried else ""
    yield table.finding("my_number", "stop", name, rows, shown, remedy=remedy)


def _of_shape(table: Table, shapes: Shapes, name: str, mask: pl.Series) -> Iterator[Finding]:
    column = shapes.column
    if name == "email":
        mask = mask & ~shapes.matching(PATTERNS["email_private"]) & ~shapes.matching(PATTERNS["email_office"])
    if name == "ip" and column.header.version:
        return
    judged = _judge(table, column.header, name)
    if judged is None or not mask.any():
        return
    kind, severity, remedy = judged
    hits = shapes.texts.filter(mask)
    if name == "ip" and hits.str.contains(_INNER_NET).all():
        severity = "warn"
    rows = column.rows(shapes.spread_out(mask))
    shown = [shapes.example(name, text) for text in hits.head(3)]
    yield table.finding(kind, severity, column.name, rows, shown, remedy=remedy, where=name)


def _judge(table: Table, header: Header, name: str) -> Judged | None:
    """(kind, severity, remedy) of a shape under this header; `None` when it is nothing to speak of here."""
    person = table.is_register_of_persons or header.private
    # Only where facilities or offices are listed is 連絡先 theirs; else it is a person's own.
    contact = header.office_contact and not header.private and table.lists_things
    if name == "mobile":
        return "private_phone", "warn" if contact else "stop", "confirm_public" if contact else ""
    if name == "landline":
        return ("private_phone", "stop", "drop_column") if person else None
    if name == "email_private":
        return "private_email", "warn" if contact else "stop", "confirm_public" if contact else ""
    if name == "email":
        if person:
            return "private_email", "stop", "drop_column"
        return None if header.email or contact else ("private_email", "warn", "confirm_public")
    if name == "email_office":
        return ("private_email", "warn", "confirm_public") if person else None
    kinds: dict[str, Judged] = {
        "ip": ("ip_address", "stop", ""),
        "plate": ("licence_plate", "stop", ""),
        "account": ("bank_account", "stop", ""),
        "domicile": ("registered_domicile", "stop", "mask_cells"),
        "birth": ("birth_date", "stop", "mask_cells"),
    }
    return kinds[name]


def _account_cells(table: Table, column: TextColumn) -> Iterator[Finding]:
    """Seven digits alone, where the header says that they are an account."""
    if not column.header.account:
        return
    mask = column.folded.str.contains(_ACCOUNT_CELL).fill_null(value=False)
    if mask.any():
        yield table.finding("bank_account", "stop", column.name, column.rows(mask), ["0000000"])


def _domicile_cells(table: Table, column: TextColumn) -> Iterator[Finding]:
    """Anything at all, where the header says 本籍."""
    if not column.header.domicile or column.header.counts:
        return
    mask = (column.values.str.len_chars() > 2).fill_null(value=False)
    if mask.any():
        shown = column.values.filter(mask).head(3).to_list()
        yield table.finding("registered_domicile", "stop", column.name, column.rows(mask), shown)


def _of_numbers(table: Table, header: Header, name: str, series: pl.Series) -> Iterator[Finding]:
    if header.counts:
        return
    found = numbers.in_numbers(series)
    if found.valid.any():
        yield from _numbers_finding(table, header, name, found.valid, ["000000000000"], found)
    is_mobile = _mobile_numbers(series)
    filled = len(series) - series.null_count()
    if is_mobile.any() and (header.phone or float(is_mobile.sum()) >= MOSTLY * filled):
        yield table.finding("private_phone", "stop", name, is_mobile, ["09000000000"], where="mobile")
    if header.account:
        is_account = ((series >= 10**5) & (series < 10**7)).fill_null(value=False)
        if is_account.any():
            yield table.finding("bank_account", "stop", name, is_account, ["0000000"])


def _mobile_numbers(series: pl.Series) -> pl.Series:
    in_range = (series >= _PHONE_FROM) & (series < _PHONE_TO)
    whole = series.cast(pl.Int64, strict=False)
    return (in_range & (whole // 100_000_000).is_in([60, 70, 80, 90])).fill_null(value=False)

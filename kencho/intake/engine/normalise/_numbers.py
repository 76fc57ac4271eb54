"""Numbers: postal codes, telephone numbers by the numbering plan, sums, plain numbers, numbers with check digits.

Source of the numbering plan: 電気通信番号計画（令和元年総務省告示第6号）; of the check digits: see foundation.checkdigits.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from kencho.foundation.checkdigits import find_my_numbers, is_legal_entity_number
from kencho.intake.engine.dictionaries import places
from kencho.intake.engine.normalise._base import IMPOSSIBLE, UNLIKELY, Normal, invalid
from kencho.intake.engine.shapes import Field, Kind, Reason

_ELEVEN: Final = re.compile(r"0[5-9]0[1-9]\d{7}|0800\d{7}|020\d{8}")
_TEN: Final = re.compile(r"0120\d{6}|0570\d{6}|0990\d{6}|0[1-9][1-9]\d{7}|0[1-9]0[1-9]\d{6}|0[1-9]\d{8}")
_GROUPED: Final = re.compile(
    r"0\d{1,4}-\d{1,4}-\d{4}|0\d{3,4}-\d{2}-\d{3,4}|0120-\d{3}-\d{3}|0[57]70-\d{3}-\d{3}"
)
_FOREIGN: Final = re.compile(r"\+[1-9]\d{6,14}")
_COMMAS: Final = re.compile(r"\d{1,3}(?:,\d{3})+")


def postal_code(text: str, _field: Field) -> Normal:
    """〒: seven digits that Japan Post uses."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 7:
        return invalid(digits)
    if places.is_code(digits):
        return Normal(digits, digits)
    return Normal(digits, digits, UNLIKELY - 1.5, True, (Reason.NOT_IN_DICTIONARY,))


def telephone(text: str, field: Field) -> Normal:
    """電話番号: ten or eleven digits of the plan; hyphens stay where they were written, if they can stand there."""
    written = re.sub(r"-+", "-", text).strip("-")
    digits = written.replace("-", "")
    if digits.startswith("+"):
        return Normal(digits, digits) if _FOREIGN.fullmatch(digits) else invalid(written)
    fits = _ELEVEN if len(digits) == 11 else _TEN if len(digits) == 10 else None
    if fits is None:
        return invalid(written)
    if field.groups and sum(field.groups) == len(digits):
        written = _split(digits, field.groups)
    prior, reasons = 0.0, ()
    if not fits.fullmatch(digits):
        if not digits.startswith("0"):
            return invalid(written)
        return Normal(written, written, UNLIKELY, False, (Reason.INVALID,))
    if "-" in written and not _GROUPED.fullmatch(written):
        # A hyphen lost or made up by a reader: the digits are what counts.
        return Normal(digits, digits, prior - 0.7, True, reasons)
    return Normal(written, written, prior if "-" in written else prior - 0.2, True, reasons)


def _split(digits: str, groups: tuple[int, ...]) -> str:
    parts, start = [], 0
    for size in groups:
        parts.append(digits[start : start + size])
        start += size
    return "-".join(parts)


def amount(text: str, field: Field) -> Normal:
    """金額・整数: an integer; commas must stand every three digits, or the reading is doubtful."""
    plain = text.replace("円", "").replace("¥", "").replace("金", "").replace("也", "")
    if plain.endswith("-"):
        plain = plain[:-1]
    negative = plain.startswith("-")
    plain = plain.lstrip("-")
    digits = re.sub(r"[,.]", "", plain)
    if not digits.isdigit() or len(digits) > 15:
        return invalid(text)
    prior = 0.0
    if re.search(r"[,.]", plain) and not _COMMAS.fullmatch(plain.replace(".", ",")):
        prior += UNLIKELY / 2
    if field.kind == Kind.MONEY and negative:
        prior += UNLIKELY
    if len(digits) > 1 and digits[0] == "0" and not any(part.name for part in field.parts):
        prior += UNLIKELY
    value = -int(digits) if negative else int(digits)
    reasons: tuple[Reason, ...] = ()
    if not _within(field, Decimal(value)):
        prior, reasons = prior + UNLIKELY, (Reason.INVALID,)
    return Normal(
        f"{value:,}" if field.kind == Kind.MONEY else str(value), value, prior, not reasons, reasons
    )


def decimal(text: str, field: Field) -> Normal:
    """小数: kept as text, so that no digit is lost."""
    plain = re.sub(r"[円¥金也]", "", text).replace(",", "") if "." in text else text.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(?:\.\d{1,15})?", plain):
        return invalid(text)
    sign, rest = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, dot, fraction = rest.partition(".")
    value = f"{sign}{whole.lstrip('0') or '0'}{dot}{fraction}"
    if not _within(field, Decimal(value)):
        return Normal(value, value, UNLIKELY, False, (Reason.INVALID,))
    return Normal(value, value)


def _within(field: Field, value: Decimal) -> bool:
    try:
        return not (
            (field.minimum and value < Decimal(field.minimum))
            or (field.maximum and value > Decimal(field.maximum))
        )
    except InvalidOperation:
        return True


def digits(text: str, field: Field) -> Normal:
    """番号: as many digits as there are boxes, where the form says how many."""
    plain = re.sub(r"\D", "", text)
    if not plain:
        return invalid(text)
    boxes = sum(1 for part in field.parts if part.name)
    if boxes and len(plain) > boxes:
        return invalid(plain)
    return Normal(plain, plain)


def legal_entity_number(text: str, _field: Field) -> Normal:
    """法人番号: thirteen digits with the right check digit."""
    plain = re.sub(r"\D", "", text)
    if len(plain) != 13:
        return invalid(plain)
    if is_legal_entity_number(plain):
        return Normal(plain, plain, 0.0, True, (Reason.CROSS_CHECKED,))
    return Normal(plain, plain, UNLIKELY * 2, False, (Reason.INVALID,))


def individual_number(text: str, _field: Field) -> Normal:
    """個人番号: twelve digits with the right check digit."""
    plain = re.sub(r"\D", "", text)
    if len(plain) != 12:
        return invalid(plain, IMPOSSIBLE)
    if find_my_numbers(plain):
        return Normal(plain, plain, 0.0, True, (Reason.CROSS_CHECKED,))
    return Normal(plain, plain, UNLIKELY * 2, False, (Reason.INVALID,))

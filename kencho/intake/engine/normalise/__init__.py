"""From the characters that a reader saw to the value that an application holds."""

from collections.abc import Callable, Mapping
from typing import Final

from kencho.intake.engine.shapes import Field, Kind

from ._base import IMPOSSIBLE, UNLIKELY, Normal, invalid
from ._dates import from_boxes, from_text
from ._numbers import amount, decimal, digits, individual_number, legal_entity_number, postal_code, telephone
from ._words import (
    END_OF_SENTENCE,
    has_lone_sign,
    has_rare_shape,
    in_context,
    in_kana,
    in_new_shapes,
    in_usual_shapes,
    local_oddity,
    local_twins,
    mail,
    name,
    organization,
    reading,
    running,
    shape_log,
    variants_of,
    with_kana,
    without_specks,
)

__all__ = [
    "END_OF_SENTENCE",
    "IMPOSSIBLE",
    "UNLIKELY",
    "Normal",
    "from_boxes",
    "has_lone_sign",
    "has_rare_shape",
    "in_context",
    "in_kana",
    "in_new_shapes",
    "in_usual_shapes",
    "invalid",
    "local_oddity",
    "local_twins",
    "normal",
    "shape_log",
    "variants_of",
    "with_kana",
    "without_specks",
]

_BY_KIND: Final[Mapping[Kind, Callable[[str, Field], Normal]]] = {
    Kind.NAME: name,
    Kind.NAME_KANA: reading,
    Kind.ORGANIZATION: organization,
    Kind.DATE: from_text,
    Kind.BIRTH_DATE: from_text,
    Kind.POSTAL_CODE: postal_code,
    Kind.ADDRESS: running,
    Kind.TELEPHONE: telephone,
    Kind.EMAIL: mail,
    Kind.MONEY: amount,
    Kind.INTEGER: amount,
    Kind.DECIMAL: decimal,
    Kind.DIGITS: digits,
    Kind.LEGAL_ENTITY_NUMBER: legal_entity_number,
    Kind.INDIVIDUAL_NUMBER: individual_number,
    Kind.TEXT: running,
    Kind.TEXTAREA: running,
}


def normal(text: str, field: Field) -> Normal:
    """The text as a value of the field's kind, with what is wrong about it."""
    return _BY_KIND[field.kind](text, field)

"""Ids in the shape of UUIDs that hold the number of the row, and names that hold the body and the code."""

import re
import uuid
from typing import Final

from kencho.catalog.models import Dataset
from kencho.organization.models import Body

# "Kencho" and the kind of thing, in the first half; version 8 (RFC 9562: the content is our own), its variant.
_HEADS: Final = {
    "package": 0x6B656E63_6864_8000,
    "organization": 0x6B656E63_686F_8000,
    "resource": 0x6B656E63_6872_8000,
}
_VARIANT: Final = 0x8 << 60
_FORM_BITS: Final = 4
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def id_of(kind: str, number: int, form: int = 0) -> str:
    """The id of a row; `form` tells the files of one table apart."""
    return str(uuid.UUID(int=(_HEADS[kind] << 64) | _VARIANT | (number << _FORM_BITS) | form))


def number_of(kind: str, text: str) -> tuple[int, int] | None:
    """The row and the form of an id, or None when it is not one of ours."""
    if not _UUID.fullmatch(text.lower()):
        return None
    whole = uuid.UUID(text).int
    if whole >> 64 != _HEADS[kind]:
        return None
    rest = (whole & ((1 << 64) - 1)) ^ _VARIANT
    number, form = rest >> _FORM_BITS, rest & ((1 << _FORM_BITS) - 1)
    return (number, form) if 0 < number < 1 << 59 else None


def name_of(dataset: Dataset) -> str:
    """Unique in the whole catalogue; a body's name in addresses holds no two hyphens in a row."""
    return f"{dataset.body.slug}--{dataset.code}"


def parts_of(name: str) -> tuple[str, str]:
    """Body and code of such a name."""
    slug, _hyphens, code = name.partition("--")
    return slug, code


def organization_named(text: str) -> Body | None:
    """By id or by name."""
    found = number_of("organization", text)
    rows = Body.objects.filter(pk=found[0]) if found else Body.objects.filter(slug=text[:60])
    return rows.first()

"""Keyset (seek) paging: page 10,000 of an inbox costs what page 1 costs, and new rows never shift the pages.

A page is one query of `size + 1` rows: no OFFSET, no COUNT. The place is kept in an opaque token that holds
the ordering values of the row at the edge of the page. A token that was tampered with, or that belongs to
another ordering, simply gives the first page. Tokens are not secret and not signed: they can only say from
where the caller's own, already restricted queryset is read on.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Generic, Literal, TypeVar, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

__all__ = ["MAX_SIZE", "KeysetPage", "page"]

MAX_SIZE: Final = 500
"""Rows. More than this is no page but an export."""

_MAX_TOKEN: Final = 1000

Direction = Literal["next", "previous"]
ModelT = TypeVar("ModelT", bound=Model)
RowT = TypeVar("RowT")
Key = str | int | Decimal | datetime | date | UUID


@dataclass(frozen=True)
class KeysetPage(Generic[RowT]):
    """One page in its order, with the tokens of the pages after and before it (`None` at the ends)."""

    rows: list[RowT]
    next_token: str | None
    previous_token: str | None

    @property
    def has_other_pages(self) -> bool:
        """Whether there is anything to turn to."""
        return self.next_token is not None or self.previous_token is not None


def page(
    queryset: "QuerySet[ModelT, RowT]", *, order: Sequence[str], after: str | None = None, size: int = 50
) -> KeysetPage[RowT]:
    """The page that a token (from `next_token` or `previous_token`) points to, or the first one without it.

    `order` names plain columns, "-" in front for descending; the last one must be unique (end with "id"), none
    may be NULL, and `.values()` rows must contain them. Rows may be models, `.values()` or named
    `.values_list()`. Raises `ValueError` for an empty order or a NULL in an ordering column.
    """
    if not order:
        raise ValueError("order")
    size = max(1, min(size, MAX_SIZE))
    direction, keys = _read(after, order)
    found = queryset
    if keys is not None:
        try:
            found = queryset.filter(_beyond(order, keys, backwards=direction == "previous"))
        except (ValidationError, ValueError, TypeError, OverflowError):
            direction, keys = "next", None
    if direction == "previous":
        rows = list(found.order_by(*map(_reversed, order))[: size + 1])
        has_more = len(rows) > size
        rows = rows[:size][::-1]
        return _page(rows, order, has_next=True, has_previous=has_more)
    rows = list(found.order_by(*order)[: size + 1])
    return _page(rows[:size], order, has_next=len(rows) > size, has_previous=keys is not None)


def _page(rows: list[RowT], order: Sequence[str], *, has_next: bool, has_previous: bool) -> KeysetPage[RowT]:
    if not rows:
        return KeysetPage(rows, None, None)
    return KeysetPage(
        rows,
        _token("next", rows[-1], order) if has_next else None,
        _token("previous", rows[0], order) if has_previous else None,
    )


def _reversed(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], keys: Sequence[Key], *, backwards: bool) -> Q:
    """Rows after the keys. The first column is bounded on its own as well, so that its index is entered there."""
    condition = Q()
    equal = Q()
    bound = Q()
    for position, (name, key) in enumerate(zip(order, keys, strict=True)):
        column = name.removeprefix("-")
        comparison = "lt" if name.startswith("-") != backwards else "gt"
        condition |= equal & Q(**{f"{column}__{comparison}": key})
        if position == 0:
            bound = Q(**{f"{column}__{comparison}e": key})
        equal &= Q(**{column: key})
    return bound & condition if len(order) > 1 else condition


# Tokens


def _fingerprint(order: Sequence[str]) -> str:
    return hashlib.sha256(",".join(order).encode()).hexdigest()[:8]


def _key_of(row: object, name: str) -> object:
    column = name.removeprefix("-")
    if isinstance(row, Mapping):
        return cast("Mapping[str, object]", row)[column]
    return getattr(row, column)


def _written(value: object) -> list[str | int]:
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, UUID):
        return ["u", value.hex]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("order")
    return ["s" if isinstance(value, str) else "i", value]


def _token(direction: Direction, row: object, order: Sequence[str]) -> str:
    keys = [_written(_key_of(row, name)) for name in order]
    content = json.dumps([direction[0], _fingerprint(order), keys], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).rstrip(b"=").decode()


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _text(text: str) -> str:
    text.encode()  # a lone surrogate cannot be sent to the database, nor can a NUL
    if "\0" in text:
        raise ValueError(text)
    return text


def _whole(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or abs(number) >= 2**63:
        raise ValueError(number)
    return number


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


_READERS: Final[dict[str, Callable[[Any], Key]]] = {
    "t": _instant,
    "d": date.fromisoformat,
    "u": UUID,
    "n": _number,
    "s": _text,
    "i": _whole,
}


def _read(token: str | None, order: Sequence[str]) -> tuple[Direction, list[Key] | None]:
    """The direction and the keys of a token; no keys when the token is missing or was not made by `_token`."""
    if not token or len(token) > _MAX_TOKEN:
        return "next", None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        letter, fingerprint, keys = json.loads(raw)
        read = [_READERS[kind](value) for kind, value in keys]
        if letter not in ("n", "p") or fingerprint != _fingerprint(order) or len(read) != len(order):
            raise ValueError(token)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        InvalidOperation,
        binascii.Error,
        RecursionError,
    ):
        return "next", None
    return ("next" if letter == "n" else "previous"), read

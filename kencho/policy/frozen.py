"""A sheet as JSON that stays: made once, proven by its digest, and made a sheet again without a difference."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kencho.policy.sheet import Sheet

__all__ = ["Damaged", "differences", "digest_of", "freeze", "restore"]


class Damaged(Exception):
    """The stored content of a revision does not fit its digest, or is not a sheet."""


def freeze(sheet: Sheet) -> dict[str, Any]:
    """The sheet as plain JSON values; numbers are texts, so that none passes through a float."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(sheet), default=_text, ensure_ascii=False))
    return plain


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the content as sorted JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def restore(content: Mapping[str, Any], digest: str = "") -> Sheet:
    """The sheet again. With a digest the content is checked against it first. Raises Damaged."""
    if digest and digest_of(content) != digest:
        raise Damaged(digest)
    try:
        sheet = _built(Sheet, content)
    except (KeyError, TypeError, ValueError, ArithmeticError) as wrong:
        raise Damaged(str(wrong)) from wrong
    if not isinstance(sheet, Sheet):
        raise Damaged("not a sheet")
    return sheet


def _built(kind: Any, value: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        # A field of a later version that old content lacks keeps its own default.
        known = {each.name: value[each.name] for each in fields(kind) if each.name in value}
        return kind(**{name: _built(hints[name], each) for name, each in known.items()})
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(_built(inner[0], each) for each in value)
        return tuple(_built(part, each) for part, each in zip(inner, value, strict=True))
    return _plain(kind, value)


def _plain(kind: Any, value: Any) -> Any:
    if get_origin(kind) in {Union, UnionType}:
        inner = next(each for each in get_args(kind) if each is not type(None))
        return None if value is None else _plain(inner, value)
    if kind is Decimal:
        return Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    return value


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, str]]:
    """What changed between two contents: the place (``projects[0].name``), the old and the new text."""
    return [{"field": place, "old": old, "new": new} for place, old, new in _compared("", before, now)]


# They say which revision it is, not what stands on it.
_OUTSIDE = {"stage", "revision", "dated", "marking"}


def _compared(place: str, before: Any, now: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in [*before, *(each for each in now if each not in before)]:
            if place or key not in _OUTSIDE:
                yield from _compared(f"{place}.{key}" if place else key, before.get(key), now.get(key))
    elif isinstance(before, list) and isinstance(now, list):
        for index in range(max(len(before), len(now))):
            old, new = (each[index] if index < len(each) else None for each in (before, now))
            yield from _compared(f"{place}[{index}]", old, new)
    elif before != now:
        yield place, _said(before), _said(now)


def _said(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

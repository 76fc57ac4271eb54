"""The bytes that keyed codes, leaves and seals protect, and the codes themselves.

Everything here works on plain values, so that a million rows can be verified without building model objects.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from django.conf import settings

FORMAT = "kencho-audit/1"
BLOCK = 64


class CanonicalEncoder(json.JSONEncoder):
    """Sorted keys, no spaces, no escapes that are not needed: SQLite then keeps details as the codes cover them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                **options,
                "ensure_ascii": False,
                "sort_keys": True,
                "separators": (",", ":"),
                "allow_nan": False,
            }
        )


# One encoder for all calls: json.dumps with options builds a new one each time.
encode = CanonicalEncoder().encode


def plain(value: Any) -> Any:
    """Details as every database gives them back: string keys, lists, and no floats (jsonb rewrites their digits)."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(each) for each in value)
    # PostgreSQL can store no NUL.
    return str(value).replace("\x00", "")


def bytes_of_entry(
    key: str,
    at: str,
    body: str,
    actor_kind: str,
    actor_id: str,
    action: str,
    subject_type: str,
    subject_id: str,
    subject_label: str,
    details: str,
) -> bytes:
    """An entry as JSON with sorted keys and no spaces, put together by hand because each row of the log needs it.

    ``key`` as 32 hexadecimal digits, ``at`` in UTC with microseconds (ISO 8601), ``details`` encoded. Raises
    TypeError for values that are not text.
    """
    return (
        f'{{"action":{quoted(action)},"actor":[{quoted(actor_kind)},{quoted(actor_id)}],"at":{quoted(at)},'
        f'"body":{quoted(body)},"details":{details},"format":"{FORMAT}","key":{quoted(key)},'
        f'"subject":[{quoted(subject_type)},{quoted(subject_id)},{quoted(subject_label)}]}}'
    ).encode()


def bytes_of_seal(
    *,
    number: int,
    first: int,
    last: int,
    count: int,
    root: str,
    previous_hash: str,
    skip_hash: str,
    sealed_at: str,
) -> bytes:
    """A seal: all columns but its own hash."""
    return encode(
        {
            "count": count,
            "first": first,
            "format": FORMAT,
            "last": last,
            "number": number,
            "previous_hash": previous_hash,
            "root": root,
            "sealed_at": sealed_at,
            "skip_hash": skip_hash,
        }
    ).encode()


def bytes_of_head(number: int, entries: int, hash: str) -> bytes:
    """The newest seal as the keyed code of the head covers it."""
    return encode({"entries": entries, "format": FORMAT, "hash": hash, "head": number}).encode()


def hash_of(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def skip_of(number: int) -> int:
    """The seal that ``skip_hash`` names: the number without its lowest set bit; 0 stands for the beginning."""
    return number & (number - 1)


class Key:
    """A key of HMAC-SHA-256 (RFC 2104) whose two first blocks are hashed once and copied for each code."""

    def __init__(self, secret: str) -> None:
        block = hashlib.sha256(b"kencho.audit\0" + secret.encode()).digest().ljust(BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def code(self, data: bytes) -> str:
        """The code in hexadecimal digits."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.hexdigest()


_key = lru_cache(maxsize=4)(Key)


def keys() -> list[Key]:
    """The key in use, then those of secrets used earlier (SECRET_KEY_FALLBACKS)."""
    return [_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def code_for(data: bytes) -> str:
    """Keyed code under the key in use."""
    return _key(settings.SECRET_KEY).code(data)


def is_code_of(data: bytes, code: str) -> bool:
    """Whether a code was made under any known key."""
    return any(hmac.compare_digest(key.code(data).encode(), code.encode()) for key in keys())

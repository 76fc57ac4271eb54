"""The bytes that keyed codes, leaves and seals protect, and the codes themselves.

Everything here works on plain values, so that a million rows can be verified without building model objects.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

FORMAT = "kencho-audit/1"
# One encoder for all calls: json.dumps with options builds a new one each time.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def encode(value: Any) -> str:
    """JSON with sorted keys and no spaces."""
    return _encode(value)


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
    actor: tuple[str, str],
    action: str,
    subject: tuple[str, str, str],
    details: Any,
) -> bytes:
    """An entry: ``key`` as 32 hexadecimal digits, ``at`` in UTC with microseconds (ISO 8601), details as plain values."""
    return _encode(
        {
            "action": action,
            "actor": actor,
            "at": at,
            "body": body,
            "details": details,
            "format": FORMAT,
            "key": key,
            "subject": subject,
        }
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
    return _encode(
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
    return _encode({"entries": entries, "format": FORMAT, "hash": hash, "head": number}).encode()


def hash_of(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def skip_of(number: int) -> int:
    """The seal that ``skip_hash`` names: the number without its lowest set bit; 0 stands for the beginning."""
    return number & (number - 1)


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"kencho.audit\0" + secret.encode()).digest()


def keys() -> list[bytes]:
    """The key in use, then those of secrets used earlier (SECRET_KEY_FALLBACKS)."""
    return [_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def code_under(key: bytes, data: bytes) -> str:
    """Keyed code (HMAC-SHA-256) in hexadecimal digits."""
    return hmac.digest(key, data, "sha256").hex()


def code_for(data: bytes) -> str:
    """Keyed code under the key in use."""
    return code_under(_key(settings.SECRET_KEY), data)


def is_code_of(data: bytes, code: str) -> bool:
    """Whether a code was made under any known key."""
    return any(hmac.compare_digest(code_under(key, data), code) for key in keys())

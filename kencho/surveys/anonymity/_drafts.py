"""Unfinished answers travel with their writer: encrypted in a cookie, opened only for the same person, never stored."""

import base64
import json
import secrets
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12
_KEY = 32
_LARGEST = 20_000


def pack(content: dict[str, Any], token: bytes) -> str:
    """Content as the text of a cookie."""
    nonce = secrets.token_bytes(_NONCE)
    plain = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return base64.urlsafe_b64encode(nonce + _cipher(token).encrypt(nonce, plain, None)).decode()


def unpack(text: str, token: bytes) -> dict[str, Any] | None:
    """The reverse; None for a text that is broken, changed or another person's."""
    try:
        data = base64.urlsafe_b64decode(text.encode())
        plain = _cipher(token).decrypt(data[:_NONCE], data[_NONCE:], None)
        content = json.loads(zlib.decompressobj().decompress(plain, _LARGEST))
    except (ValueError, InvalidTag, zlib.error):
        return None
    return content if isinstance(content, dict) else None


def _cipher(token: bytes) -> ChaCha20Poly1305:
    material = settings.SECRET_KEY.encode() + token
    return ChaCha20Poly1305(
        HKDF(algorithm=hashes.SHA256(), length=_KEY, salt=None, info=b"kencho.surveys.draft").derive(material)
    )

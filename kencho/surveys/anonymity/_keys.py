"""Keys of a survey cycle: the ballots are sealed to a public key whose other half is destroyed when the cycle closes.

Whoever keeps every version of the database (its write-ahead log, a replica, the log of its statements) sees that a
token was spent in the same moment in which a sealed ballot appeared. The ballot stays sealed for them: at the closing
it is opened in memory, mixed and written anew, and then the key is gone.
X25519 (RFC 7748), HKDF-SHA-256 (RFC 5869), ChaCha20-Poly1305 (RFC 8439), one ephemeral key for each ballot.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY = 32
_NONCE = bytes(12)  # every key encrypts once only, so the nonce need not differ
_LENGTH_BYTES = 4
TOKEN_BYTES = 16


class Damaged(Exception):
    """Sealed bytes were changed, belong elsewhere, or the key is another."""


@dataclass(frozen=True)
class CycleKeys:
    """``private`` opens the ballots, ``tokens`` makes the tokens of the eligible staff."""

    private: bytes
    tokens: bytes

    @classmethod
    def new(cls) -> "CycleKeys":
        """Fresh random keys."""
        return cls(X25519PrivateKey.generate().private_bytes_raw(), secrets.token_bytes(KEY))

    @property
    def public(self) -> bytes:
        """The half to which ballots are sealed."""
        return X25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()


def wrapped(keys: CycleKeys, cycle: str) -> bytes:
    """The keys under the secret of this installation, which does not lie in the database."""
    salt = secrets.token_bytes(KEY)
    cipher = ChaCha20Poly1305(_derived(settings.SECRET_KEY.encode(), salt, f"kencho.surveys.keys:{cycle}"))
    return salt + cipher.encrypt(_NONCE, keys.private + keys.tokens, cycle.encode())


def unwrapped(data: bytes, cycle: str) -> CycleKeys:
    """The reverse, also under a secret that was replaced meanwhile. Raises Damaged."""
    salt, box = data[:KEY], data[KEY:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        cipher = ChaCha20Poly1305(_derived(secret.encode(), salt, f"kencho.surveys.keys:{cycle}"))
        try:
            plain = cipher.decrypt(_NONCE, box, cycle.encode())
        except InvalidTag:
            continue
        return CycleKeys(plain[:KEY], plain[KEY:])
    raise Damaged(cycle)


def token_of(keys: CycleKeys, staff_number: str) -> bytes:
    """The token of a member of staff: nobody without the key can tell whose it is, or make one."""
    return hmac.digest(keys.tokens, staff_number.encode(), hashlib.sha256)[:TOKEN_BYTES]


def seal_ballot(public: bytes, payload: bytes, size: int, place: str) -> bytes:
    """Seal a ballot for the cycle's key, padded to ``size`` bytes; ``place`` is where alone it may be opened."""
    if len(payload) > size:
        raise ValueError("payload")
    ephemeral = X25519PrivateKey.generate()
    mine = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    padded = len(payload).to_bytes(_LENGTH_BYTES, "big") + payload + bytes(size - len(payload))
    cipher = ChaCha20Poly1305(_derived(shared, mine + public, "kencho.surveys.ballot"))
    return mine + cipher.encrypt(_NONCE, padded, place.encode())


class Opener:
    """Opens the ballots of one cycle."""

    def __init__(self, keys: CycleKeys) -> None:
        self._private = X25519PrivateKey.from_private_bytes(keys.private)
        self._public = keys.public

    def open(self, data: bytes, place: str) -> bytes:
        """What was sealed. Raises Damaged."""
        mine, box = data[:KEY], data[KEY:]
        try:
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(mine))
            cipher = ChaCha20Poly1305(_derived(shared, mine + self._public, "kencho.surveys.ballot"))
            padded = cipher.decrypt(_NONCE, box, place.encode())
        except (InvalidTag, ValueError) as problem:
            raise Damaged(place) from problem
        length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
        return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]


def _derived(material: bytes, salt: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY, salt=salt, info=purpose.encode()).derive(material)

"""Receipts: a random code by which its holder finds the ballot among those counted. It says nothing about the answers.

The code belongs to no row that holds answers, before or after the closing: what is published is a list of the hashes
of all codes and the root over them. So a receipt can show that somebody took part, and never what they answered,
not even to somebody with the whole database.
"""

import hashlib
import secrets
import unicodedata
from typing import Final

TAG_BYTES: Final = 16
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: no I, L, O, U to be misread
_LENGTH: Final = 16
_GROUP: Final = 4
_MISREAD: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_receipt() -> str:
    """A fresh code of 80 random bits, as people write it: ``7Q2M-KD4X-91TA-ZB6E``."""
    signs = [secrets.choice(_SIGNS) for _sign in range(_LENGTH)]
    return "-".join("".join(signs[n : n + _GROUP]) for n in range(0, _LENGTH, _GROUP))


def normal(code: str) -> str:
    """A code as typed by hand, in its one form: full-width signs, small letters, look-alikes and spaces are read."""
    plain = unicodedata.normalize("NFKC", code).upper().translate(_MISREAD)
    signs = [sign for sign in plain if sign in _SIGNS]
    return "-".join("".join(signs[n : n + _GROUP]) for n in range(0, len(signs), _GROUP))


def is_receipt(code: str) -> bool:
    """Whether it has the form of a code."""
    return len(normal(code).replace("-", "")) == _LENGTH


def tag_of(code: str, cycle: str) -> bytes:
    """What is published of a code: a hash from which the code cannot be found."""
    return hashlib.sha256(f"kencho.surveys.receipt:{cycle}:{normal(code)}".encode()).digest()[:TAG_BYTES]

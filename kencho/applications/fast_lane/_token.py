"""The token of a form and the secret in the cookie (Django's CSRF protection), in a few steps instead of a hundred.

A token is a mask of 32 characters and the secret moved by it, character by character, around the alphabet. A test
holds this against Django's own for any token.
"""

from operator import sub
from string import ascii_letters, digits

ALPHABET = ascii_letters + digits
LENGTH = 32
_PLACES = bytes.maketrans(ALPHABET.encode(), bytes(range(len(ALPHABET))))


def unmasked(token: bytes) -> str:
    """The secret in a token of 64 letters and digits."""
    mask, moved = token[:LENGTH].translate(_PLACES), token[LENGTH:].translate(_PLACES)
    # A difference below zero counts from the end of the alphabet.
    return "".join(map(ALPHABET.__getitem__, map(sub, moved, mask)))

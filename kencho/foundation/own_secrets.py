"""Secrets that a body refers to by name: read at the moment of use from the environment or a file, never stored.

The name that is looked for begins with the code of the body, which nobody types: whoever may name a secret at one body
cannot name that of another.
"""

import os
import re
from pathlib import Path

_REFERENCE = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
# Without an underscore, so that the end of the code is certain.
_BODY = re.compile(r"[0-9A-Za-z]{1,20}")


class NoSecret(Exception):
    """Nothing is provided; the message is the name that was looked for, never a value."""


def is_reference(name: str) -> bool:
    """Whether this may be the name of a secret: capital letters, digits and ``_``, 60 at most."""
    return _REFERENCE.fullmatch(name) is not None


def name_of(prefix: str, body: str, reference: str) -> str:
    """The variable of a reference: ``KENCHO_ROBOT_SECRET_`` of body 240001, ``LEDGER`` → ``KENCHO_ROBOT_SECRET_240001_LEDGER``."""
    return f"{prefix}{body}_{reference}"


def read(prefix: str, *, body: str, reference: str, folder: str = "") -> str:
    """The secret of a reference; raises NoSecret. It is looked for in this order:

    the variable (`name_of`), the file that the variable with ``_FILE`` behind it names, and the file ``240001_LEDGER``
    in the folder.
    """
    name = name_of(prefix, body, reference)
    if not is_reference(reference) or not _BODY.fullmatch(body):
        raise NoSecret(name)
    if value := os.environ.get(name):
        return value
    places = [os.environ.get(f"{name}_FILE", ""), str(Path(folder) / f"{body}_{reference}") if folder else ""]
    for place in filter(None, places):
        try:
            found = Path(place).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if found:
            return found
    raise NoSecret(name)

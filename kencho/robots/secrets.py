"""Account names and credentials of targets: read at the moment of use from the environment or a secret file, never stored."""

import os
import re
from pathlib import Path

from django.conf import settings

# A prefix of their own: a reference must not be able to name the site's other secrets.
PREFIX = "KENCHO_ROBOT_SECRET_"
_REFERENCE = re.compile(r"[A-Z][A-Z0-9_]{1,59}")


class NoSecret(Exception):
    """Nothing is provided under this reference; the message is the reference, never a value."""


def is_reference(name: str) -> bool:
    """Whether this may be the name of a secret."""
    return _REFERENCE.fullmatch(name) is not None


def resolve(reference: str) -> str:
    """The secret of a reference such as ``LEDGER_PASSWORD``; empty for no reference. Raises NoSecret.

    Looked for in the variable ``KENCHO_ROBOT_SECRET_LEDGER_PASSWORD``, in the file that
    ``KENCHO_ROBOT_SECRET_LEDGER_PASSWORD_FILE`` names, and in ``LEDGER_PASSWORD`` in ``KENCHO_ROBOT_SECRETS_DIR``.
    """
    if not reference:
        return ""
    if not is_reference(reference):
        raise NoSecret(reference)
    if value := os.environ.get(f"{PREFIX}{reference}"):
        return value
    places = [os.environ.get(f"{PREFIX}{reference}_FILE", "")]
    if settings.ROBOT_SECRETS_DIR:
        places.append(str(Path(settings.ROBOT_SECRETS_DIR) / reference))
    for place in filter(None, places):
        try:
            return Path(place).read_text(encoding="utf-8").strip()
        except OSError:
            continue
    raise NoSecret(reference)

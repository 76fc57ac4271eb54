"""Account names and credentials of targets: read at the moment of use from the environment or a secret file, never stored."""

from django.conf import settings

from kencho.foundation import own_secrets
from kencho.foundation.own_secrets import NoSecret, is_reference

__all__ = ["NoSecret", "is_reference", "name_of", "resolve"]

# A prefix of their own: a reference must not be able to name the site's other secrets.
PREFIX = "KENCHO_ROBOT_SECRET_"


def name_of(body: str, reference: str) -> str:
    """The variable that a reference of a body means; empty for no reference."""
    return own_secrets.name_of(PREFIX, body, reference) if reference else ""


def resolve(body: str, reference: str) -> str:
    """The secret of a reference of a body, such as ``LEDGER_PASSWORD`` of 240001; empty for no reference. Raises NoSecret.

    ``own_secrets.read`` says where it is looked for; the folder is ``KENCHO_ROBOT_SECRETS_DIR``.
    """
    if not reference:
        return ""
    return own_secrets.read(PREFIX, body=body, reference=reference, folder=settings.ROBOT_SECRETS_DIR)

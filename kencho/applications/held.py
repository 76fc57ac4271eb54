"""What a browser holds: drafts and applications that its session remembers, and the code that is shown once."""

from collections.abc import Mapping
from typing import Any

DRAFTS_KEY = "drafts"
NUMBERS_KEY = "application_numbers"
CODE_KEY = "new_secret"
KEPT = 50


def added(held: list[str], name: str) -> list[str]:
    """The list with one more at its end; the oldest falls out."""
    return [*(each for each in held if each != name), name][-KEPT:]


def code_of(number: str, secret: str) -> dict[str, str]:
    """The entry by which the receipt shows a guest's code."""
    return {"number": number, "secret": secret}


def with_application(session: Mapping[str, Any], number: str, secret: str) -> dict[str, Any]:
    """The session's data once it holds this application; ``secret`` is the guest's code, empty for an account."""
    data = {**session, NUMBERS_KEY: added(session.get(NUMBERS_KEY, []), number)}
    return {**data, CODE_KEY: code_of(number, secret)} if secret else data

"""A button's view in one line: ask a service, and tell the person at the screen how it went."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

from kencho.foundation.refusals import Refusal


def tried(request: HttpRequest, act: Callable[[], object], done: str | Promise) -> bool:
    """Do it and say ``done``, or say why it was refused; what else goes wrong is not caught."""
    try:
        act()
    except Refusal as refused:
        messages.error(request, refused.message)
        return False
    messages.success(request, str(done))
    return True

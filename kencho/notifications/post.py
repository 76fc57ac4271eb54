"""The connection to the mail server: kept open from one letter to the next, closed when nothing is left to send."""

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from kencho.foundation import queue

_held: ContextVar[bool] = ContextVar("letters_are_held", default=False)
_kept = threading.local()


@contextmanager
def held() -> Iterator[None]:
    """Let no letter leave: those of a simulated past would tell people of what never was."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


def send(mail: EmailMessage) -> None:
    """Hand a letter to the mail server; raises what the server or the network answers."""
    if _held.get():
        return
    backend, is_fresh = _open()
    mail.connection = backend
    try:
        mail.send(fail_silently=False)
    except smtplib.SMTPServerDisconnected:
        # A server may hang up on a connection that rested; a fresh one tells whether it is there.
        close()
        if is_fresh:
            raise
        mail.connection, _fresh = _open()
        mail.send(fail_silently=False)
    except BaseException:
        close()
        raise


def _open() -> tuple[BaseEmailBackend, bool]:
    backend: BaseEmailBackend | None = getattr(_kept, "backend", None)
    if backend is not None:
        return backend, False
    backend = get_connection()
    backend.open()
    _kept.backend = backend
    return backend, True


@queue.at_rest
def close() -> None:
    """End the connection, if there is one."""
    backend: BaseEmailBackend | None = getattr(_kept, "backend", None)
    if backend is not None:
        _kept.backend = None
        with suppress(OSError, smtplib.SMTPException):
            backend.close()

"""A mailbox that scanners send to, read over IMAP (RFC 3501) with TLS: attachments only.

A message is marked as seen when all its attachments are kept; until then it is found again. Who sent it, and what it
says, is not read.
"""

import email
import email.policy
import imaplib
import io
import os
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from kencho.intake.inlets._arrival import Arrival, InletFailed

PLACE = re.compile(r"([A-Za-z0-9.-]{1,120}|\[[0-9a-fA-F:]{2,40}\]):([0-9]{1,5})/([^\r\n\"\\]{1,80})")
REFERENCE = re.compile(r"[A-Z][A-Z0-9_]{0,60}")
PREFIX = "KENCHO_INTAKE_SECRET_"
SECONDS = 30
AT_ONCE = 50
# Attachments travel as text, a third longer than they are.
OVERHEAD = 1.5


def _secret(reference: str) -> str:
    """The secret of this name: ``KENCHO_INTAKE_SECRET_<NAME>``, or the file that ``…_FILE`` names; empty when there is none."""
    if not REFERENCE.fullmatch(reference):
        return ""
    given = os.environ.get(PREFIX + reference)
    file = os.environ.get(f"{PREFIX}{reference}_FILE")
    if given is None and file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError:
            return ""
    return given or ""


def has_secret(reference: str) -> bool:
    """Whether this server knows a secret of this name."""
    return bool(_secret(reference))


class MailInlet:
    """One visit to a mailbox."""

    def __init__(self, place: str, account: str, credential: str) -> None:
        found = PLACE.fullmatch(place)
        if found is None:
            raise InletFailed(_("場所は「サーバー名:ポート/メールボックス」の形で書いてください。"))
        self._host, self._port, self._mailbox = found[1].strip("[]"), int(found[2]), found[3]
        self._account, self._credential = account, credential
        self.waiting = 0

    def arrivals(self) -> Iterator[Arrival]:
        """The attachments of unseen messages, the oldest first. Raises InletFailed."""
        secret = _secret(self._credential)
        if not secret:
            raise InletFailed(_("暗証の参照名に当たる値が、このサーバーにありません。"))
        try:
            box = self._signed_in(secret)
        except (OSError, imaplib.IMAP4.error) as wrong:
            # What the server answers may hold the account; it is not passed on.
            raise InletFailed(
                _("メールサーバーにつながりません。場所・利用者名・暗証を確かめてください。")
            ) from wrong
        try:
            yield from self._unseen(box)
        except (OSError, imaplib.IMAP4.error) as wrong:
            raise InletFailed(_("メールの読み出しが途中で切れました。次の回に続けます。")) from wrong
        finally:
            _sign_out(box)

    def _signed_in(self, secret: str) -> imaplib.IMAP4_SSL:
        context = ssl.create_default_context(cafile=settings.INTAKE_MAIL_CA or None)
        box = imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=SECONDS)
        try:
            box.login(self._account, secret)
            answer, _data = box.select(f'"{self._mailbox}"')
            if answer != "OK":
                raise imaplib.IMAP4.error("no such mailbox")
        except BaseException:
            _sign_out(box)
            raise
        return box

    def _unseen(self, box: imaplib.IMAP4_SSL) -> Iterator[Arrival]:
        _answer, found = box.uid("SEARCH", "UNSEEN")
        numbers = (found[0] or b"").split() if found else []
        self.waiting = max(0, len(numbers) - AT_ONCE)
        for number in numbers[:AT_ONCE]:
            yield from self._message(box, number.decode("ascii"))

    def _message(self, box: imaplib.IMAP4_SSL, number: str) -> Iterator[Arrival]:
        message = self._fetched(box, number)
        parts = [] if message is None else _readable(message)
        for name, content in parts:
            yield Arrival(name, _opener(content), _nothing)
        # Reached only when whoever took the last attachment came back for the next: all of them are kept.
        flags = r"(\Seen)" if parts else r"(\Seen \Flagged)"
        box.uid("STORE", number, "+FLAGS", flags)

    def _fetched(self, box: imaplib.IMAP4_SSL, number: str) -> EmailMessage | None:
        """The message, None when it is larger than anything that may be taken in."""
        _answer, told = box.uid("FETCH", number, "(RFC822.SIZE)")
        size = re.search(
            rb"RFC822\.SIZE ([0-9]+)", b" ".join(each for each in told if isinstance(each, bytes))
        )
        if size is None or int(size[1]) > settings.INTAKE_MEGABYTES * 1_000_000 * OVERHEAD:
            return None
        _answer, data = box.uid("FETCH", number, "(BODY.PEEK[])")
        raw = next((each[1] for each in data if isinstance(each, tuple)), b"")
        return email.message_from_bytes(raw, policy=email.policy.default)


def _readable(message: EmailMessage) -> list[tuple[str, bytes]]:
    """The attachments; none of a message so malformed that the parser fails: it is flagged, and the next one read."""
    try:
        return list(_attachments(message))
    except Exception:  # noqa: BLE001  # the parser raises all sorts, and who sends the message chooses which
        return []


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Attached files; pictures that stand inside the text (signatures, logos) are none."""
    for part in message.walk():
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        is_scan = kind in {"application/pdf", "image/tiff"}
        if part.get_content_disposition() == "attachment" or is_scan:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield part.get_filename() or "scan", content


def _opener(content: bytes) -> Callable[[], IO[bytes]]:
    return lambda: io.BytesIO(content)


def _nothing(is_kept: bool, digest: str) -> None:
    """The message is settled as a whole."""


def _sign_out(box: imaplib.IMAP4_SSL) -> None:
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error):
        # Nobody answers any more; the connection on this side is still ours to close.
        with suppress(OSError):
            box.shutdown()

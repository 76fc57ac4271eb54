"""A mailbox that scanners send to, read over IMAP (RFC 3501) with TLS: attachments only.

A message is marked as seen when all its attachments are kept; until then it is found again. One without any is told of
by the time of its arrival. Who sent it, and what it says, is not read.
"""

import email
import email.policy
import hashlib
import imaplib
import io
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from kencho.foundation import clock, own_secrets
from kencho.intake.inlets._arrival import Arrival, InletFailed, Unusable

PLACE = re.compile(r"([A-Za-z0-9.-]{1,120}|\[[0-9a-fA-F:]{2,40}\]):([0-9]{1,5})/([^\r\n\"\\]{1,80})")
PREFIX = "KENCHO_INTAKE_SECRET_"
SECONDS = 30
AT_ONCE = 50
# Attachments travel as text, a third longer than they are.
OVERHEAD = 1.5


def has_secret(body: str, reference: str) -> bool:
    """Whether this server knows the secret of this name of a body."""
    try:
        return bool(own_secrets.read(PREFIX, body=body, reference=reference))
    except own_secrets.NoSecret:
        return False


def secret_name(body: str, reference: str) -> str:
    """The variable that a reference of a body means."""
    return own_secrets.name_of(PREFIX, body, reference)


class MailInlet:
    """One visit to a mailbox."""

    def __init__(self, place: str, account: str, credential: str, *, body: str) -> None:
        found = PLACE.fullmatch(place)
        if found is None:
            raise InletFailed(_("場所は「サーバー名:ポート/メールボックス」の形で書いてください。"))
        self._host, self._port, self._mailbox = found[1].strip("[]"), int(found[2]), found[3]
        self._account, self._credential, self._body = account, credential, body
        self.waiting = 0

    def arrivals(self) -> Iterator[Arrival | Unusable]:
        """The attachments of unseen messages, the oldest first, and messages without. Raises InletFailed."""
        try:
            secret = own_secrets.read(PREFIX, body=self._body, reference=self._credential)
        except own_secrets.NoSecret as missing:
            text = _("このサーバーに、暗証「%(name)s」がありません。") % {"name": missing}
            raise InletFailed(text) from missing
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

    def _unseen(self, box: imaplib.IMAP4_SSL) -> Iterator[Arrival | Unusable]:
        _answer, found = box.uid("SEARCH", "UNSEEN")
        numbers = (found[0] or b"").split() if found else []
        self.waiting = max(0, len(numbers) - AT_ONCE)
        for number in numbers[:AT_ONCE]:
            yield from self._message(box, number.decode("ascii"))

    def _message(self, box: imaplib.IMAP4_SSL, number: str) -> Iterator[Arrival | Unusable]:
        told = self._told(box, number)
        message = self._fetched(box, number) if self._fits(told) else None
        parts = [] if message is None else _readable(message)
        for name, content in parts:
            yield Arrival(name, _opener(content), _nothing)
        if not parts:
            yield self._unusable(box, number, told, "mail_too_large" if message is None else "no_attachment")
        # Reached only when whoever took the last of them came back for the next: all are kept.
        flags = r"(\Seen)" if parts else r"(\Seen \Flagged)"
        box.uid("STORE", number, "+FLAGS", flags)

    def _told(self, box: imaplib.IMAP4_SSL, number: str) -> bytes:
        """What the server says of a message: its size and when it arrived."""
        _answer, told = box.uid("FETCH", number, "(INTERNALDATE RFC822.SIZE)")
        return b" ".join(each for each in told if isinstance(each, bytes))

    def _fits(self, told: bytes) -> bool:
        """Whether the message is not larger than anything that may be taken in."""
        size = re.search(rb"RFC822\.SIZE ([0-9]+)", told)
        return size is not None and int(size[1]) <= settings.INTAKE_MEGABYTES * 1_000_000 * OVERHEAD

    def _unusable(self, box: imaplib.IMAP4_SSL, number: str, told: bytes, refusal: str) -> Unusable:
        _answer, series = box.response("UIDVALIDITY")
        place = f"{self._host}:{self._port}/{self._mailbox}"
        key = hashlib.sha256(f"mail:{place}:{series}:{number}:".encode() + told).hexdigest()
        arrived = imaplib.Internaldate2tuple(told)
        # The tuple is of this machine's zone; what people read is the time in Japan.
        when = (
            f"{datetime.fromtimestamp(time.mktime(arrived), clock.JST):%Y/%m/%d %H:%M:%S}"
            if arrived
            else number
        )
        return Unusable(_("メール（%(when)sに受信）") % {"when": when}, key, refusal)

    def _fetched(self, box: imaplib.IMAP4_SSL, number: str) -> EmailMessage:
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

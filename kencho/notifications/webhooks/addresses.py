"""Where webhooks may go: never into the networks of the office, unless an installer opened one on purpose.

Whoever may enter an address could otherwise let this server speak to machines that only it can reach (SSRF).
"""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

MAX_URL = 500
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Ranges in which an IPv4 address is hidden: NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380).
_WRAPPED = tuple(
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class UnableToReach(Exception):
    """The address is not one that may be called; ``code`` is short and fit for a log, the message for people."""

    def __init__(self, code: str, message: object) -> None:
        self.code = code
        super().__init__(str(message))


@dataclass(frozen=True)
class Target:
    """An address that was looked up: the connection goes to exactly ``address``, whatever the name says later."""

    is_https: bool
    host: str
    port: int
    path: str
    address: str

    @property
    def host_header(self) -> str:
        """The Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.is_https else 80) else f"{name}:{self.port}"


def opened_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Networks of the office that the installer opened."""
    return [ipaddress.ip_network(text, strict=False) for text in getattr(settings, "WEBHOOK_NETWORKS", ())]


def _unwrapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_opened(address: Address) -> bool:
    """Whether the installer opened the network of this address."""
    return any(_unwrapped(address) in network for network in opened_networks())


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet."""
    plain = _unwrapped(address)
    if any(plain in network for network in _WRAPPED):
        return False
    return plain.is_global and not (plain.is_multicast or plain.is_reserved or plain.is_unspecified)


def _split(url: str) -> tuple[str, str, int, str]:
    wrong = UnableToReach("url", _("送り先は、https:// で始まるURLにしてください。"))
    if (
        len(url) > MAX_URL
        or not url.isascii()
        or any(ord(letter) <= 0x20 or letter == "\x7f" for letter in url)
    ):
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as bad:
        raise wrong from bad
    if (
        parts.scheme not in {"https", "http"}
        or not parts.hostname
        or parts.username
        or parts.password
        or parts.fragment
    ):
        raise wrong
    path = parts.path or "/"
    return parts.scheme, parts.hostname, port, f"{path}?{parts.query}" if parts.query else path


def _looked_up(host: str, port: int) -> Sequence[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise UnableToReach("name", _("送り先の名前を調べられません。")) from unknown
    # A scope ("%eth0") only occurs with link-local addresses, which are refused anyway.
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]


def resolve(url: str) -> Target:
    """Look an address up and make sure that it may be called. Raises UnableToReach.

    Every address of the name must be allowed: a name with one public and one inner address is a trick.
    """
    scheme, host, port, path = _split(url)
    found = _looked_up(host, port)
    if not found or not all(is_public(each) or is_opened(each) for each in found):
        raise UnableToReach("network", _("この送り先は、内部のネットワークにあるため使えません。"))
    if scheme == "http" and not all(is_opened(each) for each in found):
        raise UnableToReach("plain", _("送り先は、https:// で始まるURLにしてください。"))
    return Target(scheme == "https", host, port, path, str(found[0]))

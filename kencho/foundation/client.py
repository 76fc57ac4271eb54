"""Where a request comes from, seen through the proxies that the installer put in front."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_PREFIX = 64


def address_of(request: HttpRequest) -> str:
    """The client as limits count it: the IPv4 address, the /64 of an IPv6 one, which is a single household or office.

    Of X-Forwarded-For only the part that trusted proxies wrote is believed.
    """
    return _household(_address(request))


def _household(address: str) -> str:
    """Every IPv6 line has 2**64 addresses of its own: counted one by one, no limit would ever be reached."""
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))


def _address(request: HttpRequest) -> str:
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if proxies < 1:
        return direct
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    return hops[-proxies] if len(hops) >= proxies else direct

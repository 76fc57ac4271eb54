"""A visitor cannot choose the address that limits count by."""

from typing import Any

import pytest
from django.test import RequestFactory

from kencho.foundation.client import address_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address(settings: Any, proxies: int, forwarded: str, expected: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    assert address_of(request) == expected


@pytest.mark.parametrize(
    ("direct", "expected"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_an_ipv6_line_counts_as_one(settings: Any, direct: str, expected: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=direct)) == expected

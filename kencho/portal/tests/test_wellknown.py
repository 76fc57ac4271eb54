"""Addresses that machines look for."""

from datetime import datetime
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from kencho.applications.testing import publish
from kencho.organization.testing import Cast


def test_health_asks_the_database(client: Client, db: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    with patch("kencho.portal.wellknown.connection.cursor", side_effect=OperationalError("gone")):
        assert client.get("/healthz").status_code == 503


def test_the_sitemap_lists_public_pages_and_robots_names_it(client: Client, cast: Cast) -> None:
    version = publish(cast, routes=False)
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in robots
    listed = client.get(robots.split("Sitemap: ")[1].strip().split("testserver")[1]).content.decode()
    assert f"/{cast.body.slug}/procedures/{version.procedure.code}/" in listed
    assert "/desk/" not in listed


def test_security_txt_is_in_force(client: Client) -> None:
    lines = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert lines["Contact"].startswith("mailto:")
    assert datetime.fromisoformat(lines["Expires"]) > timezone.now()


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/accessibility/", "/healthz"])
def test_head_is_answered_like_get_without_a_page(client: Client, db: None, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_icon_is_found(client: Client) -> None:
    assert client.get("/favicon.ico").status_code == 301

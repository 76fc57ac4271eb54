"""Fixtures of the tests that no app owns: a browser, a running site, a small published world."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from kencho.applications.testing import AT, publish
from kencho.organization.testing import Cast, make_cast
from kencho.procedures.models import ProcedureVersion
from kencho.records.office_seals import forget, make_demo_seals
from tests.browser.launch import DESKTOP, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    # Playwright's own event loop lives in this thread; Django would take its presence for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as started:
        yield started


@pytest.fixture
def new_context(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., BrowserContext]]:
    """Make fresh browser profiles that know the site's address."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        settings: dict[str, object] = {
            "viewport": DESKTOP,
            "locale": "ja-JP",
            "timezone_id": "Asia/Tokyo",
            **options,
        }
        context = browser.new_context(base_url=live_server.url, **settings)  # type: ignore[arg-type]  # options of one call
        context.set_default_timeout(10_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page at desktop width."""
    return new_context().new_page()


@pytest.fixture
def world(transactional_db: None, settings: object, tmp_path: Path) -> Cast:
    """The fixed cast, in the present, with seals."""
    cast = make_cast()
    settings.SEALS_DIR = tmp_path / "seals"  # type: ignore[attr-defined]  # pytest-django's settings take any name
    forget()
    make_demo_seals([cast.body, cast.other_body], at=AT - timedelta(days=400))
    return cast


@pytest.fixture
def published(world: Cast) -> ProcedureVersion:
    """A procedure that residents can apply for now."""
    return publish(world)

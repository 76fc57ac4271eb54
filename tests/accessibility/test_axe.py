"""Every page that can be opened: axe finds nothing, and nothing sticks out of a 320 pixel wide window."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, grant, sign_in, sign_in_user
from tests.architecture.test_access import all_patterns
from tests.browser.launch import PHONE
from tests.world import THINGS, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NARROW = {"width": 320, "height": 700}
FEWEST_PAGES = 60
# Answers that are no pages of ours to look at.
NO_PAGES = frozenset({302, 404, 405})


@dataclass(frozen=True)
class Address:
    """A page and how it may be opened."""

    name: str
    kind: str
    url: str


def addresses(world: World) -> Iterator[Address]:
    """Every address that carries an access mark, filled in with the things of the world."""
    for namespace, (_prefix, resolver) in sorted(get_resolver().namespace_dict.items()):
        for _path, pattern in all_patterns(resolver):
            access = getattr(pattern.callback, "access", None)
            # The operations of the API are no pages.
            if access is None or access.kind == "token" or not pattern.name:
                continue
            name = f"{namespace}:{pattern.name}"
            names = THINGS[name](world) if "<" in str(pattern.pattern) else {}
            yield Address(name, access.kind, reverse(name, kwargs=names))


@pytest.fixture
def rich(world: Cast) -> World:
    """One of everything; the clerk holds every role, so that every page opens for one person."""
    made = make_world(world)
    grant(world.clerk, *RoleAssignment.Role.values)
    return made


def _context(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, client: Client | None
) -> BrowserContext:
    context = new_context(viewport=PHONE)
    if client is not None:
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context


def _faults(page: Page, address: Address) -> list[str]:
    found = [
        f"{address.name} {address.url}: {violation['id']} {violation['nodes'][0]['target']}"
        for violation in Axe().run(page).response["violations"]
    ]
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dict of the two numbers
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wider > 0:
        found.append(f"{address.name} {address.url}: sticks out by {wider}px at 320px")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # as above
    if not page.title().strip() or page.locator("h1").count() != 1:
        found.append(f"{address.name} {address.url}: needs one title and one h1")
    return found


def test_every_page(rich: World, new_context: Callable[..., BrowserContext], live_server: LiveServer) -> None:
    staff, resident = sign_in(Client(), rich.cast.clerk), sign_in_user(Client(), rich.cast.resident)
    browsers = {
        "public": _context(new_context, live_server, None),
        "staff": _context(new_context, live_server, staff),
        "signed_in": _context(new_context, live_server, staff),
        "secret": _context(new_context, live_server, resident),
    }
    faults, seen = [], 0
    for address in addresses(rich):
        page = browsers[address.kind].new_page()
        answer = page.request.get(address.url, max_redirects=0)
        if answer.status in NO_PAGES or "text/html" not in answer.headers.get("content-type", ""):
            page.close()
            continue
        assert answer.status == 200, (address, answer.status)
        page.goto(address.url)
        faults += _faults(page, address)
        seen += 1
        page.close()
    assert faults == []
    assert seen >= FEWEST_PAGES


@pytest.mark.parametrize(
    "url", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere/at/all/"]
)
def test_sign_in_and_error_pages(world: Cast, page: Page, url: str) -> None:
    page.goto(url)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict of the two numbers
    assert _faults(page, Address(url, "public", url)) == []


def test_the_form_with_errors_is_accessible_too(published: object, page: Page) -> None:
    page.goto("/mie/procedures/public-record-disclosure/apply/")
    page.get_by_role("button", name="入力をはじめる").click()
    page.locator('.form-actions button[value="next"]').click()
    assert _faults(page, Address("errors", "secret", page.url)) == []


def test_the_keyboard_alone_fills_in_and_goes_on(published: object, page: Page) -> None:
    page.goto("/mie/procedures/public-record-disclosure/apply/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    button = page.get_by_role("button", name="入力をはじめる")
    for _press in range(60):
        if button.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/drafts/**")
    for _press in range(60):
        if page.evaluate("document.activeElement.type") == "radio":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.checked")


def test_both_languages_are_whole(world: Cast, page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="English").first.click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).inner_text().isascii()

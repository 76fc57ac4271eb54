"""Every page that can be opened: axe finds nothing, and nothing sticks out of a 320 pixel wide window."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from playwright.sync_api import APIResponse, BrowserContext, Page, Route, ViewportSize
from pytest_django.live_server_helper import LiveServer

from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, grant, sign_in, sign_in_user
from tests.architecture.test_access import all_patterns
from tests.browser.launch import DESKTOP
from tests.world import THINGS, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 900}, {"width": 320, "height": 700})
AXE = Axe().axe_script
NEXT_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"
VIOLATIONS = """
    axe.run(document, {resultTypes: ["violations"]})
       .then(found => found.violations.map(each => [each.id, String(each.nodes[0].target)]))
"""
FEWEST_PAGES = 150
# Answers that are no pages of ours to look at.
NO_PAGES = frozenset({301, 302, 403, 404, 405})
# Pages that open to one person only or in one state only: were they left out, nobody would notice.
MUST_BE_SEEN = (
    "policy:sheet_show",
    "policy:snapshot_rows",
    "surveys:survey_answer",
    "surveys:survey_results",
    "surveys:text_review",
    "workplace:session_correct",
    "workplace:split_decide",
    "workplace:telework_review",
)


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
    """One of everything; the clerk holds every role, so that nearly every page opens for one person."""
    made = make_world(world)
    grant(world.clerk, *RoleAssignment.Role.values)
    return made


def _context(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, client: Client | None
) -> BrowserContext:
    context = new_context(viewport=DESKTOP)
    if client is not None:
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context


def _faults(page: Page, address: Address) -> list[str]:
    """What axe finds and what sticks out, at both widths."""
    found = []
    page.evaluate(AXE)
    for size in SIZES:
        page.set_viewport_size(size)
        # Tables that begin to scroll become reachable by keyboard once the page has been laid out anew.
        page.evaluate(NEXT_FRAMES)
        at = f"{address.name} {address.url} at {size['width']}px"
        found += [f"{at}: {rule} {place}" for rule, place in page.evaluate(VIOLATIONS)]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            found.append(f"{at}: sticks out by {wider}px")
    if not page.title().strip() or page.locator("h1").count() != 1:
        found.append(f"{address.name} {address.url}: needs one title and one h1")
    return found


def _opened(pages: list[Page], address: Address) -> Page | None:
    """The page of the first of these people to whom it opens; None when it is no page to look at."""
    for page in pages:
        answer = page.request.get(address.url, max_redirects=0)
        if answer.status in NO_PAGES or "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, (address, answer.status)
        # The site makes each page once; the browser shows what has just come.
        page.route(address.url, functools.partial(_fulfill, answer=answer), times=1)
        page.goto(address.url)
        return page
    return None


def _fulfill(route: Route, answer: APIResponse) -> None:
    route.fulfill(response=answer)


def test_every_page(rich: World, new_context: Callable[..., BrowserContext], live_server: LiveServer) -> None:
    def browser(client: Client | None) -> Page:
        return _context(new_context, live_server, client).new_page()

    # What waits for the head of the division opens for nobody else.
    staff = [browser(sign_in(Client(), who)) for who in (rich.cast.clerk, rich.cast.chief)]
    browsers = {
        "public": [browser(None)],
        "staff": staff,
        "signed_in": staff,
        "secret": [browser(sign_in_user(Client(), rich.cast.resident))],
    }
    faults: list[str] = []
    seen = []
    for address in addresses(rich):
        page = _opened(browsers[address.kind], address)
        if page is not None:
            faults += _faults(page, address)
            seen.append(address.name)
    assert faults == []
    assert len(seen) >= FEWEST_PAGES
    assert [name for name in MUST_BE_SEEN if name not in seen] == []


@pytest.mark.parametrize(
    "url", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere/at/all/"]
)
def test_sign_in_and_error_pages(world: Cast, page: Page, url: str) -> None:
    page.goto(url)
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

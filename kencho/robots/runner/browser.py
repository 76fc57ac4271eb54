"""The browser of a robot: the distribution's Chromium with its sandbox, bound to the allowed hosts."""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Request,
    Route,
    WebSocketRoute,
    sync_playwright,
)

from kencho.robots.kit import PATIENCE, is_allowed

SWITCHES = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# What may be read in a picture of a failure; all other text and every field becomes black boxes of one length.
SHOWN = "label, legend, th, dt, h1, h2, h3, h4, h5, h6, button, [role=alert], [data-plain]"
MASK = (Path(__file__).resolve().parent / "mask.js").read_text(encoding="utf-8")


def executable() -> str:
    """Where the browser is. Raises FileNotFoundError."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise FileNotFoundError("chromium")
    return found


class Window:
    """A browser with one page at a time."""

    def __init__(self, browser: Browser, order: Mapping[str, Any]) -> None:
        self._browser = browser
        self._hosts = tuple(order["hosts"])
        self.is_sandboxed = not order["no_sandbox"]
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._refused = False

    @classmethod
    @contextlib.contextmanager
    def open(cls, order: Mapping[str, Any]) -> Iterator["Window"]:
        """Start it, and close it afterwards."""
        names = {host.partition(":")[0] for host in order["hosts"]}
        # Interception does not see every redirect; what is not on the list has no address in this browser.
        rules = ", ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in sorted(names))])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=executable(),
                chromium_sandbox=not order["no_sandbox"],
                args=[*SWITCHES, f"--host-resolver-rules={rules}"],
            )
            try:
                yield cls(browser, order)
            finally:
                with contextlib.suppress(Error):
                    browser.close()

    def page(self) -> Page:
        """The page; a fresh profile after ``begin_anew``."""
        if self._page is None or self._page.is_closed():
            self._context = self._browser.new_context(
                locale="ja-JP",
                timezone_id="Asia/Tokyo",
                viewport={"width": 1280, "height": 900},
                service_workers="block",
                accept_downloads=False,
            )
            self._context.set_default_timeout(PATIENCE)
            self._context.set_default_navigation_timeout(3 * PATIENCE)
            self._context.route("**/*", self._pass)
            self._context.route_web_socket("**/*", self._pass_socket)
            self._page = self._context.new_page()
            self._page.on("request", self._look)
        return self._page

    def _pass(self, route: Route) -> None:
        if is_allowed(route.request.url, self._hosts):
            route.continue_()
            return
        self._refused = True
        route.abort("blockedbyclient")

    def _pass_socket(self, socket: WebSocketRoute) -> None:
        if is_allowed(socket.url, self._hosts):
            socket.connect_to_server()
            return
        self._refused = True
        socket.close()

    def _look(self, request: Request) -> None:
        """Redirects come past here, though not past the interception."""
        if not is_allowed(request.url, self._hosts):
            self._refused = True

    def refused(self) -> bool:
        """Whether the item's pages wanted to go where they may not."""
        return self._refused

    def begin_anew(self) -> None:
        """Forget the session: the next page has a fresh profile."""
        self._refused = False
        if self._context is not None:
            with contextlib.suppress(Error):
                self._context.close()
        self._context = self._page = None

    def picture(self, texts: list[str]) -> bytes:
        """The page as it stands with personal things blacked out (PNG); empty when there is none to be had.

        Nothing is taken when the page could not be masked.
        """
        if self._page is None or self._page.is_closed():
            return b""
        try:
            self._page.evaluate("() => window.stop()")
            for frame in self._page.frames:
                frame.evaluate(MASK, {"texts": texts, "shown": SHOWN})
            return self._page.screenshot(type="png", timeout=5000, animations="disabled", caret="hide")
        except Error:
            return b""

"""A real Chromium, the distribution's own, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

# Root cannot use Chromium's sandbox; the other switches stop it from calling home in a closed network.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def executable() -> str:
    """Where the browser is; raises FileNotFoundError when `make tools` has not been run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise FileNotFoundError("chromium")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser, close it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=SWITCHES)
        try:
            yield browser
        finally:
            browser.close()


def shot(page: Page, name: str) -> None:
    """Record a page at both widths when ``KENCHO_SHOTS`` names a folder (`make shots`)."""
    folder = os.environ.get("KENCHO_SHOTS")
    if not folder:
        return
    before = page.viewport_size
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict of the two numbers
        page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png", full_page=True)
    if before is not None:
        page.set_viewport_size(before)

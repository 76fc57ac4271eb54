"""Papers at the desk: a scan is taken in, and fields are verified by keyboard alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect


def upload(page: Page, file: Path) -> None:
    """Take a scan in that came over the counter."""
    page.goto("/desk/intake/")
    page.get_by_role("link", name="スキャンを取り込む").first.click()
    page.get_by_label("スキャンしたファイル").set_input_files(file)
    page.get_by_label("窓口", exact=True).check()
    page.get_by_role("button", name="取り込む", exact=True).click()
    expect(page.get_by_text("1ファイルを取り込みました。")).to_be_visible()


def field_now(page: Page) -> Locator:
    """The field that the keys go to."""
    return page.locator(".verify-field--now")


def retype(page: Page, text: str) -> None:
    """Replace what stands in the field by this, without confirming it."""
    page.keyboard.press("F2")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def confirm(page: Page, *, is_last: bool = False) -> None:
    """Confirm the field; the last one leads on to the next page by itself."""
    number = field_now(page).get_attribute("data-field")
    page.keyboard.press("ControlOrMeta+Enter")
    if not is_last:
        expect(page.locator(f'[data-field="{number}"]')).to_have_class("verify-field verify-field--done")


def answer(page: Page, right: Any) -> None:
    """Make the field say what is on the paper: by the key of the box or of the candidate, else by typing."""
    field = field_now(page)
    box = field.locator(f'input[data-key][value="{right}"]')
    candidate = field.locator(f'input[data-text="{right}"]')
    chosen = box if box.count() else candidate
    if chosen.count():
        if not chosen.first.is_checked():
            page.keyboard.press(chosen.first.get_attribute("data-key") or "")
    else:
        retype(page, str(right))


def verify_rest(page: Page, truth: Mapping[str, Any]) -> None:
    """Verify all that is still open; ``truth`` has what is on the paper by the number of the field."""
    waiting = page.locator(".verify-field:not(.verify-field--done)")
    for left in range(waiting.count(), 0, -1):
        answer(page, truth[field_now(page).get_attribute("data-field") or ""])
        confirm(page, is_last=left == 1)

"""What a browser with scripts does for the applicant: drafts save themselves, addresses fill in, files are measured."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from kencho.applications.models import ApplicationDraft
from kencho.applications.testing import publish
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion

pytestmark = pytest.mark.browser
PAGE: dict[str, Any] = {
    "id": "all",
    "title": "すべて",
    "items": [
        {"id": "subject", "type": "text", "label": "件名", "required": True},
        {"id": "home", "type": "postal_address", "label": "住所"},
        {"id": "paper", "type": "attachment", "label": "書類", "kinds": ["pdf"], "max_bytes": 1_000_000},
    ],
}


@pytest.fixture
def version(world: Cast) -> ProcedureVersion:
    """A form of one page with a text, an address and a file."""
    return publish(world, "sponsorship-approval", identity="none", pages=[PAGE])


def _begin(page: Page, version: ProcedureVersion) -> None:
    page.goto(f"/mie/procedures/{version.procedure.code}/")
    page.get_by_role("link", name="オンラインで申請する").click()
    page.get_by_role("button", name="入力をはじめる").click()


def test_a_draft_saves_itself_again_and_again(version: ProcedureVersion, page: Page) -> None:
    _begin(page, version)
    for text in ("春のまつり", "秋のまつり"):
        with page.expect_response(lambda answer: answer.url.endswith("/autosave/")) as saved:
            page.get_by_label("件名").fill(text)
        assert saved.value.status == 204
        expect(page.get_by_text("自動で保存しました")).to_be_visible()
        assert ApplicationDraft.objects.get().answers["subject"] == text
    page.reload()
    expect(page.get_by_label("件名")).to_have_value("秋のまつり")


def test_an_older_page_does_not_save_over_a_newer_one(
    version: ProcedureVersion, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    first = context.new_page()
    _begin(first, version)
    second = context.new_page()
    second.goto(first.url)
    second.get_by_label("件名").fill("新しい")
    second.get_by_role("button", name="保存して、あとでつづける").click()
    with first.expect_response(lambda answer: answer.url.endswith("/autosave/")) as saved:
        first.get_by_label("件名").fill("古い")
    assert saved.value.status == 409
    expect(first.get_by_text("自動で保存できませんでした")).to_be_visible()
    assert ApplicationDraft.objects.get().answers["subject"] == "新しい"


def test_the_postal_code_fills_in_the_address_but_nothing_that_was_written(
    version: ProcedureVersion, page: Page
) -> None:
    _begin(page, version)
    page.get_by_label("市区町村").fill("手で書いた市")
    page.get_by_label("郵便番号").fill("５１４－０００６")
    expect(page.get_by_text("郵便番号から住所を入れました")).to_be_visible()
    expect(page.get_by_label("都道府県")).to_have_value("三重県")
    expect(page.get_by_label("市区町村")).to_have_value("手で書いた市")
    expect(page.get_by_label("町名・大字")).to_have_value("広明町")
    page.get_by_label("郵便番号").fill("0000000")
    expect(page.get_by_text("見つかりませんでした")).to_be_visible()


def test_a_file_that_is_too_large_is_refused_before_it_travels(
    version: ProcedureVersion, page: Page, tmp_path: Path
) -> None:
    _begin(page, version)
    file = tmp_path / "大きい.pdf"
    file.write_bytes(b"%PDF-1.7\n" + b"0" * 1_000_001)
    page.get_by_label("件名").fill("まつり")
    page.get_by_label("書類").set_input_files(file)
    expect(page.get_by_text("大きい.pdf は大きすぎます")).to_be_visible()
    place = page.url
    page.locator('.form-actions button[value="next"]').click()
    expect(page.get_by_label("書類")).to_be_focused()
    assert page.url == place
    small = tmp_path / "小さい.pdf"
    small.write_bytes(b"%PDF-1.7\n")
    page.get_by_label("書類").set_input_files(small)
    expect(page.get_by_text("大きすぎます")).to_have_count(0)


def test_without_scripts_the_button_fills_in_the_address(
    version: ProcedureVersion, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    _begin(page, version)
    page.get_by_label("郵便番号").fill("5140006")
    page.get_by_role("button", name="郵便番号から住所を入れる").click()
    expect(page.get_by_label("市区町村")).to_have_value("津市")


def test_somebody_elses_draft_is_not_saved(version: ProcedureVersion) -> None:
    mine, theirs = Client(), Client()
    begun = mine.post(f"/mie/procedures/{version.procedure.code}/apply/")
    place = str(begun.headers["Location"])
    draft = ApplicationDraft.objects.get()
    sent = {"_seen": draft.updated_at.isoformat(), "_shown": "subject", "subject": "x"}
    assert theirs.post(f"{place}autosave/", sent).status_code == 404
    assert mine.post(f"{place}autosave/", sent).status_code == 204
    assert mine.get(f"{place}autosave/").status_code == 405
    assert mine.post(place.replace("/all/", "/none/") + "autosave/", sent).status_code == 404
    assert ApplicationDraft.objects.get().answers == {"subject": "x"}

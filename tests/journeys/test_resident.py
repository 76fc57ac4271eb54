"""Residents apply in a real browser: every procedure of the seeds, with and without JavaScript, wide and narrow."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kencho.applications.models import Application, ApplicationDraft
from kencho.applications.testing import SEEDS, publish
from kencho.foundation import clock
from kencho.organization.testing import Cast
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion
from tests.browser.launch import DESKTOP, PHONE
from tests.journeys.filling import Filler

pytestmark = pytest.mark.browser
CODES = sorted(file.stem for file in (SEEDS / "procedures").glob("*.yaml"))


def _begin(page: Page, code: str) -> None:
    page.goto(f"/mie/procedures/{code}/")
    page.get_by_role("link", name="オンラインで申請する").click()
    page.get_by_role("button", name="入力をはじめる").click()


def _apply(page: Page, version: ProcedureVersion, folder: Path, seed: int = 1) -> None:
    plan = procedures.compiled_of(version)
    answers = plan.sample(random.Random(seed), on=clock.day_of(clock.now()))
    _begin(page, version.procedure.code)
    Filler(page, plan, answers, folder).run()


@pytest.mark.parametrize("code", CODES)
def test_every_procedure_can_be_applied_for_without_javascript(
    world: Cast, new_context: Callable[..., BrowserContext], tmp_path: Path, code: str
) -> None:
    version = publish(world, code, identity="none")
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    _apply(page, version, tmp_path)
    page.get_by_role("button", name="この内容で申請する").click()
    application = Application.objects.get()
    expect(page.locator(".receipt__number").first).to_have_text(application.number)
    expect(page.get_by_role("heading", name="申請の状況")).to_be_visible()
    assert not ApplicationDraft.objects.exists()


def test_errors_stand_at_the_field_and_in_a_summary(published: ProcedureVersion, page: Page) -> None:
    _begin(page, published.procedure.code)
    page.locator('.form-actions button[value="next"]').click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    link = summary.get_by_role("link").first
    target = link.get_attribute("href") or ""
    link.click()
    expect(page.locator(target)).to_be_focused()
    assert page.title().startswith("エラー：")


def test_back_button_and_second_press_make_one_application(
    published: ProcedureVersion, page: Page, tmp_path: Path
) -> None:
    _apply(page, published, tmp_path)
    page.get_by_role("button", name="この内容で申請する").click()
    number = page.locator(".receipt__number").first.inner_text()
    page.go_back()
    if page.get_by_role("button", name="この内容で申請する").count():
        page.get_by_role("button", name="この内容で申請する").click()
    expect(page.get_by_text(number).first).to_be_visible()
    assert Application.objects.count() == 1


def test_a_draft_is_resumed_on_another_device(
    published: ProcedureVersion,
    new_context: Callable[..., BrowserContext],
    mailoutbox: list[object],
    tmp_path: Path,
) -> None:
    from django.core import mail

    from kencho.foundation import queue

    first = new_context(viewport=DESKTOP).new_page()
    _begin(first, published.procedure.code)
    first.get_by_label("個人", exact=True).check()
    first.get_by_role("button", name="保存して、あとでつづける").click()
    first.get_by_label("メールアドレス").fill("taro@example.jp")
    first.get_by_role("button", name="リンクを送る").click()
    expect(first.get_by_text("メールで送りました")).to_be_visible()
    queue.drain(strict=True)
    link = next(word for word in str(mail.outbox[-1].body).split() if "/drafts/" in word)
    second = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    second.goto("/" + link.split("/", 3)[3])
    expect(second.get_by_label("個人", exact=True)).to_be_checked()


def test_an_expired_session_loses_nothing(
    published: ProcedureVersion, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    page = context.new_page()
    _begin(page, published.procedure.code)
    page.get_by_label("個人", exact=True).check()
    page.get_by_label("姓").fill("見本")
    context.clear_cookies(name="sessionid")
    page.locator('.form-actions button[value="next"]').click()
    expect(page.get_by_label("姓")).to_have_value("見本")
    draft = ApplicationDraft.objects.get()
    assert "見本" in str(draft.answers)

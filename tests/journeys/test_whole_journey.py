"""One application from the resident's browser to the sealed notice, through the desk and the approvals of the office."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from kencho.applications.models import Application, Status
from kencho.foundation import clock, queue
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, sign_in
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion
from kencho.records.office_seals import trust_roots
from kencho.records.seals import verify
from tests.browser.launch import DESKTOP, PHONE, shot
from tests.journeys.filling import Filler

pytestmark = pytest.mark.browser
T = TypeVar("T")
Contexts = Callable[..., BrowserContext]
MESSAGE = "請求する文書の件名を、もう少し詳しく書いてください。"


def _apart(act: Callable[[], T]) -> T:
    """Do something in a thread of its own, because Playwright's event loop lives in this one and seals use another."""

    def run() -> T:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def _work() -> None:
    """Let the worker do all that waits."""
    _apart(lambda: queue.drain(strict=True))


def _desk(new_context: Contexts, staff: StaffMember, base_url: str, **options: object) -> Page:
    """A browser in which this member of staff is signed in."""
    context = new_context(**options)
    cookie = sign_in(Client(), staff).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": base_url}])
    return context.new_page()


def _apply(page: Page, version: ProcedureVersion, folder: Path) -> Application:
    plan = procedures.compiled_of(version)
    answers = plan.sample(random.Random(1), on=clock.day_of(clock.now()))
    page.goto(f"/mie/procedures/{version.procedure.code}/")
    page.get_by_role("link", name="オンラインで申請する").click()
    page.get_by_role("button", name="入力をはじめる").click()
    shot(page, "1-form")
    Filler(page, plan, answers, folder).run()
    shot(page, "2-confirm")
    page.get_by_role("button", name="この内容で申請する").click()
    application = Application.objects.get()
    shot(page, "3-receipt")
    expect(page.locator(".receipt__number").first).to_have_text(application.number)
    return application


def _amend(page: Page, application: Application) -> None:
    page.goto(f"/applications/{application.number}/")
    expect(page.get_by_text(MESSAGE).first).to_be_visible()
    shot(page, "6-asked-for-amendment")
    page.get_by_role("button", name="内容を直す").click()
    for _turn in range(12):
        if page.url.endswith("/confirm/"):
            break
        page.locator('.form-actions button[value="next"]').click()
        page.wait_for_load_state()
    page.get_by_role("button", name="補正した内容を送信する").click()
    expect(page.get_by_text("補正した内容を送りました。")).to_be_visible()


def _approve_until_decided(
    new_context: Contexts, cast: Cast, application: Application, base_url: str
) -> None:
    for staff in (cast.chief, cast.head, cast.governor):
        if Application.objects.get(pk=application.pk).status != Status.IN_APPROVAL:
            return
        phone = _desk(new_context, staff, base_url, viewport=PHONE, has_touch=True)
        phone.goto("/desk/approvals/")
        case = phone.get_by_role("link", name=application.number).first
        if case.count() == 0:
            continue
        case.click()
        phone.wait_for_load_state()
        shot(phone, "8-approval")
        phone.locator(".action-bar button[type=submit]").first.click()
        expect(phone.get_by_role("heading", name="確認・決裁する")).to_be_visible()
        _work()


def _examine(clerk: Page, application: Application) -> None:
    """受付 and 審査開始, found through the inbox."""
    clerk.goto("/desk/applications/")
    shot(clerk, "4-inbox")
    clerk.get_by_role("link", name=application.number).click()
    clerk.wait_for_load_state()
    shot(clerk, "5-case")
    clerk.get_by_role("button", name="受け付ける").click()
    expect(clerk.get_by_text("受け付けました。").first).to_be_visible()
    clerk.get_by_role("button", name="審査を始める").click()
    expect(clerk.get_by_text("審査を始めました。")).to_be_visible()


def _ask_for_amendment(clerk: Page, application: Application) -> None:
    clerk.get_by_role("link", name="補正を求める").first.click()
    # Nothing written: the page says so, and nothing was sent.
    clerk.get_by_role("button", name="補正を求める").click()
    expect(clerk.locator(".error-summary")).to_be_visible()
    assert not application.amendment_requests.exists()
    clerk.get_by_label("直してほしいこと").first.fill(MESSAGE)
    clerk.get_by_role("button", name="補正を求める").click()
    expect(clerk.get_by_text("補正を求めました。")).to_be_visible()


def _decide(clerk: Page, application: Application) -> None:
    clerk.goto(f"/desk/applications/{application.pk}/")
    clerk.get_by_role("link", name="処分案を作る").first.click()
    expect(clerk.get_by_label("通知の本文")).not_to_be_empty()
    shot(clerk, "7-decision")
    clerk.get_by_role("button", name="処分案を保存").click()
    clerk.get_by_role("button", name="決裁に回す").first.click()
    expect(clerk.get_by_text("決裁に回しました。")).to_be_visible()


def _status(application: Application) -> str:
    return Application.objects.values_list("status", flat=True).get(pk=application.pk)


def test_from_the_residents_browser_to_the_sealed_notice(
    world: Cast, published: ProcedureVersion, new_context: Contexts, live_server: LiveServer, tmp_path: Path
) -> None:
    # The resident's part works without JavaScript.
    resident = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    application = _apply(resident, published, tmp_path)
    _work()
    clerk = _desk(new_context, world.clerk, live_server.url, viewport=DESKTOP)
    _examine(clerk, application)
    _ask_for_amendment(clerk, application)
    assert _status(application) == Status.AWAITING_AMENDMENT
    _work()
    _amend(resident, application)
    assert _status(application) == Status.IN_REVIEW
    _decide(clerk, application)
    _work()
    _approve_until_decided(new_context, world, application, live_server.url)
    _work()
    assert _status(application) == Status.ISSUED
    resident.goto(f"/applications/{application.number}/")
    shot(resident, "9-notice")
    link = resident.get_by_role("link", name="通知書を受け取る").get_attribute("href") or ""
    # Chromium shows a PDF in its own viewer; the bytes come through the same cookies.
    answer = resident.context.request.get(f"{live_server.url}{link}")
    assert answer.headers["content-type"] == "application/pdf"
    pdf = answer.body()
    assert _apart(lambda: verify(pdf, trust_roots=trust_roots(), at=clock.now())).valid
    notice = Application.objects.get(pk=application.pk).notice
    assert notice.fetched_at is not None

"""A day of telework in the browser: planned, approved by the head, started and ended on a phone, counted once."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db.models import F
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from kencho.foundation import clock, queue
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, indicators
from kencho.notifications.models import Message
from kencho.organization import queries as organization
from kencho.organization import services as organization_services
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, grant, make_staff, sign_in
from kencho.workplace.models import TeleworkSession
from kencho.workplace.testing import SYSTEM, instant, make_rule, teleworked
from tests.browser.launch import DESKTOP, PHONE, shot

pytestmark = pytest.mark.browser
NewContext = Callable[..., BrowserContext]
NARROW = {"width": 320, "height": 700}


def _signed_in(new_context: NewContext, staff: StaffMember, **options: object) -> Page:
    context = new_context(**options)
    session = sign_in(Client(), staff).cookies["sessionid"].value
    page = context.new_page()
    page.goto("/accessibility/")
    origin = page.url.removesuffix("/accessibility/")
    context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    return page


def _look(page: Page, name: str) -> None:
    """Axe finds nothing, nothing sticks out at 320 pixels, and the page is recorded when pictures are wanted."""
    shot(page, f"telework-{name}")
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    before = page.viewport_size
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dict of the two numbers
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(before)  # type: ignore[arg-type]  # as above
    assert (found, wider) == ([], 0), name


def _divisions(cast: Cast) -> tuple[int, int]:
    """The indicator, and the same for 在宅勤務."""
    year = FiscalYear.of(clock.day_of(clock.now()))
    spec = indicators.get("workplace.telework_divisions")

    def value(*kinds: str) -> int:
        asked = Asked.whole(year, body=cast.body.code, as_of=clock.now(), parameters={"kinds": kinds})
        return int(spec.read(asked).numerator or 0)

    return value("mobile", "satellite"), value("home")


def _open_the_office_today(cast: Cast) -> date:
    """The journey is made today, whatever day that is."""
    today = clock.day_of(clock.now())
    if not organization.calendar_of(cast.body).is_business_day(today):
        organization_services.set_closed_day(
            body=cast.body, day=today, name="開庁", is_open=True, by=SYSTEM, at=clock.now()
        )
    return today


def _plan(page: Page, today: date) -> None:
    page.goto("/desk/telework/")
    _look(page, "home-empty")
    page.get_by_role("link", name="月の計画を立てる").first.click()
    page.get_by_label(f"{today.month}月{today.day}日", exact=True).select_option("mobile:anywhere")
    page.get_by_role("button", name="下書きを保存する").click()
    expect(page.get_by_text("下書きを保存しました。")).to_be_visible()
    _look(page, "plan")
    page.get_by_role("button", name="承認を求める").click()
    expect(page.get_by_text("所属長に承認を求めました。")).to_be_visible()
    expect(page.get_by_text("承認待ち").first).to_be_visible()


def _approve(page: Page) -> None:
    page.goto("/desk/telework/approvals/")
    _look(page, "approvals")
    page.get_by_role("link", name="担当 一郎").first.click()
    expect(page.get_by_text("定めに合っています")).to_be_visible()
    _look(page, "review")
    page.go_back()
    page.get_by_role("button", name="選んだ計画をまとめて承認").click()
    _look(page, "bulk")
    page.get_by_role("button", name="まとめて承認する").click()
    expect(page.get_by_text("1件の計画を承認しました。")).to_be_visible()


def test_from_plan_to_indicator(world: Cast, new_context: NewContext) -> None:
    # The journey is made at any hour.
    make_rule(world.body, reporting={"earliest": "00:00"})
    today = _open_the_office_today(world)
    assert _divisions(world) == (0, 0)
    phone = _signed_in(new_context, world.clerk, viewport=PHONE)
    _plan(phone, today)
    queue.drain(strict=True)
    assert "承認をお願いします" in Message.objects.get(user=world.chief.user).subject
    _approve(_signed_in(new_context, world.chief, viewport=DESKTOP))
    phone.goto("/desk/telework/")
    _look(phone, "before-start")
    phone.get_by_role("button", name="開始を報告する").click()
    expect(phone.get_by_text("から実施中")).to_be_visible()
    _look(phone, "running")
    assert _divisions(world) == (0, 0)
    # The browser cannot wait for hours; the log is moved back instead.
    TeleworkSession.objects.update(started_at=clock.now() - timedelta(minutes=1))
    phone.get_by_role("button", name="終了を報告する").click()
    expect(phone.get_by_text("実績が確定しました。")).to_be_visible()
    _look(phone, "done")
    assert _divisions(world) == (1, 0)
    # The first one ended a while ago, or the second, moved back as well, would begin before that.
    TeleworkSession.objects.update(ended_at=F("started_at") + timedelta(seconds=30))
    phone.get_by_role("button", name="開始を報告する").click()
    expect(phone.get_by_text("から実施中")).to_be_visible()
    TeleworkSession.objects.filter(state="running").update(started_at=clock.now() - timedelta(seconds=1))
    phone.get_by_role("button", name="終了を報告する").click()
    expect(phone.get_by_text("実績が確定しました。")).to_be_visible()
    # The same division again changes nothing.
    assert _divisions(world) == (1, 0)
    phone.get_by_role("link", name="訂正する").first.click()
    _look(phone, "correct")


def test_the_other_pages(world: Cast, new_context: NewContext) -> None:
    grant(world.clerk, RoleAssignment.Role.ORGANIZATION_ADMIN, RoleAssignment.Role.PLANNER)
    page = _signed_in(new_context, world.clerk, viewport=DESKTOP)
    page.goto("/desk/telework/rules/")
    _look(page, "rules-empty")
    make_rule(world.body)
    make_staff(world.division, "S0300", "席 取子")
    last_week = _working_day(world, before=clock.day_of(clock.now()))
    teleworked(world.clerk, world.chief, last_week)
    page.reload()
    _look(page, "rules")
    page.get_by_role("link", name="定めを変える").click()
    _look(page, "rule-edit")
    page.get_by_label("内容（YAML）").fill("title: だけ")
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_text("limits：この項目がありません。").first).to_be_visible()
    _look(page, "rule-errors")
    _offices(page)
    for name in ("calendar", "figures", "calendar/export"):
        page.goto(f"/desk/telework/{name}/")
        _look(page, name.replace("/", "-"))


def _working_day(cast: Cast, *, before: date) -> date:
    return organization.calendar_of(cast.body).add(before, -1)


def _offices(page: Page) -> None:
    page.goto("/desk/telework/offices/")
    _look(page, "offices-empty")
    page.get_by_role("link", name="登録する").first.click()
    page.get_by_label("コード").fill("tsu")
    page.get_by_label("名称").fill("津庁舎サテライト")
    page.get_by_label("ほかの団体の職員も使える").check()
    page.get_by_role("button", name="保存する").click()
    page.get_by_label("席の名前").fill("A-1")
    page.get_by_role("button", name="席を保存する").click()
    expect(page.get_by_text("席を保存しました。")).to_be_visible()
    _look(page, "office")
    tomorrow = clock.day_of(clock.now()) + timedelta(days=1)
    page.goto(f"/desk/telework/desks/?day={tomorrow}")
    _look(page, "desks")
    page.get_by_role("button", name=re.compile("午前.*A-1を予約する")).click()
    expect(page.get_by_text("津庁舎サテライト A-1を予約しました。")).to_be_visible()
    # Somebody else was faster while this page was open.
    page.evaluate("document.querySelectorAll('.desk-list__actions button').forEach(b => b.value = 'day')")
    page.get_by_role("button", name=re.compile("午後.*A-1を予約する")).click()
    expect(page.get_by_text("予約できませんでした")).to_be_visible()
    _look(page, "desk-taken")


def test_what_the_rule_says_stands_at_the_day(world: Cast, new_context: NewContext) -> None:
    make_rule(world.body, limits={"days_per_week": "1", "exception_article": ""})
    page = _signed_in(new_context, world.clerk, viewport=PHONE)
    month = (clock.day_of(clock.now()).replace(day=1) + timedelta(days=40)).replace(day=1)
    calendar = organization.calendar_of(world.body)
    monday = next(
        day
        for day in (month + timedelta(days=n) for n in range(25))
        if day.weekday() == 0 and all(calendar.is_business_day(day + timedelta(days=n)) for n in range(2))
    )
    page.goto(f"/desk/telework/plan/?month={month:%Y-%m}")
    for day in (monday, monday + timedelta(days=1)):
        page.get_by_label(f"{day.month}月{day.day}日", exact=True).select_option("home:own_home")
    page.get_by_role("button", name="承認を求める").click()
    expect(page.get_by_role("alert")).to_contain_text("週1日の上限を超えます。（第6条第1項）")
    _look(page, "plan-errors")


def test_a_forgotten_end_is_asked_for(world: Cast, new_context: NewContext) -> None:
    make_rule(world.body)
    day = _working_day(world, before=clock.day_of(clock.now()))
    session = teleworked(world.clerk, world.chief, day)
    TeleworkSession.objects.filter(pk=session.pk).update(
        state="running", ended_at=None, confirmed_at=None, started_at=instant(day, 9)
    )
    page = _signed_in(new_context, world.clerk, viewport=PHONE)
    page.goto("/desk/telework/")
    expect(page.get_by_text("終了の報告がありません")).to_be_visible()
    page.get_by_label("終わった時刻").fill("08:00")
    page.get_by_role("button", name="この時刻で終了を報告する").click()
    expect(page.get_by_role("alert")).to_contain_text("終わりは始まりより後にしてください。")
    _look(page, "forgotten")
    page.get_by_label("終わった時刻").fill("17:15")
    page.get_by_role("button", name="この時刻で終了を報告する").click()
    expect(page.get_by_text("実績が確定しました。")).to_be_visible()

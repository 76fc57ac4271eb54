"""A measure made from nothing in the browser: plan, tree, three bound indicators, a sheet, its approval, its publication."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect

from kencho.applications.testing import load_routes
from kencho.foundation import clock, queue
from kencho.foundation.fiscal import FiscalYear
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, grant, sign_in
from kencho.policy.models import Indicator, SheetRevision
from tests.browser.launch import DESKTOP, PHONE, shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
NewContext = Callable[..., BrowserContext]
# The indicator to be made: its code, name and unit, what it counts, and the condition to be ticked.
INDICATORS = (
    ("received", "電子申請の件数", "件", "flow_sum", "電子申請の受付件数", "オンライン"),
    ("granted", "電子決裁の件数", "件", "flow_sum", "電子決裁した件数", ""),
    ("telework", "テレワークの延べ日数", "日", "flow_sum", "テレワークを利用した延べ日数", "モバイル"),
)


def _signed_in(new_context: NewContext, staff: StaffMember, **options: object) -> Page:
    context = new_context(**options)
    session = sign_in(Client(), staff).cookies["sessionid"].value
    page = context.new_page()
    page.goto("/accessibility/")
    # The path of the address would become the path of the cookie.
    origin = page.url.removesuffix("/accessibility/")
    context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    return page


def _field(page: Page, label: str) -> Locator:
    """The field whose label begins so; the mark 必須 may follow."""
    return page.locator("#main").get_by_label(re.compile(f"^{re.escape(label)}")).first


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _plan(page: Page, year: int) -> None:
    page.goto("/desk/policy/")
    shot(page, "policy-desk-empty")
    page.get_by_role("link", name="計画を作る").first.click()
    _field(page, "計画コード").fill("vision-5")
    _field(page, "計画の名称").fill("みらい行動計画")
    _field(page, "最初の年度").fill(FiscalYear(year).label)
    _field(page, "最後の年度").fill(str(year + 3))
    _press(page, "計画を作る")
    expect(page.get_by_text("政策も施策も、まだありません")).to_be_visible()


def _tree(page: Page) -> None:
    _node(page, "政策・施策を加える", "policy", "4", "未来に向けた地域づくり", "")
    _node(page, "下に加える", "measure", "406", "スマート自治体の推進", "総務部")
    page.get_by_role("link", name="みらい行動計画").first.click()
    page.get_by_role("link", name=re.compile("下に加える.*406")).click()
    _field(page, "番号").fill("40601")
    _field(page, "名称").fill("新しい技術の活用")
    _press(page, "加える")
    shot(page, "policy-plan")
    page.get_by_role("link", name="406 スマート自治体の推進", exact=True).click()


def _node(page: Page, link: str, level: str, code: str, name: str, lead: str) -> None:
    page.get_by_role("link", name=link).first.click()
    _field(page, "階層").select_option(level)
    _field(page, "番号").fill(code)
    _field(page, "名称").fill(name)
    _field(page, "主担当").fill(lead)
    _press(page, "加える")
    expect(page.get_by_text("を加えました")).to_be_visible()


def _desired_state(page: Page) -> None:
    page.get_by_role("link", name="めざす姿を書く").click()
    _field(page, "本文").fill("職員の働き方の質が高まっています。\n\n県民サービスが向上しています。")
    _press(page, "保存する")
    expect(page.get_by_text("めざす姿を書きました")).to_be_visible()


def _indicator(page: Page, place: int, year: int) -> None:
    code, name, unit, measure, counted, condition = INDICATORS[place]
    page.get_by_role("link", name="目標項目を作る").click()
    _field(page, "コード").fill(code)
    _field(page, "目標項目の名称").fill(name)
    _field(page, "単位").fill(unit)
    _field(page, "数え方").select_option(measure)
    _press(page, "目標項目を作る")
    _field(page, "言葉で絞る").fill(counted[:4])
    _press(page, "絞る")
    shot(page, "policy-binding-pick")
    page.get_by_role("link", name=counted).first.click()
    if condition:
        _field(page, condition).check()
    _press(page, "いまの値を確かめる")
    expect(page.get_by_text("まだ保存していません")).to_be_visible()
    shot(page, "policy-binding-preview")
    _press(page, "この数え方にする")
    expect(page.get_by_text("数え方を決めました")).to_be_visible()
    _field(page, f"{FiscalYear(year).label} 目標値").fill("１，０００")
    _field(page, f"{FiscalYear(year + 3).label} 目標値").fill("4,000")
    _press(page, "保存する")
    expect(page.get_by_text("現状値と目標値を決めました")).to_be_visible()
    shot(page, "policy-indicator")
    page.get_by_role("navigation", name="現在の位置").get_by_role(
        "link", name="406 スマート自治体の推進"
    ).click()


def _lines(page: Page) -> None:
    page.get_by_role("link", name="の内容を書く").click()
    page.get_by_role("link", name="現状と課題を加える").click()
    _field(page, "現状と課題").fill("行政手続のオンライン化を進めています。")
    _field(page, "40601 新しい技術の活用").check()
    _press(page, "保存する")
    page.get_by_role("link", name="取組方向を加える").click()
    _field(page, "取組方向").fill("引き続き、オンライン化を進めます。")
    _field(page, "こたえる課題").select_option("1")
    _press(page, "保存する")
    page.get_by_role("link", name="主な事業を加える").click()
    _field(page, "事業名").fill("スマート自治体推進事業")
    _field(page, "新規・継続").select_option("partly_new")
    _field(page, "取組方向").select_option("1")
    _field(page, "事業概要").fill("AI・RPAの活用を進めます。")
    _press(page, "保存する")
    page.get_by_role("link", name="予算額").click()
    _field(page, "段階").select_option("initial")
    _field(page, "金額（千円）").fill("177,051")
    _press(page, "予算額を書く")
    expect(page.get_by_role("cell", name="177,051")).to_be_visible()
    page.get_by_role("navigation", name="現在の位置").get_by_role("link", name="の内容").click()
    shot(page, "policy-lines")
    page.get_by_role("navigation", name="現在の位置").get_by_role(
        "link", name="406 スマート自治体の推進"
    ).click()


def _revision(page: Page) -> SheetRevision:
    shot(page, "policy-measure-desk")
    page.get_by_role("link", name="版を作って公表へ").click()
    _field(page, "理由").fill("新しい計画の最初の評価表です。")
    _press(page, "版を作る")
    shot(page, "policy-revision")
    _press(page, "公表の決裁に回す")
    expect(page.get_by_text("決裁に回しました")).to_be_visible()
    return SheetRevision.objects.get()


def _approve(new_context: NewContext, world: Cast) -> None:
    """Whoever has the turn approves, until the case is decided."""
    for staff in (world.chief, world.head, world.governor):
        page = _signed_in(new_context, staff, viewport=PHONE)
        page.goto("/desk/approvals/")
        link = page.get_by_role("link", name="施策評価シート").first
        if not link.count():
            continue
        link.click()
        button = page.get_by_role("button", name="決裁する", exact=True)
        (button if button.count() else page.get_by_role("button", name="承認する", exact=True)).click()
        expect(page.get_by_text("しました").first).to_be_visible()
    queue.drain(strict=True)


def _public(new_context: NewContext, revision: SheetRevision) -> None:
    """Everybody sees the figures, and comes from a digit to its rows in two clicks."""
    page = new_context(viewport=DESKTOP, java_script_enabled=False).new_page()
    page.goto("/mie/policy/")
    page.get_by_role("link", name="406 スマート自治体の推進").click()
    for _code, name, *_rest in INDICATORS:
        expect(page.get_by_role("heading", name=name, exact=True).first).to_be_visible()
    expect(page.locator("svg[role=img]").first).to_be_visible()
    shot(page, "policy-measure-public")
    page.locator("a.figure-head__value").first.click()
    shot(page, "policy-figure-public")
    page.get_by_role("link", name="もとの行を見る").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    sheet = f"/mie/policy/406/sheets/{revision.sheet_year}/{revision.number}/"
    page.goto(sheet)
    shot(page, "policy-sheet-public")
    assert page.request.get(f"{sheet}files/pdf/").body().startswith(b"%PDF")


def test_a_measure_with_three_bound_indicators_made_from_nothing(
    world: Cast, new_context: NewContext
) -> None:
    load_routes(world.body)
    grant(world.clerk, RoleAssignment.Role.PLANNER)
    year = FiscalYear.of(clock.now()).start_year
    page = _signed_in(new_context, world.clerk, viewport=DESKTOP)
    _plan(page, year)
    _tree(page)
    _desired_state(page)
    for place in range(len(INDICATORS)):
        _indicator(page, place, year)
    _lines(page)
    bound = Indicator.objects.order_by("pk").values_list("definitions__binding_code", flat=True)
    assert list(bound) == ["applications.received", "approvals.granted", "workplace.telework_days"]

    revision = _revision(page)
    queue.drain(strict=True)
    _approve(new_context, world)
    revision.refresh_from_db()
    assert revision.state == SheetRevision.State.PUBLISHED
    _public(new_context, revision)

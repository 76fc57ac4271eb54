"""A procedure made only in the browser: written, approved on a phone, applied for, decided, its notice issued."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from kencho.applications import services as applications
from kencho.applications.models import Application, Status
from kencho.applications.testing import load_routes
from kencho.approvals import queries as approval_queries
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest, Matter, Place, StepRole
from kencho.files import queries as files
from kencho.foundation import clock, queue
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, actor, desk, grant, make_staff, make_unit, sign_in
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion
from tests.browser.launch import DESKTOP, PHONE
from tests.journeys.filling import Filler

pytestmark = pytest.mark.browser
CODE = "digital-seminar"
NewContext = Callable[..., BrowserContext]


def _signed_in(new_context: NewContext, staff: StaffMember, **options: object) -> Page:
    context = new_context(**options)
    session = sign_in(Client(), staff).cookies["sessionid"].value
    page = context.new_page()
    page.goto("/accessibility/")
    # The path of the address would become the path of the cookie.
    origin = page.url.removesuffix("/accessibility/")
    context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    return page


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="編集するところ").get_by_role("link", name=name, exact=True).click()


def _save(page: Page) -> None:
    page.get_by_role("button", name="保存する", exact=True).click()
    expect(page.get_by_text("保存しました。")).to_be_visible()


def _begin(page: Page) -> None:
    page.goto("/desk/procedures/")
    page.get_by_role("link", name="手続を作る").click()
    page.get_by_label("手続コード").fill(CODE)
    page.get_by_label("名前", exact=False).first.fill("デジタル講座の申込み")
    page.get_by_role("button", name="作りはじめる").click()
    expect(page.get_by_role("heading", name="申請者")).to_be_visible()


def _basics(page: Page) -> None:
    _tab(page, "基本")
    page.get_by_label("概要", exact=False).first.fill("県の施設で開くデジタル講座に申し込む手続です。")
    page.get_by_label("標準処理期間（日）").fill("１０")
    page.get_by_label("本人確認").select_option("none")
    page.get_by_label("検索の言葉").fill("でじたるこうざ\nパソコン教室")
    page.get_by_role("button", name="根拠を足す").click()
    page.get_by_label("法令・条例の名前").fill("デジタル講座実施要綱")
    _save(page)


def _add_item(page: Page, label: str, kind: str) -> None:
    """From the screen of all pages to the screen of the new item on the second page."""
    _tab(page, "ページと項目")
    card = page.locator("section.card", has=page.get_by_role("heading", name="講座"))
    card.get_by_label("足す項目の見出し").fill(label)
    card.get_by_label("種類").select_option(kind)
    card.get_by_role("button", name="項目を足す").click()
    expect(page.get_by_role("heading", name=label, exact=True).first).to_be_visible()


def _second_page(page: Page) -> None:
    _tab(page, "ページと項目")
    page.get_by_label("ページの名前").fill("講座")
    page.get_by_role("button", name="ページを足す", exact=True).click()
    _add_item(page, "参加の経験", "yes_no")
    _add_item(page, "前に参加した年", "integer")
    page.get_by_label("最小", exact=False).first.fill("2000")
    page.get_by_text("条件を書く").nth(1).click()
    page.get_by_label("表示する条件").locator("visible=true").select_option("when")
    rule = page.get_by_role("group", name="表示する条件")
    rule.get_by_label("条件1の項目").select_option(label="参加の経験")
    rule.get_by_label("条件1の値").fill("はい")
    _save(page)
    _add_item(page, "身分を示すもの", "attachment")


def _decision(page: Page) -> None:
    _tab(page, "審査基準")
    page.get_by_role("button", name="審査基準を足す").click()
    page.get_by_label("審査基準").last.fill("県内に住んでいる。")
    _save(page)
    _tab(page, "決定と通知")
    page.get_by_role("button", name="決定の種類を足す").click()
    page.get_by_label("決定の名前").fill("承認")
    page.get_by_label("通知書の名前").fill("デジタル講座参加承認通知書")
    page.get_by_label("通知の文").fill("{申請者}様の申込みを承認します。")
    _save(page)
    _tab(page, "流れと手数料")
    page.get_by_label("決裁の経路").select_option("standard")
    _save(page)


def _submit(page: Page) -> None:
    page.get_by_role("link", name="公開の決裁へ").click()
    page.get_by_label("作った理由").fill("新しい講座を始めるため。")
    page.get_by_role("button", name="決裁を求める").click()
    expect(page.get_by_text("公開の決裁を求めました")).to_be_visible()


def _approve_on_a_phone(page: Page, button: str) -> None:
    page.goto("/desk/approvals/")
    page.get_by_role("link", name="デジタル講座の申込み").first.click()
    expect(page.get_by_text("新しい手続です。")).to_be_visible()
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("しました").first).to_be_visible()


def _apply(page: Page, version: ProcedureVersion, folder: Path) -> Application:
    plan = procedures.compiled_of(version)
    answers = next(
        sample
        for seed in range(100)
        if (sample := plan.sample(random.Random(seed), on=clock.day_of(clock.now()))).get("yes_no") is True
    )
    page.goto("/mie/procedures/?q=ﾊﾟｿｺﾝ教室")
    page.get_by_role("link", name="デジタル講座の申込み").click()
    page.get_by_role("link", name="オンラインで申請する").click()
    page.get_by_role("button", name="入力をはじめる").click()
    Filler(page, plan, answers, folder).run()
    expect(page.get_by_text("前に参加した年")).to_be_visible()
    page.get_by_role("button", name="この内容で申請する").click()
    expect(page.locator(".receipt__number").first).to_be_visible()
    return Application.objects.get()


def _decide(cast: Cast, application: Application) -> None:
    at, clerk = clock.now(), desk(cast.clerk, clock.day_of(clock.now())).actor
    applications.accept(application=application, by=clerk, at=at)
    applications.review(application=application, by=clerk, at=at)
    applications.draft_decision(
        application=application, kind="decision", grounds="", text="申込みを承認します。", by=clerk, at=at
    )
    request = applications.submit_for_approval(application=application, drafter=cast.clerk, by=clerk, at=at)
    for staff in (cast.chief, cast.head, cast.governor):
        request = ApprovalRequest.objects.get(pk=request.pk)
        if approval_queries.open_steps(staff, clock.day_of(at)).filter(round__request=request).exists():
            digest = approval_queries.round_of(request).digest
            approvals.approve(request=request, digest=digest, by=actor(staff), at=clock.now())


def _route_through_legal_affairs(cast: Cast) -> StaffMember:
    """Publications pass 法務・文書課; 課長 of the own division decides."""
    legal = make_unit(cast.body, "03003", "法務・文書課", parent=cast.department)
    approvals.save_route(
        matter=Matter.objects.get(body=cast.body, code="procedure_publication"),
        code="procedure_publication",
        name="手続の公開",
        is_default=True,
        steps=[
            approvals.StepSpec(1, StepRole.CONCUR, Place.NAMED, legal.code, cast.posts["DIVISION_DIRECTOR"]),
            approvals.StepSpec(2, StepRole.DECIDE),
        ],
        by=actor(cast.org_admin),
        at=clock.now(),
    )
    return make_staff(legal, "S0301", "法務 課長", post="DIVISION_DIRECTOR")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_procedure_made_only_in_the_browser(
    world: Cast, new_context: NewContext, tmp_path: Path, script: bool
) -> None:
    load_routes(world.body)
    grant(world.clerk, RoleAssignment.Role.PROCEDURE_OWNER)
    lawyer = _route_through_legal_affairs(world)
    owner = _signed_in(new_context, world.clerk, viewport=DESKTOP, java_script_enabled=script)
    _begin(owner)
    _basics(owner)
    _second_page(owner)
    _decision(owner)
    _submit(owner)

    for staff, button in ((lawyer, "承認する"), (world.chief, "決裁する")):
        phone = _signed_in(new_context, staff, viewport=PHONE, java_script_enabled=script)
        _approve_on_a_phone(phone, button)
    queue.drain(strict=True)
    version = ProcedureVersion.objects.get()
    assert version.state == ProcedureVersion.State.PUBLISHED
    assert [len(page["items"]) for page in version.definition["pages"]] == [4, 3]

    application = _apply(new_context(viewport=PHONE).new_page(), version, tmp_path)
    queue.drain(strict=True)
    application.refresh_from_db()
    _decide(world, application)
    queue.drain(strict=True)
    application.refresh_from_db()
    assert application.status == Status.ISSUED
    assert application.notice.stored_file is not None
    assert files.content(application.notice.stored_file).startswith(b"%PDF")


def test_the_preview_follows_the_typing(world: Cast, new_context: NewContext) -> None:
    load_routes(world.body)
    grant(world.clerk, RoleAssignment.Role.PROCEDURE_OWNER)
    page = _signed_in(new_context, world.clerk)
    _begin(page)
    page.get_by_role("link", name="電話番号", exact=True).click()
    page.get_by_label("見出し", exact=False).first.fill("昼に出られる電話")
    expect(page.locator("[data-preview]").get_by_text("昼に出られる電話")).to_be_visible()
    assert "昼に出られる電話" not in str(ProcedureVersion.objects.get().definition)

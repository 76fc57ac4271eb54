"""A staff survey in a real browser: answered on a phone without JavaScript and by keyboard alone, resumed, published."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from kencho.foundation import actors, clock
from kencho.foundation.fiscal import FiscalYear
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, desk, grant, make_staff, sign_in
from kencho.surveys import demo, services
from kencho.surveys.anonymity import new_receipt
from kencho.surveys.models import Ballot, Cycle
from tests.browser.launch import DESKTOP, PHONE, shot

pytestmark = pytest.mark.browser
SETUP = actors.system("setup")
NARROW = {"width": 320, "height": 700}
ANSWERS = (
    ("ある程度実感している", "Web会議"),
    ("少し減った",),
    ("おおむね足りている", "そう思う"),
    ("30歳代",),
)


@pytest.fixture
def survey(world: Cast) -> Cycle:
    """A survey that is open now; a dozen colleagues in each of two divisions."""
    for division in (world.division, world.other_division):
        for n in range(12):
            make_staff(division, f"{division.code}-{n}", f"同僚 {n}", with_user=False)
    now = clock.now()
    program = demo.load_seed(body=world.body, by=SETUP, at=now).program
    terms = services.CycleTerms(
        fiscal_year=FiscalYear.of(now),
        title="職員アンケート",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=7),
        is_official=False,
        cuts=("q_age",),
    )
    return demo.open_one(body=world.body, program=program, terms=terms, by=SETUP)


def _page(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, who: StaffMember, **options: object
) -> Page:
    context = new_context(**options)
    cookie = sign_in(Client(), who).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def _is_sound(page: Page, name: str) -> None:
    """axe finds nothing, nothing sticks out at 320 pixels, one heading; recorded when pictures are wanted."""
    shot(page, f"survey-{name}")
    violations = [
        f"{each['id']} {each['nodes'][0]['target']}" for each in Axe().run(page).response["violations"]
    ]
    assert violations == [], name
    before = page.viewport_size
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dict of the two numbers
    assert (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    ), name
    page.set_viewport_size(before or PHONE)  # type: ignore[arg-type]  # as above
    assert page.locator("h1").count() == 1


def test_on_a_phone_without_javascript(
    survey: Cycle, world: Cast, new_context: Callable[..., BrowserContext], live_server: LiveServer
) -> None:
    page = _page(new_context, live_server, world.clerk, viewport=PHONE, java_script_enabled=False)
    page.goto("/desk/surveys/")
    began = time.monotonic()
    page.locator("main").get_by_role("link", name="答える").click()
    clicks = 1
    for number, labels in enumerate(ANSWERS, start=1):
        expect(page.get_by_text(f"ページのうち{number}ページ目")).to_be_visible()
        for label in labels:
            page.get_by_label(label, exact=True).check()
            clicks += 1
        if number == 2:
            page.get_by_role("button", name="保存して、あとで続ける").click()
            expect(page.get_by_text("この端末に保存しました")).to_be_visible()
            page.locator("main").get_by_role("link", name="答える").click()
            expect(page.get_by_text("ページのうち3ページ目")).to_be_visible()
            continue
        page.get_by_role("button", name="回答を送る" if number == len(ANSWERS) else "次へ").click()
        clicks += 1
    expect(page.get_by_role("heading", name="回答を受け付けました")).to_be_visible()
    # A person needs about five seconds for each choice; the machine's part must leave them nearly all of 90 seconds.
    assert time.monotonic() - began < 30
    assert clicks <= 12
    code = page.locator(".receipt__number").inner_text()
    page.goto(f"/desk/surveys/{survey.key}/receipt/")
    page.get_by_label("控えの番号").fill(code.lower())
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_text("この控えの回答は、投票箱に入っています。")).to_be_visible()
    services.close_cycle(cycle=survey, by=SETUP, at=clock.now())
    page.get_by_label("控えの番号").fill(code)
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_text("この控えの回答は、集計に入っています。")).to_be_visible()
    assert Ballot.objects.get().answers["q_smart_progress_felt"] == ["somewhat_felt"]


def _tab_to(page: Page, test: str) -> None:
    """Press Tab until the focus is where the test (of the active element ``e``) says."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const e = document.activeElement; return Boolean({test}) }})()"):
            return
    raise AssertionError(test)


def test_by_keyboard_alone(
    survey: Cycle, world: Cast, new_context: Callable[..., BrowserContext], live_server: LiveServer
) -> None:
    page = _page(new_context, live_server, world.clerk, viewport=PHONE)
    page.goto(f"/desk/surveys/{survey.key}/answer/")
    _tab_to(page, "e.name === 'q_smart_progress_felt'")
    page.keyboard.press("Space")
    _tab_to(page, "e.name === 'q_used'")
    page.keyboard.press("Space")
    for names in (("q_hours",), ("q_training", "q_security"), ("q_age",)):
        _tab_to(page, "e.name === 'go'")
        page.keyboard.press("Enter")
        page.wait_for_url("**page=*")
        expect(page.locator(f"[name={names[0]}]").first).to_be_visible()
        for name in names:
            _tab_to(page, f"e.name === '{name}'")
            page.keyboard.press("Space")
    _tab_to(page, "e.name === 'go' && e.value === 'send'")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="回答を受け付けました")).to_be_visible()


def test_every_page_is_accessible_and_fits_a_small_phone(
    survey: Cycle, world: Cast, new_context: Callable[..., BrowserContext], live_server: LiveServer
) -> None:
    grant(world.chief, RoleAssignment.Role.PLANNER)
    page = _page(new_context, live_server, world.clerk, viewport=PHONE)
    for path, name in (
        ("", "list"),
        (f"{survey.key}/answer/", "answer"),
        (f"{survey.key}/receipt/", "receipt"),
    ):
        page.goto(f"/desk/surveys/{path}")
        _is_sound(page, name)
    page.goto(f"/desk/surveys/{survey.key}/answer/")
    page.get_by_role("button", name="次へ").click()
    expect(page.locator(".error-summary")).to_be_focused()
    _is_sound(page, "answer-errors")
    owner = _page(new_context, live_server, world.chief, viewport=DESKTOP)
    code = survey.program.code
    made = services.begin_version(
        program=survey.program, by=desk(world.chief, clock.day_of(clock.now())).actor, at=clock.now()
    )
    for path, name in (
        ("programs/", "programs"),
        (f"programs/{code}/", "program"),
        (f"programs/{code}/cycles/new/", "cycle-new"),
        (f"programs/{code}/versions/1/", "questionnaire"),
        (f"programs/{code}/versions/{made.version}/edit/", "editor"),
        (f"programs/{code}/versions/{made.version}/questions/q_hours/", "question"),
        (f"{survey.key}/manage/", "manage-open"),
    ):
        owner.goto(f"/desk/surveys/{path}")
        _is_sound(owner, name)
    _answer_for_all(survey, world)
    services.close_cycle(cycle=survey, by=SETUP, at=clock.now())
    for path, name in (
        ("manage/", "manage-closed"),
        ("texts/", "texts"),
        ("results/", "results-unpublished"),
    ):
        owner.goto(f"/desk/surveys/{survey.key}/{path}")
        _is_sound(owner, name)
    services.publish_cycle(cycle=survey, by=SETUP, at=clock.now())
    Cycle.objects.update(is_official=True)
    for path, name in (
        (f"{survey.key}/results/", "results"),
        (f"{survey.key}/results/?cut=q_age", "results-cut"),
        (f"programs/{code}/trend/", "trend"),
    ):
        page.goto(f"/desk/surveys/{path}")
        _is_sound(page, name)


def _answer_for_all(cycle: Cycle, world: Cast) -> None:
    import random

    rng = random.Random(3)
    ballots = [
        (token, new_receipt(), answers | {"q_free": ("紙の手続が残っています。",)})
        for token, _receipt, answers in demo.ballots_of(cycle, rng, 0.9, 0.5)
    ]
    services.answer_many(cycle=cycle, ballots=ballots, at=clock.now())


def test_the_owner_makes_a_survey_from_nothing(
    world: Cast, new_context: Callable[..., BrowserContext], live_server: LiveServer
) -> None:
    grant(world.chief, RoleAssignment.Role.PLANNER)
    for n in range(6):
        make_staff(world.division, f"X{n}", f"同僚 {n}", with_user=False)
    page = _page(new_context, live_server, world.chief, viewport=DESKTOP)
    page.goto("/desk/surveys/programs/new/")
    page.get_by_label("コード").fill("lunch")
    page.get_by_label("名称").fill("昼休み調べ")
    page.get_by_role("button", name="作る", exact=True).click()
    page.get_by_role("link", name="設問を加える").click()
    page.get_by_label("コード").first.fill("q_lunch")
    page.get_by_label("設問の文").fill("昼休みは取れていますか。")
    page.locator("#id_options-0-label").fill("取れている")
    page.locator("#id_options-0-positive").check()
    page.locator("#id_options-1-label").fill("取れていない")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("実施に使えます")).to_be_visible()
    page.goto("/desk/surveys/programs/lunch/cycles/new/")
    day = clock.day_of(clock.now())
    page.get_by_label("受付開始").fill(f"{day - timedelta(days=1)}")
    page.get_by_label("受付締切").fill(f"{day + timedelta(days=7)}")
    page.get_by_label("年度の正式な回にする").uncheck()
    page.get_by_role("button", name="作る", exact=True).click()
    page.get_by_role("button", name="実施を決める").click()
    page.get_by_role("button", name="いま受付を始める").click()
    expect(page.get_by_role("heading", name="いまの回答率")).to_be_visible()
    page.goto("/desk/surveys/")
    page.locator("main").get_by_role("link", name="答える").click()
    page.get_by_label("取れている", exact=True).check()
    page.get_by_role("button", name="回答を送る").click()
    expect(page.get_by_role("heading", name="回答を受け付けました")).to_be_visible()

"""One more application, one day of telework, one survey: each changes its own figure of the live sheet and no other."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from kencho.applications.models import Application
from kencho.applications.testing import publish
from kencho.foundation import actors, clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import indicators
from kencho.organization import queries as organization
from kencho.organization import services as organization_services
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, grant, make_staff, sign_in
from kencho.policy import services as policy
from kencho.policy.models import Indicator, PolicyNode
from kencho.procedures import queries as procedures
from kencho.surveys import demo as surveys
from kencho.surveys import services as survey_services
from kencho.surveys.models import Cycle
from kencho.workplace.models import TeleworkSession
from kencho.workplace.testing import approved, make_rule
from tests.browser.launch import PHONE
from tests.journeys.filling import Filler

pytestmark = pytest.mark.browser
NewContext = Callable[..., BrowserContext]
SETUP = actors.system("setup")
PROGRAM = "smart-government-staff-survey"
BINDINGS = (
    (
        "surveys.positive_share",
        {
            "program": [PROGRAM],
            "question": ["q_smart_progress_felt"],
            "positive_options": ["strongly_felt", "somewhat_felt"],
        },
    ),
    ("workplace.telework_divisions", {"kinds": ["mobile", "satellite"]}),
    ("applications.received", {"channels": ["online", "api"]}),
)
ANSWERS = (
    ("ある程度実感している", "Web会議"),
    ("少し減った",),
    ("おおむね足りている", "そう思う"),
    ("30歳代",),
)


def _measure(world: Cast, year: int) -> PolicyNode:
    """A measure with the three indicators; the year before is confirmed."""
    now = clock.now()
    facts = policy.PlanFacts("いまの計画", year - 1, year + 2)
    plan = policy.create_plan(body=world.body, code="now", facts=facts, by=SETUP, at=now)
    node = policy.create_node(
        plan=plan, level="measure", code="406", facts=policy.NodeFacts("スマート自治体"), by=SETUP, at=now
    )
    for order, (code, parameters) in enumerate(BINDINGS):
        spec = indicators.get(code)
        indicator = policy.create_indicator(
            node=node,
            code=f"i{order}",
            facts=policy.IndicatorFacts(
                name=str(spec.title),
                role=Indicator.Role.SECONDARY if order else Indicator.Role.PRIMARY,
                unit=str(spec.unit),
                measure=spec.measure,
                decimals=spec.decimals,
                order=order,
            ),
            by=SETUP,
            at=now,
        )
        policy.define(
            indicator=indicator,
            effective_year=year - 1,
            explanation="",
            binding=policy.Binding(code, parameters),
            by=SETUP,
            at=now,
        )
        entry = policy.Entry(year - 1, Decimal(40 + order), "confirmed", now)
        policy.record_actual(indicator=indicator, entry=entry, by=SETUP, at=now)
    return node


def _as(new_context: NewContext, live_server: LiveServer, who: StaffMember, **options: object) -> Page:
    context = new_context(**options)
    cookie = sign_in(Client(), who).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def _figures(page: Page, measure: PolicyNode, year: int) -> list[str]:
    page.goto(f"/desk/policy/measures/{measure.pk}/?year={year}")
    # The link's own words for screen readers follow in brackets.
    return [each.split("（")[0].strip() for each in page.locator(".figure-head__value").all_inner_texts()]


def _survey(world: Cast) -> Cycle:
    """An official survey that is open now; the colleagues have answered, the clerk has not."""
    for n in range(14):
        make_staff(world.division, f"Y{n}", f"同僚 {n}", with_user=False)
    now = clock.now()
    program = surveys.load_seed(body=world.body, by=SETUP, at=now).program
    terms = survey_services.CycleTerms(
        fiscal_year=FiscalYear.of(now),
        title="職員アンケート",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=7),
    )
    cycle = surveys.open_one(body=world.body, program=program, terms=terms, by=SETUP)
    mine = survey_services.token_for(cycle=cycle, staff=world.clerk)
    others = [each for each in surveys.ballots_of(cycle, Random(3), 1.0, 0.5) if each[0] != mine]
    survey_services.answer_many(cycle=cycle, ballots=others, at=now)
    return cycle


def _apply(page: Page, world: Cast, folder: Path) -> None:
    version = publish(world, identity="none")
    plan = procedures.compiled_of(version)
    page.goto(f"/mie/procedures/{version.procedure.code}/")
    page.get_by_role("link", name="オンラインで申請する").click()
    page.get_by_role("button", name="入力をはじめる").click()
    Filler(page, plan, plan.sample(Random(1), on=clock.day_of(clock.now())), folder).run()
    page.get_by_role("button", name="この内容で申請する").click()
    expect(page.locator(".receipt__number").first).to_have_text(Application.objects.get().number)


def _telework(page: Page, world: Cast) -> None:
    today = clock.day_of(clock.now())
    make_rule(world.body, reporting={"earliest": "00:00"})
    if not organization.calendar_of(world.body).is_business_day(today):
        organization_services.set_closed_day(
            body=world.body, day=today, name="開庁", is_open=True, by=SETUP, at=clock.now()
        )
    approved(world.clerk, world.chief, [(today, "mobile")], at=clock.now())
    page.goto("/desk/telework/")
    page.get_by_role("button", name="開始を報告する").click()
    expect(page.get_by_text("から実施中")).to_be_visible()
    # The browser cannot wait for hours; the log is moved back instead.
    TeleworkSession.objects.update(started_at=clock.now() - timedelta(minutes=1))
    page.get_by_role("button", name="終了を報告する").click()
    expect(page.get_by_text("実績が確定しました。")).to_be_visible()


def _answer(page: Page) -> None:
    page.goto("/desk/surveys/")
    page.locator("main").get_by_role("link", name="答える").click()
    for number, labels in enumerate(ANSWERS, start=1):
        expect(page.get_by_text(f"ページのうち{number}ページ目")).to_be_visible()
        for label in labels:
            page.get_by_label(label, exact=True).check()
        page.get_by_role("button", name="回答を送る" if number == len(ANSWERS) else "次へ").click()
    expect(page.get_by_role("heading", name="回答を受け付けました")).to_be_visible()


def _close_and_publish(page: Page, cycle: Cycle) -> None:
    page.goto(f"/desk/surveys/{cycle.key}/manage/")
    page.locator("summary", has_text="締め切").click()
    page.get_by_role("button", name="締め切る", exact=True).click()
    page.get_by_role("button", name="結果を公表する").click()


def test_each_operation_changes_exactly_its_figure(
    world: Cast, new_context: NewContext, live_server: LiveServer, tmp_path: Path
) -> None:
    grant(world.head, RoleAssignment.Role.PLANNER)
    year = FiscalYear.of(clock.now()).start_year
    cycle = _survey(world)
    measure = _measure(world, year)
    planner = _as(new_context, live_server, world.head)
    clerk = _as(new_context, live_server, world.clerk, viewport=PHONE)
    confirmed = _figures(planner, measure, year - 1)
    share, divisions, received = _figures(planner, measure, year)
    assert (divisions, received) == ("0 所属", "0 件")

    _apply(new_context(viewport=PHONE).new_page(), world, tmp_path)
    assert _figures(planner, measure, year) == [share, divisions, "1 件"]
    _telework(clerk, world)
    assert _figures(planner, measure, year) == [share, "1 所属", "1 件"]
    _answer(clerk)
    # While it is open, and until it is published, nobody sees a share.
    assert _figures(planner, measure, year) == [share, "1 所属", "1 件"]
    _close_and_publish(planner, cycle)
    now = _figures(planner, measure, year)
    assert now[1:] == ["1 所属", "1 件"]
    assert now[0] != share
    assert now[0].endswith("%") or now[0].endswith("％")
    assert _figures(planner, measure, year - 1) == confirmed

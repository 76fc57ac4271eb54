"""A robot is set up at the desk: its target, its version, the reform that measures it, and the sheet that shows the hours."""

from playwright.sync_api import Page, expect

from kencho.foundation import actors, clock
from kencho.foundation.indicators import indicators
from kencho.organization.testing import Cast
from kencho.policy import services as policy
from kencho.policy.models import Indicator, PolicyNode
from tests.journeys.desks import fill_in

SETUP = actors.system("setup")
PACKAGE = "decided_to_ledger"
# Ten cases of 60 minutes on the average.
TIMED = "\n".join(map(str, (54, 56, 58, 59, 60, 60, 61, 62, 64, 66)))


def sheet_of_hours(world: Cast, year: int) -> PolicyNode:
    """A measure with one indicator, bound to the hours saved by robots."""
    now = clock.now()
    facts = policy.PlanFacts("いまの計画", year, year + 3)
    plan = policy.create_plan(body=world.body, code="now", facts=facts, by=SETUP, at=now)
    node = policy.create_node(
        plan=plan, level="measure", code="406", facts=policy.NodeFacts("スマート自治体"), by=SETUP, at=now
    )
    spec = indicators.get("reforms.hours_saved")
    indicator = policy.create_indicator(
        node=node,
        code="hours",
        facts=policy.IndicatorFacts(
            name=str(spec.title),
            role=Indicator.Role.PRIMARY,
            unit=str(spec.unit),
            measure=spec.measure,
            decimals=spec.decimals,
        ),
        by=SETUP,
        at=now,
    )
    binding = policy.Binding(spec.code, {"solution": ["rpa"]})
    policy.define(indicator=indicator, effective_year=year, explanation="", binding=binding, by=SETUP, at=now)
    return node


def figure(page: Page, measure: PolicyNode) -> str:
    """The indicator as the policy sheet shows it."""
    page.goto(f"/desk/policy/measures/{measure.pk}/")
    # The link's own words for screen readers follow in brackets.
    return page.locator(".figure-head__value").inner_text().split("（")[0].strip()


def register_robot(page: Page, world: Cast, url: str, procedure: str) -> None:
    """A real target, a version that waits for its approval, a robot that waits for the version."""
    page.goto("/desk/robots/targets/create/")
    page.locator("[name=is_real]").check()
    fill_in(
        page,
        "保存する",
        code="old-ledger",
        name="庁内台帳システム",
        base_url=url,
        account_ref="LEDGER_ACCOUNT",
        credential_ref="LEDGER_PASSWORD",
    )
    expect(page.get_by_role("heading", name="庁内台帳システム")).to_be_visible()
    page.goto("/desk/robots/versions/")
    page.get_by_role("button", name="新しい版を探す").click()
    page.get_by_role("link", name="決定した申請を台帳システムへ登録する").click()
    page.get_by_role("link", name="承認を求める").click()
    fill_in(page, "保存する", reason="台帳への入力を任せるため")
    expect(page.get_by_text("決裁中")).to_be_visible()
    page.goto("/desk/robots/create/")
    fields = {
        "code": "ledger",
        "title": "決定した申請を台帳へ",
        "package": PACKAGE,
        "start": "event",
        "procedure_code": procedure,
        "division": str(world.division.pk),
    }
    fill_in(page, "保存する", **fields)
    # Against a real target there is nothing to choose before the decision.
    expect(page.get_by_text("使える版がありません")).to_be_visible()


def register_reform(page: Page, world: Cast) -> None:
    """The reform whose cases the robot does, with ten cases timed before it."""
    page.goto("/desk/reforms/")
    page.get_by_role("link", name="見直しを登録する").first.click()
    fill_in(
        page,
        "保存する",
        code="ledger",
        title="台帳への入力",
        solution="rpa",
        subject="robots.robot:ledger",
        began_on=clock.day_of(clock.now()).isoformat(),
        division=str(world.division.pk),
    )
    expect(page.get_by_text("減った時間は、測定していません")).to_be_visible()
    page.locator("main").get_by_role("link", name="基準を測定する").first.click()
    fill_in(page, "登録して測り始める", method="2人が交代で計測")
    # One case with the watch, taken out again since it was a try; the others were written down on paper.
    page.get_by_role("button", name="計り始める").click()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="終えて記録する").click()
    page.get_by_role("link", name="外す").click()
    fill_in(page, "取り消す", reason="試しに押した")
    page.locator("summary", has_text="まとめて入れる").click()
    fill_in(page, "加える", lines=TIMED)
    expect(page.get_by_text("一件の平均　60.0分")).to_be_visible()

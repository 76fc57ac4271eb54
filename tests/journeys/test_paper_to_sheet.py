"""One story: a form is printed, filled in, scanned, read and verified, decided, carried by a robot, and seen in the sheet."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from kencho.applications.models import Application, Channel, Status
from kencho.applications.testing import publish
from kencho.approvals.models import ApprovalRequest
from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.intake import form_maps
from kencho.intake import services as intake
from kencho.intake.engine.shapes import Kind
from kencho.intake.models import FieldResult, Sheet
from kencho.intake.testing import filled_pages, stack
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, grant
from kencho.procedures.models import ProcedureVersion
from kencho.robots.models import Robot, RobotItem, RobotVersion
from kencho.robots.tests.people import SECRETS
from kencho.robots.tests.standin.application import Old
from kencho.robots.tests.standin.server import serving
from tests.browser.launch import shot
from tests.journeys.desks import NewContext, actor_of, approve, as_staff, fill_in, work
from tests.journeys.paper import answer, confirm, retype, upload, verify_rest
from tests.journeys.robot_desk import PACKAGE, figure, register_reform, register_robot, sheet_of_hours

# A page is read by a process of its own, which first loads its models.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
PROCEDURE = "sponsorship-approval"
PAGE: dict[str, Any] = {
    "id": "all",
    "title": "申請の内容",
    "items": [
        {"id": "applicant", "type": "name", "kana": False, "label": "氏名", "required": True, "role": "applicant_name"},
        {"id": "born_on", "type": "birth_date", "label": "生年月日", "required": True},
        {"id": "amount", "type": "money", "label": "金額", "required": True, "max": 9999999},
        {
            "id": "how",
            "type": "choice",
            "label": "受け取り方",
            "required": True,
            "options": [{"value": "post", "label": "郵送"}, {"value": "counter", "label": "窓口"}],
        },
    ],
}  # fmt: skip
# What is on the paper, as it stands in the answers.
WRITTEN: dict[str, Any] = {
    "applicant.family": "渡邉",
    "applicant.given": "花子",
    "born_on": "1965-01-02",
    "amount": 12000,
    "how": "counter",
}


@pytest.fixture
def old(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Old, str]]:
    """The old system on a port of its own, and the secrets to get in."""
    settings.VAR_DIR = tmp_path
    settings.FILES_DIR = tmp_path / "files"
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    system = Old()
    with serving(system) as url:
        yield system, url


@pytest.fixture
def version(world: Cast) -> ProcedureVersion:
    """A published procedure with a short form. Days of birth are always looked at, as an office may decide."""
    grant(world.clerk, RoleAssignment.Role.SYSTEM_ADMIN)
    intake.set_calibration(
        body=world.body,
        kind=Kind.BIRTH_DATE,
        threshold=0.99,
        always_check=True,
        audit_share=Decimal("0.02"),
        by=actor_of(world.clerk),
        at=clock.now(),
    )
    return publish(world, PROCEDURE, identity="none", pages=[PAGE], documents=[])


def _print_and_scan(clerk: Page, version: ProcedureVersion, folder: Path, site: str) -> Path:
    """The form as the clerk prints it, with a name, a day, a number and a tick on it, from the feeder of a scanner."""
    clerk.goto("/desk/intake/")
    clerk.get_by_role("main").get_by_role("link", name="様式を印刷する").first.click()
    shot(clerk, "paper-1-form")
    link = clerk.get_by_role("link", name="印刷する（PDF）").get_attribute("href") or ""
    assert clerk.context.request.get(site + link).body() == form_maps.printed(version)
    scan = folder / "スキャン.pdf"
    scan.write_bytes(stack(filled_pages(version, WRITTEN, seed=7)))
    return scan


def _read(clerk: Page, scan: Path) -> Sheet:
    upload(clerk, scan)
    work()
    clerk.reload()
    expect(clerk.get_by_text("読み取り済み").first).to_be_visible()
    expect(clerk.get_by_text("確認待ち").first).to_be_visible()
    shot(clerk, "paper-2-read")
    return Sheet.objects.get()


def _label(clerk: Page) -> Locator:
    return clerk.locator(".verify-field--now .verify-field__label")


def _verify(clerk: Page, sheet: Sheet) -> None:
    """The keyboard alone: a rare letter by the picker, a day in the office's own calendar, what is right by Enter."""
    waiting = set(sheet.fields.exclude(state=FieldResult.State.PASSED).values_list("key", flat=True))
    # Besides these a random sample of what passed may be looked at.
    assert waiting >= {"applicant.family", "applicant.given", "born_on"}
    clerk.get_by_role("button", name="確認をはじめる").click()
    expect(_label(clerk)).to_contain_text("氏")
    retype(clerk, "渡辺")
    clerk.keyboard.press("F4")
    shape = clerk.locator(".verify-field--now .shapes__button:focus .shapes__shape")
    for _letter in range(10):
        if shape.inner_text() == "邉":
            break
        clerk.keyboard.press("Tab")
    shot(clerk, "paper-3-verify")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".verify-field--now [data-text-input]")).to_have_value("渡邉")
    confirm(clerk)

    truth = {str(each.pk): WRITTEN[each.key] for each in sheet.fields.all()}
    answer(clerk, WRITTEN["applicant.given"])
    confirm(clerk)
    expect(_label(clerk)).to_have_text("生年月日")
    day = clerk.locator(".verify-field--now [data-day]")
    retype(clerk, "S40.2.30")
    expect(day).not_to_contain_text("1965年")
    retype(clerk, "S40.1.2")
    expect(day).to_have_text("1965年1月2日（土）")
    shot(clerk, "paper-4-day")
    confirm(clerk, is_last=len(waiting) == 3)
    if len(waiting) > 3:
        verify_rest(clerk, truth)


def _registered(clerk: Page) -> Application:
    expect(clerk.get_by_role("heading", name="申請として登録しました")).to_be_visible()
    application = Application.objects.get()
    assert (application.channel, application.answers) == (
        Channel.COUNTER,
        {"applicant": {"family": "渡邉", "given": "花子"}, "born_on": "1965-01-02", "amount": 12000, "how": "counter"},
    )  # fmt: skip
    clerk.goto("/desk/applications/")
    row = clerk.get_by_role("row", name=application.number)
    expect(row).to_contain_text("渡邉")
    expect(row).to_contain_text("窓口")
    shot(clerk, "paper-5-inbox")
    return application


def _decide(clerk: Page, world: Cast, application: Application) -> None:
    """受付から施行まで."""
    clerk.get_by_role("link", name=application.number).click()
    clerk.get_by_role("button", name="受け付ける").click()
    clerk.get_by_role("button", name="審査を始める").click()
    clerk.get_by_role("link", name="処分案を作る").first.click()
    clerk.get_by_role("button", name="処分案を保存").click()
    clerk.get_by_role("button", name="決裁に回す").first.click()
    expect(clerk.get_by_text("決裁に回しました。")).to_be_visible()
    work()
    approve(ApprovalRequest.objects.latest("pk"), world.chief, world.head)
    application.refresh_from_db()
    assert application.status == Status.ISSUED
    clerk.goto(f"/desk/applications/{application.pk}/")
    shot(clerk, "paper-6-issued")


def _carry(clerk: Page, robot: Robot, system: Old, application: Application) -> None:
    """The robot types it into the old system, once, and keeps nothing of what it typed."""
    clerk.goto(f"/desk/robots/{robot.pk}/")
    expect(clerk.locator("main").get_by_role("link", name=application.number)).to_be_visible()
    shot(clerk, "robot-1-waiting")
    clerk.get_by_role("button", name="いま運転する").click()
    expect(clerk.get_by_text("運転を始めました。")).to_be_visible()
    work()
    clerk.reload()
    expect(clerk.locator("main .tag", has_text="終わった")).to_be_visible()
    entry = system.entries[0]
    assert [each["number"] for each in system.entries] == [application.number]
    assert (entry["name"], entry["decision"], entry["issued"]) == ("渡邉 花子", "承認", "はい")
    # The log has names of steps, and nothing of what was typed.
    log = clerk.locator("main").inner_text()
    assert "submit" in log
    assert entry["name"] not in log
    shot(clerk, "robot-2-run")
    clerk.goto(f"/desk/robots/items/{RobotItem.objects.get().pk}/")
    expect(clerk.get_by_text(entry["receipt"])).to_be_visible()
    expect(clerk.locator("main .tag", has_text="済み")).to_be_visible()
    shot(clerk, "robot-3-item")


def test_from_the_printed_form_to_the_hours_in_the_sheet(
    world: Cast,
    version: ProcedureVersion,
    old: tuple[Old, str],
    new_context: NewContext,
    live_server: LiveServer,
    tmp_path: Path,
) -> None:
    system, url = old
    grant(world.head, RoleAssignment.Role.PLANNER)
    measure = sheet_of_hours(world, FiscalYear.of(clock.now()).start_year)
    clerk = as_staff(new_context, live_server, world.clerk)
    planner = as_staff(new_context, live_server, world.head)
    register_robot(clerk, world, url, PROCEDURE)
    carried = RobotVersion.objects.get(package=PACKAGE)
    approve(ApprovalRequest.objects.get(subject_id=str(carried.pk)), world.chief, world.head)
    robot = Robot.objects.get()
    clerk.goto(f"/desk/robots/{robot.pk}/version/")
    fill_in(clerk, "この版を使う", version=str(carried.pk))
    register_reform(clerk, world)
    assert figure(planner, measure) == "0.0 時間"

    sheet = _read(clerk, _print_and_scan(clerk, version, tmp_path, live_server.url))
    _verify(clerk, sheet)
    application = _registered(clerk)
    _decide(clerk, world, application)
    _carry(clerk, robot, system, application)

    clerk.goto(f"/desk/robots/{robot.pk}/")
    clerk.get_by_role("link", name="減った時間を見る").click()
    expect(clerk.get_by_role("heading", name="減った時間　1.0時間")).to_be_visible()
    expect(clerk.locator(".hours__svg")).to_be_visible()
    shot(clerk, "robot-4-hours")
    assert figure(planner, measure) == "1.0 時間"
    shot(planner, "robot-5-sheet")

    # A run that finds nothing to do saves nothing.
    clerk.goto(f"/desk/robots/{robot.pk}/")
    clerk.get_by_role("button", name="いま運転する").click()
    expect(clerk.get_by_text("待っている件がありません")).to_be_visible()
    assert figure(planner, measure) == "1.0 時間"

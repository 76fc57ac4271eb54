"""A robot, and the differences it found."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kencho.applications.testing import publish
from kencho.foundation import clock
from kencho.organization.testing import Cast
from kencho.reforms.models import EffectRecord, ReformCase
from kencho.reforms.testing import make_reform
from kencho.robots import services
from kencho.robots.models import Robot, RobotItem, RobotRun
from kencho.robots.testing import Robots
from kencho.robots.tests.pages.walk import SETUP, send, text, url


class TestRobots:
    """Starting, pausing, settings, input by CSV."""

    def test_starting_asks_for_a_run(self, clerk: Client, things: Robots) -> None:
        send(clerk, "item_retry", things.item.pk)
        page = send(clerk, "robot_start", things.robot.pk, dry="1")
        assert "試しの運転を始めました" in page
        run = RobotRun.objects.get(state=RobotRun.State.RUNNING)
        assert run.is_dry_run
        assert "止めました" in send(clerk, "run_stop", run.pk)

    def test_why_it_cannot_start_is_said(self, clerk: Client, things: Robots) -> None:
        assert "待っている件がありません" in send(clerk, "robot_start", things.robot.pk)

    def test_pausing_and_going_on(self, clerk: Client, things: Robots) -> None:
        assert "一時停止中" in send(clerk, "robot_pause", things.robot.pk)
        assert "いま運転する" not in text(clerk, url("robot_show", things.robot.pk))
        assert "いま運転する" in send(clerk, "robot_resume", things.robot.pk)

    def test_settings_are_changed_and_the_change_is_told(
        self, clerk: Client, cast: Cast, things: Robots
    ) -> None:
        page = send(
            clerk, "robot_edit", things.robot.pk, title="新しい名前", start="schedule", daily_at="06:30"
        )
        assert "新しい名前" in page
        assert "06:30" in page
        history = text(clerk, url("robot_history", things.robot.pk))
        assert "ロボットの設定を変更した" in history
        assert cast.clerk.name in history
        assert "ロボットの相手のシステムを登録した" in history

    def test_a_procedure_is_chosen_from_those_of_the_body(
        self, clerk: Client, cast: Cast, things: Robots
    ) -> None:
        publish(cast, "library-card")
        fields = {"title": "名前", "start": "event"}
        assert "error-summary" in send(
            clerk, "robot_edit", things.robot.pk, **fields, procedure_code="nowhere"
        )
        things.robot.refresh_from_db()
        assert things.robot.procedure_code == ""
        send(clerk, "robot_edit", things.robot.pk, **fields, procedure_code="library-card")
        things.robot.refresh_from_db()
        assert (things.robot.start, things.robot.procedure_code) == ("event", "library-card")

    def test_the_reform_that_the_manifest_names_is_offered_and_bound(
        self, clerk: Client, cast: Cast, things: Robots
    ) -> None:
        page = url("robot_show", things.robot.pk)
        assert "robots.robot:ledger" in text(clerk, page)
        named = things.version.manifest["baseline"]
        reform = make_reform(cast.division, named, at=clock.now())
        assert "まだ数えていません" in text(clerk, page)
        shown = send(clerk, "robot_bind", things.robot.pk)
        assert f"業務の見直し「{reform.title}」（{named}）で数えています" in shown
        assert "ではありません" not in shown
        reform.refresh_from_db()
        assert reform.subject == "robots.robot:ledger"
        assert "結び付けられる業務の見直しがありません" in send(clerk, "robot_bind", things.robot.pk)
        item = services.finish_by_hand(
            item=things.item, receipt="R-1", human_minutes=Decimal(2), note="", by=SETUP, at=clock.now()
        )
        assert EffectRecord.objects.get(reform=reform).evidence == f"robots.item:{item.pk}"

    def test_a_reform_of_something_else_or_of_another_division_is_not_taken(
        self, clerk: Client, admin: Client, cast: Cast, things: Robots
    ) -> None:
        named = things.version.manifest["baseline"]
        reform = make_reform(cast.other_division, named, at=clock.now())
        assert "頼んでください" in text(clerk, url("robot_show", things.robot.pk))
        assert "結び付けられる業務の見直しがありません" in send(clerk, "robot_bind", things.robot.pk)
        for taken in ("intake.procedure:library-card", "robots.robot:second"):
            ReformCase.objects.filter(pk=reform.pk).update(subject=taken)
            if taken.endswith("second"):
                services.register_robot(
                    division=cast.division, code="second", title="二台目", package=things.robot.package,
                    target=things.target, start="hand", by=SETUP, at=clock.now(),
                )  # fmt: skip
            assert "結び付けられる業務の見直しがありません" in send(admin, "robot_bind", things.robot.pk)
        make_reform(cast.division, "other", subject="robots.robot:ledger", at=clock.now())
        assert f"宣言にある基準「{named}」ではありません" in text(clerk, url("robot_show", things.robot.pk))

    def test_a_schedule_needs_its_time(self, clerk: Client, things: Robots) -> None:
        page = send(clerk, "robot_edit", things.robot.pk, title="名前", start="schedule")
        assert "時刻を入れてください" in page

    def test_items_are_added_by_csv_all_or_none(self, clerk: Client, things: Robots) -> None:
        address = url("robot_import", things.robot.pk)
        assert "受付番号" in text(clerk, address)
        head = "受付番号,氏名又は名称,決定年月日,決定区分\r\n"
        good = f"{head}2026-000010,見本 一郎,2026-06-01,承認\r\n2026-000011,見本 二郎,2026-06-02,不承認\r\n"
        bad = f"{head}2026-000012,見本 三郎,2026-06-01,承認\r\n2026-000013,見本 四郎,2026-06-02,保留\r\n"
        answer = clerk.post(address, {"file": SimpleUploadedFile("x.csv", bad.encode("cp932"))})
        assert answer.status_code == 422
        assert "3行目" in answer.content.decode()
        assert "見本 四郎" not in answer.content.decode()
        assert not RobotItem.objects.filter(key__startswith="2026-00001").exists()
        answer = clerk.post(address, {"file": SimpleUploadedFile("x.csv", good.encode())}, follow=True)
        assert "2件を加えました" in answer.content.decode()
        assert RobotItem.objects.filter(key__startswith="2026-00001").count() == 2

    def test_an_administrator_registers_a_robot_and_chooses_its_version(
        self, admin: Client, cast: Cast, things: Robots
    ) -> None:
        answer = admin.post(
            reverse("robots:robot_create"),
            {
                "code": "second",
                "title": "二台目",
                "package": things.robot.package,
                "target": str(things.target.pk),
                "division": str(cast.division.pk),
                "start": "hand",
            },
        )
        robot = Robot.objects.get(code="second")
        assert answer.headers["Location"] == url("robot_use_version", robot.pk)
        send(admin, "robot_use_version", robot.pk, version=str(things.version.pk))
        robot.refresh_from_db()
        assert robot.version == things.version

    def test_a_code_that_is_taken_is_told(self, admin: Client, cast: Cast, things: Robots) -> None:
        answer = admin.post(
            reverse("robots:robot_create"),
            {
                "code": things.robot.code,
                "title": "二台目",
                "package": things.robot.package,
                "target": str(things.target.pk),
                "division": str(cast.division.pk),
                "start": "hand",
            },
        )
        assert answer.status_code == 422


class TestDifferences:
    """What does not agree is shown until somebody has closed it."""

    def test_closing_with_a_remark(self, clerk: Client, things: Robots) -> None:
        address = url("difference_list", things.robot.pk)
        assert things.difference.reference in text(clerk, address)
        assert "差が1件あります" in text(clerk, url("robot_show", things.robot.pk))
        send(clerk, "difference_close", things.difference.pk, note="相手に登録した")
        assert things.difference.reference not in text(clerk, address)
        assert "相手に登録した" in text(clerk, f"{address}?all=1")

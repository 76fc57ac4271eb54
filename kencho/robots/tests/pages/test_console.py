"""The console, seen by the fixed cast: who sees what, what the buttons do, what the pages say when nothing is there."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.applications.testing import publish
from kencho.audit.models import Entry
from kencho.files import services as files
from kencho.foundation import actors, clock
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, grant
from kencho.reforms.models import EffectRecord
from kencho.reforms.testing import make_reform
from kencho.robots import services
from kencho.robots.models import Difference, ItemFailure, Robot, RobotItem, RobotRun, Target
from kencho.robots.testing import VALUES, Robots, make_robots

ClientOf = Callable[[StaffMember], Client]
SETUP = actors.system("setup")
LIST, LEFT = reverse("robots:robot_list"), reverse("robots:item_left")
TARGETS, VERSIONS = reverse("robots:target_list"), reverse("robots:version_list")


@pytest.fixture
def things(cast: Cast) -> Robots:
    return make_robots(cast)


@pytest.fixture
def clerk(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.clerk)


@pytest.fixture
def admin(cast: Cast, client_of: ClientOf) -> Client:
    grant(cast.chief, RoleAssignment.Role.SYSTEM_ADMIN)
    return client_of(cast.chief)


def url(name: str, pk: int) -> str:
    return reverse(f"robots:{name}", args=[pk])


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def send(client: Client, view: str, pk: int, **fields: str) -> str:
    """Press a button and read the page that follows."""
    answer = client.post(url(view, pk), fields, follow=True)
    assert answer.status_code in {200, 422}
    return re.sub(r"\s+", " ", answer.content.decode())


class TestWhoSeesWhat:
    """The division sees its robots, administrators all of the body, other bodies nothing."""

    PAGES = ("robot_show", "robot_edit", "robot_import", "robot_history", "run_list", "difference_list")

    def test_the_division_sees_its_robots(self, clerk: Client, things: Robots) -> None:
        assert things.robot.title in text(clerk, LIST)
        for name in self.PAGES:
            assert things.robot.title in text(clerk, url(name, things.robot.pk))

    def test_another_division_does_not(self, cast: Cast, client_of: ClientOf, things: Robots) -> None:
        stranger = client_of(cast.other_division_clerk)
        assert things.robot.title not in text(stranger, LIST)
        for name in self.PAGES:
            text(stranger, url(name, things.robot.pk), 404)
        text(stranger, url("item_show", things.item.pk), 404)
        text(stranger, url("run_show", things.run.pk), 404)
        text(stranger, url("target_show", things.target.pk), 404)
        text(stranger, url("version_show", things.version.pk), 404)
        assert stranger.post(url("item_retry", things.item.pk)).status_code == 404

    def test_an_administrator_of_another_division_does(
        self, cast: Cast, client_of: ClientOf, things: Robots
    ) -> None:
        grant(cast.other_division_clerk, RoleAssignment.Role.SYSTEM_ADMIN)
        assert things.robot.title in text(client_of(cast.other_division_clerk), LIST)

    def test_an_administrator_of_another_body_does_not(
        self, cast: Cast, client_of: ClientOf, things: Robots
    ) -> None:
        grant(cast.other_body_clerk, RoleAssignment.Role.SYSTEM_ADMIN)
        stranger = client_of(cast.other_body_clerk)
        for address in (LIST, TARGETS, VERSIONS, LEFT):
            page = text(stranger, address)
            assert things.robot.title not in page
            assert things.target.name not in page
        text(stranger, url("robot_show", things.robot.pk), 404)

    @pytest.mark.parametrize("name", ["robot_create", "target_create"])
    def test_only_administrators_set_up(self, clerk: Client, admin: Client, name: str) -> None:
        text(clerk, reverse(f"robots:{name}"), 403)
        text(admin, reverse(f"robots:{name}"))

    def test_a_clerk_neither_changes_targets_nor_versions(self, clerk: Client, things: Robots) -> None:
        text(clerk, url("target_edit", things.target.pk), 403)
        text(clerk, url("version_request", things.version.pk), 403)
        assert clerk.post(url("version_retire", things.version.pk)).status_code == 403
        assert clerk.post(url("target_resume", things.target.pk)).status_code == 403
        text(clerk, url("robot_use_version", things.robot.pk), 403)


class TestEmpty:
    """A page with nothing on it says why, and what to do."""

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            (LIST, "まだありません"),
            (LEFT, "人が見る件はありません"),
            (TARGETS, "まだありません"),
            (VERSIONS, "まだ見つかっていません"),
        ],
    )
    def test_lists(self, admin: Client, address: str, words: str) -> None:
        assert words in text(admin, address)

    def test_a_robot_without_anything(self, clerk: Client, things: Robots) -> None:
        ItemFailure.objects.all().delete()
        Difference.objects.all().delete()
        RobotItem.objects.all().delete()
        RobotRun.objects.all().delete()
        page = text(clerk, url("robot_show", things.robot.pk))
        assert "件はまだありません" in page
        assert "まだ運転していません" in page
        assert "残っている差はありません" in text(clerk, url("difference_list", things.robot.pk))
        assert "まだ運転していません" in text(clerk, url("run_list", things.robot.pk))


class TestLists:
    """As many queries for many rows as for few; filters and pages."""

    def fill(self, things: Robots, number: int, begin: int = 0) -> None:
        now = clock.now()
        RobotItem.objects.bulk_create(
            RobotItem(
                robot=things.robot,
                key=f"K{begin + each:05}",
                state=RobotItem.State.WAITING,
                not_before=now,
                created_at=now,
            )
            for each in range(number)
        )

    def queries(self, client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    @pytest.mark.parametrize("name", ["robot_show", "item_left", "run_list", "robot_list"])
    def test_queries_do_not_grow(self, clerk: Client, things: Robots, name: str) -> None:
        address = (
            url(name, things.robot.pk) if name in {"robot_show", "run_list"} else reverse(f"robots:{name}")
        )
        few = self.queries(clerk, address)
        self.fill(things, 30)
        now = clock.now()
        for number in range(12):
            RobotItem.objects.create(
                robot=things.robot,
                key=f"F{number}",
                state=RobotItem.State.FAILED,
                reason="timeout",
                not_before=now,
                created_at=now,
            )
            RobotRun.objects.create(
                robot=things.robot,
                version=things.version,
                trigger="hand",
                started_by="職員",
                state="finished",
                started_at=now - timedelta(hours=number),
                alive_until=now,
                ended_at=now,
            )
        for number in range(3):
            services.register_robot(
                division=things.robot.division,
                code=f"more-{number}",
                title=f"ほかのロボット{number}",
                package=things.robot.package,
                target=things.target,
                start=Robot.Start.HAND,
                by=SETUP,
                at=now,
            )
        assert self.queries(clerk, address) == few

    def test_items_come_by_pages_and_by_conditions(self, clerk: Client, things: Robots) -> None:
        self.fill(things, 60)
        address = url("robot_show", things.robot.pk)
        page = text(clerk, address)
        assert "K00059" in page
        assert "K00001" not in page
        [following] = re.findall(r'href="(\?page=[^"]+)" rel="next"', page)
        assert "K00001" in text(clerk, address + following)
        failed = text(clerk, f"{address}?state=failed")
        assert things.item.key in failed
        assert "K00059" not in failed
        assert "K00042" in text(clerk, f"{address}?words=0042")
        assert "この条件の件はありません" in text(clerk, f"{address}?words=%E3%81%82")
        text(clerk, f"{address}?state=nonsense&page=nonsense")


class TestItems:
    """What a person may do about an item, and what is said."""

    def test_an_item_says_why_and_what_to_do(self, clerk: Client, things: Robots) -> None:
        page = text(clerk, url("item_show", things.item.pk))
        assert "相手の画面が変わっている" in page
        assert "新しい版を頼んでください" in page
        assert "段階：fill" in page
        assert "画面の写真はありません" in page
        assert "二重にはなりません" in page
        for value in (VALUES["applicant_name"],):
            assert value not in page

    def test_it_is_on_the_list_for_people(self, clerk: Client, things: Robots) -> None:
        assert things.item.key in text(clerk, LEFT)
        assert "人が見る件が1件あります" in text(clerk, LIST)

    def test_trying_again_puts_it_back(self, clerk: Client, things: Robots) -> None:
        assert "待ちに戻しました" in send(clerk, "item_retry", things.item.pk)
        things.item.refresh_from_db()
        assert things.item.state == RobotItem.State.WAITING

    def test_what_may_have_been_submitted_is_looked_up_first(self, clerk: Client, things: Robots) -> None:
        RobotItem.objects.filter(pk=things.item.pk).update(may_be_there=True)
        assert "先に相手の台帳を調べます" in text(clerk, url("item_show", things.item.pk))
        send(clerk, "item_retry", things.item.pk)
        things.item.refresh_from_db()
        assert things.item.state == RobotItem.State.UNCERTAIN

    def test_done_by_hand_needs_the_receipt_and_counts_the_minutes(
        self, clerk: Client, cast: Cast, things: Robots
    ) -> None:
        make_reform(cast.division)
        fields = {"finish-receipt": "", "finish-human_minutes": "12", "finish-note": "電話で確かめた"}
        assert "受付番号を入力してください" in send(clerk, "item_finish", things.item.pk, **fields)
        assert not EffectRecord.objects.exists()
        send(clerk, "item_finish", things.item.pk, **{**fields, "finish-receipt": "R-77"})
        things.item.refresh_from_db()
        assert (things.item.state, things.item.receipt) == (RobotItem.State.DONE, "R-77")
        assert EffectRecord.objects.get().human_minutes == Decimal(12)

    @pytest.mark.parametrize("minutes", ["", "-1", "abc", "99999999"])
    def test_minutes_that_cannot_be_are_told(self, clerk: Client, things: Robots, minutes: str) -> None:
        answer = clerk.post(
            url("item_finish", things.item.pk),
            {"finish-receipt": "R-77", "finish-human_minutes": minutes},
        )
        assert answer.status_code == 422
        things.item.refresh_from_db()
        assert things.item.state == RobotItem.State.FAILED

    def test_set_aside_and_remarks(self, clerk: Client, things: Robots) -> None:
        assert "引き取りました" in send(
            clerk, "item_set_aside", things.item.pk, **{"aside-note": "窓口で対応"}
        )
        page = send(clerk, "item_note", things.item.pk, note="相手に連絡済み")
        assert "相手に連絡済み" in page
        things.item.refresh_from_db()
        assert things.item.state == RobotItem.State.SET_ASIDE

    def test_a_done_item_offers_nothing_to_do(self, clerk: Client, things: Robots) -> None:
        RobotItem.objects.filter(pk=things.item.pk).update(
            state=RobotItem.State.DONE, done_at=clock.now(), reason="", input={}
        )
        page = text(clerk, url("item_show", things.item.pk))
        assert "すること" not in page
        assert "いまの状態ではできません" in send(clerk, "item_retry", things.item.pk)

    def test_the_picture_is_for_the_division_only(
        self, clerk: Client, cast: Cast, client_of: ClientOf, things: Robots
    ) -> None:
        address = url("failure_picture", things.failure.pk)
        text(clerk, address, 404)
        png = b"\x89PNG\r\n\x1a\n" + bytes(64)
        things.failure.screenshot = files.keep(body=cast.body, content=png, kind="image/png", at=clock.now())
        things.failure.save()
        answer = clerk.get(address)
        assert (answer.content, answer["Content-Type"]) == (png, "image/png")
        assert "no-store" in answer["Cache-Control"]
        assert address in text(clerk, url("item_show", things.item.pk))
        text(client_of(cast.other_division_clerk), address, 404)


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


class TestTargets:
    """The switch: whoever has a robot there may pull it, only administrators put it on again."""

    def test_pulling_the_switch_needs_a_reason(self, clerk: Client, admin: Client, things: Robots) -> None:
        address = url("target_stop", things.target.pk)
        assert "すべて止める" in text(clerk, address)
        assert clerk.post(address, {"reason": " "}).status_code == 422
        page = send(clerk, "target_stop", things.target.pk, reason="二重に登録されている")
        assert "二重に登録されている" in page
        assert "再開できるのはシステムの管理者です" in page
        assert "止めています" in text(clerk, LIST)
        assert "運転できません" in text(clerk, url("robot_show", things.robot.pk))
        assert "再開しました" in send(admin, "target_resume", things.target.pk)
        assert Entry.objects.filter(action="robots.target.stop").count() == 1

    def test_registering_and_changing(self, admin: Client, cast: Cast) -> None:
        fields = {"code": "ledger", "name": "台帳", "base_url": "https://ledger.example.jp", "is_real": "on"}
        admin.post(reverse("robots:target_create"), {**fields, "credential_ref": "LEDGER_PASSWORD"})
        target = Target.objects.get()
        assert target.is_real
        changed = {"name": "新しい台帳", "base_url": "https://ledger.example.jp"}
        send(admin, "target_edit", target.pk, **changed, is_real="on")
        target.refresh_from_db()
        assert (target.name, target.is_real, target.code) == ("新しい台帳", True, "ledger")

    def test_a_real_target_stays_real(self, admin: Client) -> None:
        """Else a version that nobody approved could be let loose on it by unticking a box."""
        fields = {"code": "ledger", "name": "台帳", "base_url": "https://ledger.example.jp", "is_real": "on"}
        admin.post(reverse("robots:target_create"), fields)
        target = Target.objects.get()
        answer = admin.post(
            url("target_edit", target.pk), {"name": "台帳", "base_url": "https://ledger.example.jp"}
        )
        target.refresh_from_db()
        assert target.is_real
        assert "別の相手として登録してください" in answer.content.decode()

    @pytest.mark.parametrize("base_url", ["ftp://ledger.example.jp", "https://a:b@ledger.example.jp", "x"])
    def test_an_address_that_cannot_be_is_told(self, admin: Client, base_url: str) -> None:
        fields = {"code": "ledger", "name": "台帳", "base_url": base_url}
        assert admin.post(reverse("robots:target_create"), fields).status_code == 422

    def test_a_secret_is_never_asked_for_nor_shown(self, admin: Client, things: Robots) -> None:
        page = text(admin, url("target_edit", things.target.pk))
        assert 'type="password"' not in page
        assert "暗証そのものは、ここに書かないでください" in page


class TestVersions:
    """What was found, what is in it, and asking for approval."""

    def test_a_version_shows_manifest_and_files(self, clerk: Client, things: Robots) -> None:
        page = text(clerk, url("version_show", things.version.pk))
        for part in (things.version.digest, "manifest.yaml", "robot.py", "sign_in", "氏名又は名称"):
            assert part in page
        assert "承認を求める" not in page

    def test_finding_new_versions(self, admin: Client, things: Robots) -> None:
        answer = admin.post(reverse("robots:version_find"), follow=True)
        assert "新しい版はありません" in answer.content.decode()

    def test_asking_for_approval_needs_a_reason(self, admin: Client, things: Robots) -> None:
        address = url("version_request", things.version.pk)
        assert admin.post(address, {"reason": ""}).status_code == 422
        assert "承認を求める" in text(admin, url("version_show", things.version.pk))

    def test_retiring(self, admin: Client, things: Robots) -> None:
        assert "使用をやめました" in send(admin, "version_retire", things.version.pk)
        things.version.refresh_from_db()
        assert things.version.state == "retired"


class TestRuns:
    """How a run ended and its log."""

    def test_a_run_tells_its_figures_and_its_log(self, clerk: Client, cast: Cast, things: Robots) -> None:
        assert "記録はまだありません" in text(clerk, url("run_show", things.run.pk))
        lines = [
            {"at": "2026-06-01T01:00:01.000+00:00", "event": "begin", "item": things.item.pk},
            {"at": "x", "event": "step", "item": things.item.pk, "step": "fill", "field": "applicant_name"},
            {"at": "2026-06-01T01:00:03.000+00:00", "event": "of_another_version", "item": 0},
        ]
        content = "\n".join(map(json.dumps, lines)) + '\n{"at": "half'
        things.run.log = files.keep(body=cast.body, content=content.encode(), kind="jsonl", at=clock.now())
        things.run.save()
        page = text(clerk, url("run_show", things.run.pk))
        for part in ("10:00:01", "件を始めた", "applicant_name", "of_another_version", things.item.key):
            assert part in page
        assert things.run.get_state_display() in text(clerk, url("run_list", things.robot.pk))

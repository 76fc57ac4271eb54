"""Who sees the console, what it says when nothing is there, and its lists."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.foundation import clock
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, grant
from kencho.robots import services
from kencho.robots.models import Difference, ItemFailure, Robot, RobotItem, RobotRun
from kencho.robots.testing import Robots
from kencho.robots.tests.pages.walk import LEFT, LIST, SETUP, TARGETS, VERSIONS, ClientOf, text, url


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

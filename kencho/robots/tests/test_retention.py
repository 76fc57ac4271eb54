"""What robots leave behind goes after its days; what was done stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import Settings

from kencho.files import services as files
from kencho.files.models import StoredFile
from kencho.foundation import clock
from kencho.robots import services
from kencho.robots.models import ItemFailure, RobotItem
from kencho.robots.tests.people import BY, World


def test_input_and_picture_go_after_their_days(world: World, settings: Settings) -> None:
    settings.ROBOT_KEEP_DAYS = 90
    robot = world.robot()
    ended, waiting = world.item(robot, "N-1"), world.item(robot, "N-2")
    RobotItem.objects.filter(pk=ended.pk).update(state=RobotItem.State.SET_ASIDE)
    at = clock.now()
    picture = files.keep(body=robot.body, content=b"\x89PNG of a failure", kind="png", at=at)
    failure = ItemFailure.objects.create(item=ended, at=at, step="entry", reason="hung", screenshot=picture)

    assert services.erase_old(by=services.KENCHO, at=at + timedelta(days=89)) == services.Erased(0, 0, 0)
    assert services.erase_old(by=services.KENCHO, at=at + timedelta(days=91)) == services.Erased(1, 1, 0)

    for each in (ended, waiting, failure):
        each.refresh_from_db()
    assert ended.input == {}
    assert waiting.input != {}
    assert failure.screenshot is None
    assert (failure.step, failure.reason) == ("entry", "hung")
    assert not StoredFile.objects.filter(pk=picture.pk).exists()


def test_only_kencho_itself_erases(world: World) -> None:
    with pytest.raises(PermissionDenied):
        services.erase_old(by=BY.__class__(kind=BY.kind.STAFF, id="24000:1", name="x"), at=clock.now())

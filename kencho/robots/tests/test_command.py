"""``kencho robots`` from the command line."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kencho.robots.models import RobotVersion, Target
from kencho.robots.tests.people import SHELF, World


def _said(*words: str) -> str:
    out = io.StringIO()
    call_command("robots", *words, stdout=out)
    return out.getvalue()


def test_check_names_every_package_or_what_is_wrong(tmp_path: Path) -> None:
    assert "plain_entry 1.0.0" in _said("check", str(SHELF / "plain_entry"))
    (tmp_path / "manifest.yaml").write_text("id: 1\n")
    with pytest.raises(CommandError):
        _said("check", str(tmp_path))


def test_run_list_and_stop(world: World) -> None:
    robot = world.robot(code="entry")
    world.item(robot)
    assert "entry" in _said("list")
    assert "待ち 1" in _said("list")
    assert "済み 1" in _said("run", "entry", "--wait")
    assert len(world.old.entries) == 1
    with pytest.raises(CommandError):
        _said("run", "entry")
    with pytest.raises(CommandError):
        _said("run", "nobody")
    _said("stop", "old-ledger", "--reason", "点検")
    assert Target.objects.get().is_stopped
    with pytest.raises(CommandError):
        _said("stop", "old-ledger", "--reason", "点検")
    assert "相手を停止中" in _said("list")


def test_find_registers_for_every_body(world: World, settings: Any) -> None:
    _said("find")
    bodies = set(RobotVersion.objects.values_list("body__code", flat=True))
    assert bodies == {"240001", "242012"}

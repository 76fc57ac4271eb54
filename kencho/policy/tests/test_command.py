"""``kencho policy``: the whole round from the command line."""

import json
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kencho.foundation.clock import JST
from kencho.organization.models import Body
from kencho.organization.testing import Cast
from kencho.policy import services
from kencho.policy.models import Actual, Indicator, PolicyNode
from kencho.policy.testing import MEASURE406, SETUP, Fact, Ledger

AFTER = datetime(2021, 5, 31, 17, 0, tzinfo=JST)


def run(*words: object) -> str:
    out = StringIO()
    call_command("policy", *map(str, words), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_import_and_export(cast: Cast, ledger: Ledger, tmp_path: Path) -> None:
    assert "第1版" in run("import", MEASURE406)
    assert "何も変えていません" in run("import", MEASURE406)
    text = run("export", "406", "--format", "text")
    assert "22,299 件" in text
    assert text == run("export", "406", "--year", "R3", "--revision", 1)
    assert json.loads(run("export", "406", "--format", "json"))["code"] == "406"
    file = tmp_path / "sheet.yaml"
    run("export", "406", "--format", "yaml", "--out", file)
    assert "何も変えていません" in run("import", file)
    assert "速報" not in text
    assert "0 件" in run("export", "406", "--live")


def test_checking_writes_nothing(cast: Cast) -> None:
    assert "誤りはありません" in run("import", MEASURE406, "--check")
    assert not PolicyNode.objects.exists()


def test_refusals_name_the_cell(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        MEASURE406.read_text(encoding="utf-8").replace("fy2020: 1116009", "fy2020: 1"), encoding="utf-8"
    )
    with pytest.raises(CommandError, match=r"totals\.printed_projects\.fy2020"):
        run("import", file)
    with pytest.raises(CommandError, match="読めません"):
        run("import", tmp_path / "nowhere.yaml")
    for words in (("export", "999"), ("recompute", 7), ("import", MEASURE406, "--body", "000000")):
        with pytest.raises(CommandError):
            run(*words)


@pytest.mark.parametrize("words", [("--year", "35年度"), ("--revision", "9")])
def test_exports_that_are_not_there(measure: PolicyNode, words: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        run("export", "406", *words)


def test_several_prefectures_must_be_named(cast: Cast) -> None:
    Body.objects.filter(slug="tsu").update(kind=Body.Kind.PREFECTURE)
    with pytest.raises(CommandError, match="--body"):
        run("verify")


@pytest.fixture
def figure(received: Indicator, ledger: Ledger) -> Actual:
    """A confirmed figure of two rows."""
    for sign in ("a", "b"):
        ledger.add(Fact(sign, date(2020, 6, 1), datetime(2020, 7, 1, tzinfo=JST)))
    return services.freeze_actual(indicator=received, year=2020, status="confirmed", by=SETUP, at=AFTER)


def test_verify_agrees_or_fails_with_the_difference(figure: Actual, ledger: Ledger) -> None:
    assert "合わないもの 0 件" in run("verify")
    assert "一致" in run("recompute", figure.snapshot_id)
    ledger.add(Fact("late", date(2020, 6, 2), datetime(2021, 9, 1, tzinfo=JST)))
    assert "合わないもの 0 件" in run("verify")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("policy", "verify", "--now", stdout=out)
    assert ended.value.code == 1
    assert "added late" in out.getvalue()
    ledger.erase("a")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("policy", "recompute", str(figure.snapshot_id), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["agrees"], told["removed"], told["before"], told["now"]) == (False, ["a"], "2", "1")

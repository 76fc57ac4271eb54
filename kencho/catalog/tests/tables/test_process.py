"""The child: what it cannot reach, how it ends, and its jobs from end to end."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kencho.catalog.tables.process import PreparationProcess
from kencho.catalog.tables.refusals import CODES, Refused

JOBS = "kencho.catalog.tests.tables.jobs_for_tests:"
CSV = "施設名,利用者数,開設日\r\n図書館（①）,120,2020-04-01\r\n体育館,,2021-05-01\r\n"


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    path = tmp_path / "dropped.csv"
    path.write_bytes(CSV.encode("cp932"))
    return path


def _run(job: str, dropped: Path, **more: Any) -> dict[str, Any]:
    memory = more.pop("memory", 400 * 1024 * 1024)
    return PreparationProcess(memory=memory).run(job, inputs={"file": dropped}, **more)


def test_a_job_reaches_nothing_but_its_file_and_its_desk(tmp_path: Path, dropped: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    found = _run(JOBS + "escape", dropped, params={"secret": str(secret)})
    reached = {name for name, was in found.items() if was is True}
    assert reached == {"thread", "desk"}
    assert not [name for name in found["environment"] if "KENCHO" in name or "SECRET" in name]
    assert dropped.read_bytes() == CSV.encode("cp932")


def test_too_much_memory_is_refused(dropped: Path) -> None:
    with pytest.raises(Refused) as caught:
        _run(JOBS + "grow", dropped, memory=200 * 1024 * 1024)
    assert caught.value.code == "too_much_memory"


def test_too_much_time_is_refused_and_leaves_no_half_result(tmp_path: Path, dropped: Path) -> None:
    said: list[tuple[str, int, int]] = []
    target = tmp_path / "table.csv"
    target.write_text("before")
    with pytest.raises(Refused, match="timed_out"):
        _run(
            JOBS + "hang", dropped, outputs={"table": target}, seconds=2.0,
            progress=lambda *step: said.append(step),
        )  # fmt: skip
    assert said == [("hang", 1, 2)]
    assert target.read_text() == "before"


def test_a_job_can_be_stopped(tmp_path: Path, dropped: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match="stopped"):
        _run(
            JOBS + "hang",
            dropped,
            outputs={"table": tmp_path / "x"},
            stop=lambda: time.monotonic() > began + 1,
        )
    assert time.monotonic() - began < 20


def test_a_crash_is_refused(dropped: Path) -> None:
    with pytest.raises(Refused, match="crashed"):
        _run(JOBS + "die", dropped)


@pytest.mark.parametrize(
    "job", ["nothing", "os:system", "kencho.files.services:store", "kencho.catalog.x:_y", ""]
)
def test_only_functions_of_the_catalogue_are_jobs(job: str, dropped: Path) -> None:
    with pytest.raises(Refused, match="unknown_job"):
        _run(job, dropped)


def test_from_a_dropped_file_to_downloads(tmp_path: Path, dropped: Path) -> None:
    name = {"name": "施設.csv"}
    seen = _run("inspect", dropped, params=name)
    assert (seen["kind"], seen["encoding"], seen["sheets"][0]["header"]) == (
        "csv",
        "cp932",
        ["施設名", "利用者数", "開設日"],
    )
    assert [each["type"] for each in seen["schema"]["fields"]] == ["string", "integer", "date"]
    stored = tmp_path / "table.parquet"
    said: list[str] = []
    made = _run(
        "prepare",
        dropped,
        outputs={"parquet": stored},
        params=name,
        progress=lambda stage, *_: said.append(stage),
    )
    assert (made["rows"], made["is_valid"], made["is_written"], len(made["digest"])) == (2, True, True, 64)
    assert said[0] == "read"
    assert said[-1] == "done"
    text, copy = tmp_path / "out.csv", tmp_path / "copy.csv"
    _run("prepare", dropped, outputs={"parquet": stored, "csv": copy}, params=name)
    assert copy.read_bytes() == CSV.encode("utf-8-sig")
    PreparationProcess().run(
        "export", inputs={"parquet": stored}, outputs={"file": text}, params={"format": "csv_cp932"}
    )
    assert text.read_bytes() == CSV.encode("cp932")


def test_a_table_with_a_lossy_finding_is_not_stored(tmp_path: Path, dropped: Path) -> None:
    target = tmp_path / "table.parquet"
    schema = {
        "fields": [
            {"name": "施設名"},
            {"name": "利用者数", "type": "date"},
            {"name": "開設日", "type": "date"},
        ]
    }
    made = _run("prepare", dropped, outputs={"parquet": target}, params={"schema": schema})
    assert (made["is_valid"], made["is_written"]) == (False, False)
    assert made["findings"] == [{"row": 2, "column": "利用者数", "kind": "type", "value": "120"}]
    assert not target.exists()


def test_the_light_half_loads_nothing_heavy() -> None:
    code = (
        "import sys; import kencho.catalog.tables.process, kencho.catalog.tables.rows, kencho.catalog.tables.decode;"
        "heavy = {'polars', 'duckdb', 'numpy', 'python_calamine', 'xlsxwriter', 'shapefile', 'django.apps'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_code_that_is_said_is_declared() -> None:
    import re

    folder = Path(sys.modules["kencho.catalog.tables"].__path__[0])
    said = {
        code
        for path in folder.rglob("*.py")
        for code in re.findall(r"(?:Refused|SchemaError)\(\s*\"([a-z_0-9]+)\"", path.read_text())
    }
    assert said
    assert said <= set(CODES)


def test_desks_of_killed_processes_are_swept(tmp_path: Path, dropped: Path) -> None:
    left = tmp_path / "tables-left"
    left.mkdir()
    (left / "lock").touch()
    PreparationProcess(desk=tmp_path).run("infer", inputs={"file": dropped})
    assert not list(tmp_path.glob("tables-*"))

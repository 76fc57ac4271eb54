"""The reading child: it answers, it is walled in, and whatever happens to it the next page is read."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from kencho.intake.engine import process as processes
from kencho.intake.engine.documents import Limits, Unreadable
from kencho.intake.engine.process import Job, ReadingProcess
from kencho.intake.engine.shapes import Kind, PageReading, Reason, Rect, Refusal
from kencho.intake.tests.engine import children
from kencho.intake.tests.engine.sheets import FIELDS, PRINTED, template

READER = "kencho.intake.tests.engine.children:reader"
ROOT = Path(processes.__file__).resolve().parents[3]

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scans") / "scans"
    pages = [Image.new("1", (1240, 1754), 1) for _ in range(8)]
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:], dpi=(150, 150), compression="group4")
    return path


@pytest.fixture(scope="module")
def job() -> Job:
    picture = io.BytesIO()
    Image.new("L", (1240, 1754), 255).save(picture, "PNG")
    return Job(
        templates={PRINTED: template(), "other": template()},
        blanks={PRINTED: picture.getvalue()},
        options={"free_labels": {"legacy": list(FIELDS[:2])}},
    )


@pytest.fixture(scope="module")
def reading() -> Iterator[ReadingProcess]:
    with ReadingProcess(page_seconds=30, reader=READER, limits=Limits(pages=8)) as made:
        yield made


def read(reading: ReadingProcess, scans: Path, job: Job, number: int = 1) -> PageReading:
    assert reading.open(scans) == 8
    return reading.read(number, job)


def test_page_comes_back_whole(reading: ReadingProcess, scans: Path, job: Job) -> None:
    page = read(reading, scans, job)
    assert page.refusal is None
    assert (page.number, page.template_id, page.dpi) == (1, "form", 150)
    assert page.image == b"\x89PNG picture"
    assert page.cpu_seconds > 0
    (field,) = page.fields
    assert field.kind is Kind.NAME
    assert field.value == {"family": "山田"}
    assert field.reasons == (Reason.LOW_SCORE,)
    assert field.candidates[0].text == "山田"
    assert field.crop == Rect(1, 2, 3, 4.5)
    assert page.detail["shape"] == [1754, 1240]
    assert page.detail["blanks"] == {PRINTED: True, "other": False}
    assert page.detail["kinds"] == [each.kind.value for each in FIELDS] * 2
    assert page.detail["free"] == ["name", "telephone"]


def test_child_lives_on_between_pages_and_files(
    reading: ReadingProcess, scans: Path, job: Job, tmp_path: Path
) -> None:
    read(reading, scans, job)
    pid = reading.pid
    other = tmp_path / "other"
    Image.new("L", (1240, 1754), 255).save(other, "PNG", dpi=(150, 150))
    assert reading.open(other) == 1
    assert reading.read(1, job).refusal is None
    assert reading.read(2, job).refusal is Refusal.BROKEN
    assert reading.pid == pid


@pytest.mark.parametrize(
    ("data", "refusal"), [(b"", Refusal.EMPTY_FILE), (b"%PDF-1.4 nothing", Refusal.BROKEN)]
)
def test_unreadable_file_is_refused_and_the_child_stays(
    reading: ReadingProcess, scans: Path, job: Job, tmp_path: Path, data: bytes, refusal: Refusal
) -> None:
    read(reading, scans, job)
    pid = reading.pid
    bad = tmp_path / "bad"
    bad.write_bytes(data)
    with pytest.raises(Unreadable) as refused:
        reading.open(bad)
    assert refused.value.refusal is refusal
    assert read(reading, scans, job).refusal is None
    assert reading.pid == pid


def test_limits_reach_the_child(scans: Path) -> None:
    with (
        ReadingProcess(reader=READER, limits=Limits(pages=7)) as small,
        pytest.raises(Unreadable) as refused,
    ):
        small.open(scans)
    assert refused.value.refusal is Refusal.TOO_MANY_PAGES


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        (children.DIES, Refusal.CRASHED),
        (children.LIES, Refusal.CRASHED),
        (children.EATS, Refusal.TOO_MANY_PIXELS),
    ],
)
def test_page_that_kills_the_child_is_refused_and_the_next_is_read(
    reading: ReadingProcess, scans: Path, job: Job, number: int, refusal: Refusal
) -> None:
    page = read(reading, scans, job, number)
    assert (page.number, page.refusal) == (number, refusal)
    assert reading.read(1, job).refusal is None


def test_page_that_hangs_is_given_up_in_time(scans: Path, job: Job) -> None:
    with ReadingProcess(page_seconds=1.0, reader=READER) as impatient:
        impatient.open(scans)
        pid = impatient.pid
        begun = time.monotonic()
        page = impatient.read(children.HANGS, job)
        assert page.refusal is Refusal.TIMED_OUT
        assert time.monotonic() - begun < 20
        assert pid is not None
        assert not alive(pid)


def test_child_that_was_killed_between_pages_costs_no_page(
    reading: ReadingProcess, scans: Path, job: Job
) -> None:
    read(reading, scans, job)
    pid = reading.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until_dead(pid)
    assert reading.read(1, job).refusal is None
    assert reading.pid != pid


def test_child_that_is_killed_at_work_costs_that_page_only(scans: Path, job: Job) -> None:
    with ReadingProcess(page_seconds=60, reader=READER) as reading:
        read(reading, scans, job)
        pid = reading.pid
        assert pid is not None
        killer = subprocess.Popen(["/bin/sh", "-c", f"sleep 1; kill -9 {pid}"])
        try:
            page = reading.read(children.HANGS, job)
        finally:
            killer.wait()
        assert page.refusal is Refusal.CRASHED
        assert reading.read(1, job).refusal is None


def test_walls_stand(reading: ReadingProcess, scans: Path, job: Job) -> None:
    page = read(reading, scans, job, children.ASKS)
    assert page.refusal is None
    assert page.detail["reached"] == []
    assert {"seccomp", "landlock"} <= set(reading.walls)


def test_what_the_child_prints_disturbs_nobody(reading: ReadingProcess, scans: Path, job: Job) -> None:
    assert read(reading, scans, job, children.TALKS).refusal is None


def test_child_dies_with_its_parent(scans: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from kencho.intake.engine.process import ReadingProcess;"
        f"r = ReadingProcess(reader={READER!r}); r.open(Path({str(scans)!r})); print(r.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until_dead(child)


def test_parent_stays_lean() -> None:
    program = (
        "import sys; import kencho.intake.engine.process;"
        "sys.exit(bool({'numpy', 'cv2', 'onnxruntime', 'PIL', 'pypdfium2', 'django'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_reading_needs_an_open_file(job: Job) -> None:
    with ReadingProcess(reader=READER) as reading, pytest.raises(ValueError, match="no file"):
        reading.read(1, job)


def test_closing_leaves_nothing_behind(scans: Path, job: Job) -> None:
    reading = ReadingProcess(reader=READER)
    read(reading, scans, job)
    pid = reading.pid
    assert pid is not None
    desk = Path(f"/proc/{pid}/cwd").readlink() if os.geteuid() == 0 else None
    reading.close()
    reading.close()
    assert not alive(pid)
    assert desk is None or not desk.exists()


def alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def wait_until_dead(pid: int) -> None:
    until = time.monotonic() + 20
    while alive(pid):
        assert time.monotonic() < until
        time.sleep(0.05)

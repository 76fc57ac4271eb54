"""The parent believes nothing that it cannot check, and always answers."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kencho.files.sanitize import Action, Limits, Reason, runner, sanitize_file
from kencho.files.tests.sanitize.conftest import Rebuild
from kencho.files.tests.sanitize.samples._pdf import document


def behave(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let a worker under foreign command stand in for the real one."""
    start = "import json, os, sys, time; request = json.loads(sys.stdin.readline());"
    monkeypatch.setattr(runner, "BOOTSTRAP", start + code)


GOOD = '{"kind": "txt", "action": "rebuilt", "reason": "ok", "removed": [], "flags": [], "pages": None, "isolation": [], "detail": ""}'


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("time.sleep(60)", Reason.TIMEOUT),
        ("[1 for _ in iter(int, 1)]", Reason.TIMEOUT),
        ("os.kill(os.getpid(), 11)", Reason.CRASHED),
        ("os.abort()", Reason.MEMORY),
        ("sys.exit(3)", Reason.CRASHED),
        ("pass", Reason.CRASHED),
        ("print('no json')", Reason.CRASHED),
        ("print('[]')", Reason.CRASHED),
        ("print('x' * 200_000)", Reason.CRASHED),
        (f"print(json.dumps({GOOD}))", Reason.CRASHED),  # promises a file and wrote none
        (f"print(json.dumps({GOOD} | {{'reason': 'broken'}}))", Reason.CRASHED),
        (f"print(json.dumps({GOOD} | {{'kind': 'exe'}}))", Reason.CRASHED),
        (
            f"os.write(request['target'], b'x' * 2_000); print(json.dumps({GOOD}))",
            Reason.CRASHED,
        ),  # too large
        ("os.write(request['target'], b'unvouched'); sys.exit(1)", Reason.CRASHED),
    ],
)
def test_a_worker_that_misbehaves_yields_no_file(
    code: str, reason: Reason, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behave(monkeypatch, code)
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b"text")
    outcome = sanitize_file(source, target, limits=Limits(wall_seconds=1.0, bytes_out=1_000))
    assert (outcome.action, outcome.reason) == (Action.REFUSED, reason)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_children_of_a_worker_do_not_outlive_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    behave(monkeypatch, f"os.fork() or (time.sleep(2), open({str(mark)!r}, 'w')); time.sleep(60)")
    source = tmp_path / "in"
    source.write_bytes(b"text")
    outcome = sanitize_file(source, tmp_path / "out", limits=Limits(wall_seconds=0.7))
    assert outcome.reason is Reason.TIMEOUT
    time.sleep(1.8)
    assert not mark.exists()


def test_old_target_stays_when_the_new_file_is_refused(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b"MZ" + b"\0" * 100)
    target.write_bytes(b"old")
    assert not sanitize_file(source, target).accepted
    assert target.read_bytes() == b"old"


def test_missing_empty_and_oversized_sources(tmp_path: Path) -> None:
    assert sanitize_file(tmp_path / "none", tmp_path / "out").reason is Reason.NOT_READABLE
    (tmp_path / "in").write_bytes(b"")
    assert sanitize_file(tmp_path / "in", tmp_path / "out").reason is Reason.EMPTY
    (tmp_path / "in").write_bytes(b"x" * 11)
    assert (
        sanitize_file(tmp_path / "in", tmp_path / "out", limits=Limits(bytes_in=10)).reason
        is Reason.TOO_LARGE
    )


def test_limits_of_the_caller_hold(rebuild: Rebuild) -> None:
    assert rebuild(document(pages=3), Limits(pages=2))[0].reason is Reason.TOO_MANY_PAGES
    assert rebuild(document(pages=3), Limits(bytes_out=200))[0].reason is Reason.TOO_LARGE


def test_same_file_gives_the_same_bytes_and_their_hash(rebuild: Rebuild) -> None:
    first, once = rebuild(document())
    second, again = rebuild(document())
    assert once == again
    assert first.sha256 == second.sha256 == hashlib.sha256(once).hexdigest()
    assert rebuild(once)[1] == once


def test_no_heavy_library_is_loaded_by_the_parent() -> None:
    code = (
        "import sys; sys.path.append(sys.argv[1]); import kencho.files.sanitize;"
        "print(*{'pikepdf', 'pypdfium2', 'PIL', 'lxml', 'django', 'clamd'} & set(sys.modules))"
    )
    command = [sys.executable, "-I", "-c", code, str(runner.PACKAGE_ROOT)]
    assert subprocess.run(command, capture_output=True, check=True).stdout.strip() == b""

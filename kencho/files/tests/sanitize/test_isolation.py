"""The worker's walls: no network, no programs, no foreign files, bounded resources."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kencho.files.sanitize import Action, Limits, Reason, isolation, runner, sanitize_file
from kencho.files.sanitize.worker import readable_paths

# Put up the walls as the worker does, then try what a hijacked worker would try; each trial answers its error or "done".
TRIALS = """
import json, os, socket, sys
from pathlib import Path
sys.path.append(sys.argv[1])
from kencho.files.sanitize import isolation
from kencho.files.sanitize.outcome import Limits
from kencho.files.sanitize.worker import readable_paths

def trial(act):
    try:
        act()
    except BaseException as error:
        return type(error).__name__
    return "done"

only = sys.argv[3]
if only == "seccomp":
    isolation._restrict_files = lambda *a, **k: False
    isolation.CLONE_NEWUSER = isolation.CLONE_NEWNET = 0
isolation.limit_resources(Limits())
walls = isolation.raise_walls(readable=readable_paths(), writable=Path.cwd())
print(json.dumps({
    "walls": walls,
    "tcp": trial(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[4])), timeout=2)),
    "udp": trial(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
    "unix": trial(lambda: socket.socket(socket.AF_UNIX)),
    "pair": trial(lambda: socket.socketpair()),
    "fork": trial(os.fork),
    "exec": trial(lambda: os.execv(sys.executable, [sys.executable, "-c", "1"])),
    "kill": trial(lambda: os.kill(os.getppid(), 0)),
    "pidfd": trial(lambda: os.pidfd_open(os.getppid())),
    "read": trial(lambda: open(sys.argv[2]).read()),
    "write": trial(lambda: open(sys.argv[2] + ".new", "w")),
    "own": trial(lambda: open("own", "w").write("x")),
    "memory": trial(lambda: bytearray(2 * 1024 ** 3)),
}))
"""


def run_trials(tmp_path: Path, only: str, port: int) -> dict[str, Any]:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    desk = tmp_path / "desk"
    desk.mkdir()
    done = subprocess.run(
        [sys.executable, "-I", "-c", TRIALS, str(runner.PACKAGE_ROOT), str(secret), only, str(port)],
        capture_output=True, cwd=desk, env={}, check=True, timeout=30,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def listener() -> Any:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_all_walls_hold(tmp_path: Path, listener: int) -> None:
    answer = run_trials(tmp_path, "all", listener)
    assert isolation.is_offline(tuple(answer["walls"]))
    for name in ("tcp", "udp", "unix", "pair", "fork", "exec", "kill", "pidfd"):
        assert answer[name] in {"PermissionError", "BlockingIOError"}, name
    if "landlock" in answer["walls"]:
        assert (answer["read"], answer["write"], answer["own"]) == (
            "PermissionError",
            "PermissionError",
            "done",
        )
    assert answer["memory"] == "MemoryError"


def test_call_filter_alone_keeps_the_worker_offline(tmp_path: Path, listener: int) -> None:
    """Containers often forbid user namespaces; the filter must be enough by itself."""
    answer = run_trials(tmp_path, "seccomp", listener)
    assert "seccomp" in answer["walls"]
    assert "landlock" not in answer["walls"]
    assert answer["tcp"] == answer["udp"] == answer["unix"] == "PermissionError"


def test_filter_knows_both_common_processors_and_no_other() -> None:
    for machine in ("x86_64", "aarch64"):
        code = isolation.filter_program(machine)
        assert len(code) % 8 == 0
        assert 60 * 8 > len(code) > 20 * 8
    assert isolation.filter_program("m68k") == b""


def test_secrets_of_the_site_are_not_readable_by_the_worker() -> None:
    paths = readable_paths()
    assert runner.PACKAGE_ROOT not in paths
    assert not any(path in {Path("/"), Path.home(), Path("/etc"), Path("/home")} for path in paths)


def test_without_any_wall_every_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "a.txt", tmp_path / "b.txt"
    source.write_text("ふつうの文")
    bare = "import sys; sys.path.append(sys.argv[1]); from kencho.files.sanitize import isolation, worker;"
    bare += "isolation.raise_walls = lambda **k: (); sys.exit(worker.main())"
    monkeypatch.setattr(runner, "BOOTSTRAP", bare)
    outcome = sanitize_file(source, target)
    assert (outcome.action, outcome.reason) == (Action.REFUSED, Reason.NO_ISOLATION)
    assert not target.exists()
    outcome = sanitize_file(source, target, limits=dataclasses.replace(Limits(), require_isolation=False))
    assert (outcome.accepted, outcome.isolation) == (True, ())

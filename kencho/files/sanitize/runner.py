"""Rebuilding one file in a separate, walled-off process, and believing only what can be checked from outside."""

import contextlib
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from kencho.files.sanitize.kinds import Kind
from kencho.files.sanitize.outcome import Action, Flag, Limits, Outcome, Reason, Removed

logger = logging.getLogger(__name__)

PACKAGE_ROOT = Path(__file__).resolve().parents[3]
ANSWER_LIMIT = 64 * 1024
# Isolated mode ignores PYTHONPATH and the working directory, so the package's own place is handed over as an argument.
BOOTSTRAP = "import sys; sys.path.append(sys.argv[1]); from kencho.files.sanitize.worker import main; sys.exit(main())"


@dataclass(frozen=True)
class _Ended:
    """How the worker ended: its exit status (negative: signal), whether time ran out, and its answer."""

    status: int
    timed_out: bool
    answer: bytes


def sanitize_file(source: Path, target: Path, *, limits: Limits | None = None) -> Outcome:
    """Rebuild `source` as a clean file at `target`, in a separate process without network.

    The target appears whole or not at all, by an atomic rename, and only for an accepted file; an older file at that
    place stays when the new one is refused. Never raises for the content of a file.
    """
    bounds = limits or Limits()
    try:
        size = source.stat().st_size
    except OSError:
        return _refusal(Reason.NOT_READABLE)
    if size == 0:
        return _refusal(Reason.EMPTY)
    if size > bounds.bytes_in:
        return _refusal(Reason.TOO_LARGE, bytes_in=size)
    with tempfile.TemporaryDirectory(prefix="rebuild-", dir=target.parent) as folder:
        # The parts are kept apart: only `desk` is the worker's own, it never sees the path of the result.
        desk = Path(folder, "desk")
        desk.mkdir()
        result = Path(folder, "result")
        try:
            ended = _run(source, result, desk=desk, limits=bounds)
        except OSError as error:
            return _refusal(Reason.CRASHED, bytes_in=size, detail=type(error).__name__)
        outcome = _judge(ended, result, bytes_in=size, limits=bounds)
        if outcome.accepted:
            result.replace(target)
    if outcome.reason in {Reason.CRASHED, Reason.NO_ISOLATION}:
        logger.warning("file rebuild failed: %s (%s)", outcome.reason, outcome.detail)
    return outcome


def _run(source: Path, result: Path, *, desk: Path, limits: Limits) -> _Ended:
    with source.open("rb") as incoming, result.open("xb") as outgoing, tempfile.TemporaryFile() as answer:
        request = {"limits": asdict(limits), "source": incoming.fileno(), "target": outgoing.fileno()}
        command = [sys.executable, "-I", "-B", "-c", BOOTSTRAP, str(PACKAGE_ROOT)]
        process = subprocess.Popen(  # noqa: S603  fixed command line, no shell, nothing from the file in it
            command,
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=desk,
            env={"LANG": "C.UTF-8", "TMPDIR": str(desk)},
            pass_fds=(incoming.fileno(), outgoing.fileno()),
            start_new_session=True,
        )
        timed_out = False
        try:
            process.communicate(json.dumps(request).encode() + b"\n", timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            _end(process)
        return _Ended(process.returncode, timed_out, _read_answer(answer))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the worker's process group and collect its status."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None and not process.stdin.closed:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    process.wait()


def _read_answer(answer: IO[bytes]) -> bytes:
    answer.seek(0)
    return answer.read(ANSWER_LIMIT + 1)


def _judge(ended: _Ended, result: Path, *, bytes_in: int, limits: Limits) -> Outcome:
    """Turn the worker's end into an outcome; anything out of order is a refusal."""
    if ended.timed_out or ended.status == -signal.SIGXCPU:
        return _refusal(Reason.TIMEOUT, bytes_in=bytes_in)
    if ended.status == -signal.SIGABRT:
        # The libraries in C++ end this way when the memory that they are allowed runs out.
        return _refusal(Reason.MEMORY, bytes_in=bytes_in)
    if ended.status != 0:
        return _refusal(Reason.CRASHED, bytes_in=bytes_in, detail=f"status {ended.status}")
    try:
        outcome = _parse(ended.answer, bytes_in=bytes_in)
    except (ValueError, KeyError, TypeError) as error:
        return _refusal(Reason.CRASHED, bytes_in=bytes_in, detail=type(error).__name__)
    if not outcome.accepted:
        return outcome
    size = result.stat().st_size
    if not 0 < size <= limits.bytes_out or outcome.kind is None:
        return _refusal(Reason.CRASHED, bytes_in=bytes_in, detail="output size")
    with result.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(outcome, bytes_out=size, sha256=digest)


def _parse(answer: bytes, *, bytes_in: int) -> Outcome:
    if len(answer) > ANSWER_LIMIT:
        raise ValueError("answer too long")
    fields: dict[str, Any] = json.loads(answer)
    action, reason = Action(fields["action"]), Reason(fields["reason"])
    if (action is Action.REFUSED) == (reason is Reason.OK):
        raise ValueError("action and reason disagree")
    pages = fields["pages"]
    return Outcome(
        kind=None if fields["kind"] is None else Kind(fields["kind"]),
        action=action,
        reason=reason,
        removed=tuple(Removed(code) for code in fields["removed"]),
        flags=tuple(Flag(code) for code in fields["flags"]),
        bytes_in=bytes_in,
        pages=None if pages is None else int(pages),
        isolation=tuple(str(wall) for wall in fields["isolation"]),
        detail=str(fields["detail"])[:80],
    )


def _refusal(reason: Reason, *, bytes_in: int = 0, detail: str = "") -> Outcome:
    return Outcome(kind=None, action=Action.REFUSED, reason=reason, bytes_in=bytes_in, detail=detail)

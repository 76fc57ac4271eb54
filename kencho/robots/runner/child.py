"""The child process: gives up root, loads one package, and works off the items that its parent hands it one by one.

It has no settings, no database and no secrets but those of its target, which come through the pipe. What it tells is
names: steps and fields of the manifest, reasons, places in the package's files, a receipt. Messages of errors are never
sent, for they may quote what was typed.
"""

import base64
import contextlib
import ctypes
import importlib
import importlib.util
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kencho.robots.kit import Context, Rehearsed, Robot, RobotError, Told, Withheld
from kencho.robots.runner import wire

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
# Loaded while the interpreter's own files can still be read: the robot's user may not be let into their folder.
PRELOADED = (
    "encodings.idna", "encodings.cp932", "encodings.shift_jis", "encodings.euc_jp", "csv", "http.client",
    "http.cookies", "xml.etree.ElementTree", "html.parser", "decimal", "zoneinfo", "unicodedata", "tempfile",
)  # fmt: skip
PRELOADED_BROWSER = (
    "playwright.sync_api", "playwright._impl.json_pipe", "playwright._impl.local_utils",
    "playwright._impl.protocol_channels",
)  # fmt: skip
PRELOADED_FRAMEWORK = (
    "robot.run",
    "robot.running",
    "robot.result",
    "robot.libraries.BuiltIn",
    "robot.reporting",
)


class Parent(Told):
    """The other end of the pipes."""

    def __init__(self, reader: wire.Reader, descriptor: int) -> None:
        self.reader = reader
        self._descriptor = descriptor

    def say(self, kind: str, **more: Any) -> None:
        """Tell a fact."""
        wire.write(self._descriptor, {"kind": kind, **more})

    def ask(self, kind: str, **more: Any) -> bool:
        """Ask, and wait for the answer."""
        self.say(kind, **more)
        answer = self.reader.read()
        return answer is not None and answer.get("go") is True


def main() -> int:
    """Run until the parent says so or is gone. Arguments: the descriptor to write to."""
    descriptor = int(sys.argv[2])
    parent = Parent(wire.Reader(0), descriptor)
    try:
        order = parent.reader.read()
        if order is None:
            return 1
        _prepare(order)
        return _serve(parent, order)
    except wire.Closed:
        return 1


def _prepare(order: Mapping[str, Any]) -> None:
    """Load what is needed, then give up root for good."""
    wanted = list(PRELOADED)
    if order["browser"]:
        wanted += PRELOADED_BROWSER
    if order["entry"].endswith(".robot"):
        wanted += PRELOADED_FRAMEWORK
    for name in wanted:
        importlib.import_module(name)
    if order["uid"] is not None and os.getuid() == 0:
        os.setgroups([])
        os.setgid(order["gid"])
        os.setuid(order["uid"])
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # After the change of user, which would clear it: this process dies with its parent.
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for which, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 512_000_000),
        (resource.RLIMIT_NOFILE, 4096),
    ):
        resource.setrlimit(which, (most, most))
    os.chdir(order["home"])


def _serve(parent: Parent, order: Mapping[str, Any]) -> int:
    with contextlib.ExitStack() as stack:
        try:
            robot = load(order)
            browser = None
            if order["browser"]:
                from kencho.robots.runner.browser import Window

                browser = stack.enter_context(Window.open(order))
        except Exception as problem:  # noqa: BLE001  # whatever a package or a browser raises, the parent must hear of it
            parent.say("unready", reason=_reason_to_start(problem), place=place_of(problem))
            return 1
        parent.say("ready", uid=os.getuid(), sandbox=bool(browser and browser.is_sandboxed))
        worker = Worker(parent, order, robot, browser)
        while (command := parent.reader.read()) is not None and command.get("kind") == "item":
            worker.do(command)
    return 0


def _reason_to_start(problem: Exception) -> str:
    if isinstance(problem, RobotError):
        return problem.reason
    if isinstance(problem, FileNotFoundError):
        return "no_browser"
    return "robot_error"


def load(order: Mapping[str, Any]) -> Robot:
    """The robot of a package's folder."""
    folder = Path(order["folder"])
    if order["entry"].endswith(".robot"):
        from kencho.robots.runner.framework import TaskFile

        return TaskFile(folder / order["entry"], Path(order["home"]))
    file, _, name = order["entry"].partition(":")
    spec = importlib.util.spec_from_file_location("robot_package", folder / file)
    if spec is None or spec.loader is None:
        raise RobotError("no_package")
    sys.path.insert(0, str(folder))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = getattr(module, name)()
    if not isinstance(made, Robot):
        raise RobotError("robot_error")
    return made


class Worker:
    """Items, one after another, in one session of the target."""

    def __init__(self, parent: Parent, order: Mapping[str, Any], robot: Robot, browser: Any) -> None:
        self._parent = parent
        self._order = order
        self._robot = robot
        self._browser = browser
        self._is_signed_in = False

    def do(self, command: Mapping[str, Any]) -> None:
        """One item, or the search for its receipt; always ends with one result."""
        began = time.monotonic()
        ctx = self._context(command)
        result: dict[str, Any]
        try:
            if not self._is_signed_in:
                self._robot.sign_in(ctx)
                self._is_signed_in = True
            if command["mode"] == "find":
                result = {"state": "found", "receipts": self._robot.find_receipts(ctx)}
            else:
                self._robot.perform(ctx)
                result = {"state": "done", "receipts": ctx.receipts, "rows": ctx.rows}
        except Rehearsed:
            result = {"state": "rehearsed"}
            self._begin_anew()
        except Withheld:
            result = {"state": "withheld"}
            self._begin_anew()
        except wire.Closed:
            raise
        except Exception as problem:  # noqa: BLE001  # as above
            result = self._failure(ctx, problem, command)
            self._begin_anew()
        result |= {"submitted": ctx.is_submitted, "seconds": time.monotonic() - began}
        self._parent.say("result", **result)

    def _context(self, command: Mapping[str, Any]) -> Context:
        return Context(
            told=self._parent,
            key=command["key"],
            values=command["input"],
            base_url=self._order["base_url"],
            hosts=self._order["hosts"],
            account=self._order["account"],
            credential=self._order["credential"],
            dry_run=self._order["dry_run"],
            page=self._browser.page() if self._browser else None,
        )

    def _begin_anew(self) -> None:
        self._is_signed_in = False
        if self._browser:
            self._browser.begin_anew()

    def _failure(self, ctx: Context, problem: Exception, command: Mapping[str, Any]) -> dict[str, Any]:
        refused = self._browser.refused() if self._browser else False
        picture = self._browser.picture(personal_texts(command, self._order)) if self._browser else b""
        if isinstance(problem, RobotError):
            reason, field = problem.reason, problem.field
        else:
            reason = "timeout" if type(problem).__name__ == "TimeoutError" else "robot_error"
            field = ctx.current_field
        if type(problem).__name__ == "TargetClosedError":
            reason = "crashed"
        return {
            "state": "failed",
            "reason": "host_refused" if refused else reason,
            "step": ctx.current_step,
            "field": field,
            "place": place_of(problem),
            "picture": base64.b64encode(picture).decode(),
        }


def personal_texts(command: Mapping[str, Any], order: Mapping[str, Any]) -> list[str]:
    """Everything that a picture must not show: the item's values, longest first, and the secrets."""
    values = [*command["input"].values(), order["account"], order["credential"]]
    texts = {str(value).strip() for value in values if isinstance(value, (str, int, float))}
    return sorted((text for text in texts if len(text) > 1), key=len, reverse=True)


def place_of(problem: BaseException) -> str:
    """File, line and kind of an error, from the innermost line that belongs to the package or the kit."""
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in _frames(problem)
        if "site-packages" not in frame.filename
    ]
    return f"{frames[-1] if frames else ''} {type(problem).__name__}".strip()[:80]


def _frames(problem: BaseException) -> Iterator[traceback.FrameSummary]:
    for frame in traceback.extract_tb(problem.__traceback__):
        name = Path(frame.filename).name
        if name not in {"child.py", "kit.py"}:
            yield frame

"""Working a run off: a child with a browser is handed one item after another, and ended when it must not go on.

Nothing is decided by the child. It asks before the click, and what it says of an item is only names; whatever happens
to it or to this process, the state in the database says what may be done next.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final

from django.conf import settings

from kencho.foundation import clock, group_commit
from kencho.robots import secrets, shelf
from kencho.robots.feeds import NoSubject
from kencho.robots.manifest import BadPackage, Manifest, Package, hosts_of
from kencho.robots.models import RobotItem, RobotRun, RobotVersion
from kencho.robots.runner import wire
from kencho.robots.runner.process import Child, Orders, UnableToBegin
from kencho.robots.services import _outcomes as outcomes
from kencho.robots.services import _runs as runs
from kencho.robots.services._common import note_act
from kencho.robots.services._items import input_for
from kencho.robots.services._outcomes import Failure, failure_from, plain_receipts
from kencho.robots.services._reconciling import reconcile
from kencho.robots.services._runs import Fenced
from kencho.robots.words import Reason, known

State = RobotRun.State
# How often the switches are looked at while a child works.
LOOK_SECONDS: Final = 1.0
MANY: Final = 5
# A failure of what is to be typed says nothing about the target.
OF_THE_ITEM: Final = frozenset({Reason.BAD_INPUT, Reason.NO_SUBJECT, Reason.REJECTED, Reason.WRONG_ON_PAGE})
# A browser that has been open for long is closed and opened anew.
ITEMS_PER_CHILD: Final = 500


class Ended(Exception):
    """The run ends here, for this reason."""

    def __init__(self, state: str, reason: str = "") -> None:
        super().__init__(state, reason)
        self.state = state
        self.reason = reason


def work_run(*, run: RobotRun, seconds: float | None = None) -> RobotRun:
    """運転する: until nothing is due, somebody stops it, or ``seconds`` are over (then the queue goes on with it later).

    Runs for long and outside any transaction. Returns the run as it stands then.
    """
    run = RobotRun.objects.select_related(
        "robot__body", "robot__division", "robot__target", "robot__version", "version__source__body"
    ).get(pk=run.pk)
    if not runs.claim(run, clock.now()):
        return run
    runs.held.add(run.pk)
    try:
        with _Work(run, seconds) as work:
            work.all()
    finally:
        runs.held.discard(run.pk)
    run.refresh_from_db()
    return run


@dataclass
class _Work:
    run: RobotRun
    seconds: float | None
    child: Child | None = None
    in_a_row: int = 0
    served: int = 0
    looked: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def __enter__(self) -> "_Work":
        self.log = runs.log_place(self.run).open("a", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None
    ) -> None:
        if self.child is not None:
            self.child.kill()
        self.log.close()

    def all(self) -> None:
        """The whole run."""
        try:
            package, orders = self._prepare()
            self._loop(package.manifest, orders)
        except Ended as end:
            self._close(end)
        except Fenced:
            # Stopped by a person, or taken for dead: whoever did that has given back what this run held.
            self._write("fenced")

    def _close(self, end: Ended) -> None:
        at = clock.now()
        if self.child is not None:
            if end.state == State.FINISHED:
                self.child.end()
            else:
                self.child.kill()
            self.child = None
        self._write("ended", reason=end.reason)
        self.log.flush()

        def write() -> None:
            if runs.close_run(self.run, end.state, end.reason, at):
                note_act(
                    "robots.run.end", self.run, by=runs.KENCHO, at=at, state=end.state, reason=end.reason
                )

        group_commit.run(write)
        runs.keep_log(self.run, at)

    def _write(self, event: str, item: RobotItem | None = None, **names: Any) -> None:
        """A line of the log: names, never values."""
        line: dict[str, Any] = {"at": clock.now().isoformat(timespec="milliseconds"), "event": event}
        if item is not None:
            line["item"] = item.pk
        line |= {name: value for name, value in names.items() if value not in ("", None)}
        self.log.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _prepare(self) -> tuple[Package, Orders]:
        """The package, byte for byte as it was approved, and what its child is told. Raises Ended."""
        run, target = self.run, self.run.robot.target
        if target.is_real and run.version.state != RobotVersion.State.APPROVED:
            raise Ended(State.FAILED, Reason.NOT_APPROVED)
        try:
            package = shelf.package(run.version.package)
        except (BadPackage, LookupError) as gone:
            raise Ended(State.FAILED, Reason.NO_PACKAGE) from gone
        if package.digest != run.version.digest:
            raise Ended(State.FAILED, Reason.CHANGED)
        manifest, body = package.manifest, run.robot.body.code
        try:
            account = secrets.resolve(body, target.account_ref) if "account" in manifest.needs else ""
            credential = (
                secrets.resolve(body, target.credential_ref) if "credential" in manifest.needs else ""
            )
        except secrets.NoSecret as missing:
            raise Ended(State.FAILED, Reason.NO_SECRET) from missing
        if len(manifest.needs) > bool(account) + bool(credential):
            raise Ended(State.FAILED, Reason.NO_SECRET)
        return package, Orders(
            files=package.files,
            entry=manifest.entry,
            browser=manifest.browser,
            base_url=target.base_url,
            hosts=hosts_of(manifest, target.base_url),
            account=account,
            credential=credential,
            dry_run=run.is_dry_run,
            user=settings.ROBOT_USER,
            no_sandbox=settings.ROBOT_NO_SANDBOX,
        )

    def _loop(self, manifest: Manifest, orders: Orders) -> None:
        while True:
            self._look(force=True)
            if self.seconds is not None and time.monotonic() - self.began > self.seconds:
                self._hand_over()
                return
            taken = outcomes.take(self.run, clock.now())
            if taken is None:
                raise Ended(State.FINISHED)
            item, looks_up = taken
            self._one(item, manifest, orders, looks_up=looks_up)
            if self.in_a_row >= MANY:
                raise Ended(State.FAILED, Reason.MANY_FAILURES)

    def _hand_over(self) -> None:
        if self.child is not None:
            self.child.end()
            self.child = None
        self._write("handed_over")
        runs.hand_over(self.run, clock.now())

    def _look(self, *, force: bool = False) -> None:
        """Look at the switches, and tell that this run lives. Raises Ended, Fenced."""
        if not force and time.monotonic() - self.looked < LOOK_SECONDS:
            return
        self.looked = time.monotonic()
        reason = runs.wants_stop(self.run)
        if reason == Reason.LOST:
            raise Fenced
        if reason:
            raise Ended(State.STOPPED, reason)
        if not force:
            # Taking an item tells it too; this is for items that take long.
            group_commit.run(lambda: runs.fence(self.run, clock.now()))

    # One item

    def _one(self, item: RobotItem, manifest: Manifest, orders: Orders, *, looks_up: bool) -> None:
        try:
            values = self._values(item, manifest)
        except _BadItem as bad:
            if not looks_up:
                self._fail(item, manifest, Failure(bad.reason, field=bad.field))
                return
            # A receipt is found by the key alone.
            values = {}
        try:
            child = self._child(orders)
        except UnableToBegin as unable:
            self._write("unready", reason=known(unable.reason), place=unable.place)
            outcomes.returned(self.run, item, clock.now())
            raise Ended(State.FAILED, known(unable.reason)) from unable
        self._write("begin", item, mode="look_up" if looks_up else "perform")
        try:
            child.send(
                {"kind": "item", "key": item.key, "input": values, "mode": "find" if looks_up else "perform"}
            )
            result = self._answer(child, item, manifest)
        except wire.Closed:
            self._end_child()
            self._fail(item, manifest, Failure(Reason.CRASHED))
            return
        except _Overdue as late:
            self._end_child()
            self._fail(item, manifest, Failure(late.reason, step=late.step))
            return
        self._settle(item, manifest, result, values, looks_up=looks_up)

    def _values(self, item: RobotItem, manifest: Manifest) -> dict[str, Any]:
        try:
            values = input_for(self.run.robot, manifest, item.subject) if item.subject else dict(item.input)
        except NoSubject as gone:
            raise _BadItem(Reason.NO_SUBJECT) from gone
        wrong = manifest.problems(values)
        if wrong:
            raise _BadItem(Reason.BAD_INPUT, wrong[0])
        if manifest.key_of(values) != item.key:
            raise _BadItem(Reason.BAD_INPUT)
        return values

    def _child(self, orders: Orders) -> Child:
        if self.child is not None and self.served >= ITEMS_PER_CHILD:
            self.child.end()
            self.child = None
        if self.child is None:
            self.child = Child.start(orders)
            self.served = 0
            self._write("started", sandbox=self.child.is_sandboxed)
        self.served += 1
        return self.child

    def _end_child(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child = None

    def _answer(self, child: Child, item: RobotItem, manifest: Manifest) -> Mapping[str, Any]:
        """Listen until the item's result. Raises wire.Closed, _Overdue, Ended, Fenced."""
        deadline = time.monotonic() + manifest.max_seconds
        step = ""
        while True:
            message = child.read(min(LOOK_SECONDS, max(0.05, deadline - time.monotonic())))
            if message is None:
                if time.monotonic() >= deadline:
                    raise _Overdue(Reason.HUNG, step)
                if child.megabytes() > manifest.max_memory_mb:
                    raise _Overdue(Reason.TOO_MUCH_MEMORY, step)
                self._look()
                continue
            kind = message.get("kind")
            if kind == "step":
                name = str(message.get("step", ""))
                step = name if name in manifest.steps else ""
                self._write("step", item, step=step)
            elif kind == "submit":
                self._submit(child, item, manifest)
            elif kind == "result":
                return message
            else:
                raise wire.Closed
            if time.monotonic() >= deadline:
                raise _Overdue(Reason.HUNG, step)

    def _submit(self, child: Child, item: RobotItem, manifest: Manifest) -> None:
        """The child stands before the click."""
        allowed = manifest.submits and outcomes.announce(self.run, item, clock.now())
        self._write("submit" if allowed else "withheld", item)
        child.send({"go": allowed})

    def _fail(self, item: RobotItem, manifest: Manifest, failure: Failure) -> None:
        self._write(
            "failed", item, reason=failure.reason, step=failure.step, field=failure.field, place=failure.place
        )
        outcomes.failed(self.run, item, manifest, failure, clock.now())
        if failure.reason == Reason.SIGN_IN_FAILED:
            # Going on would lock the account.
            raise Ended(State.FAILED, Reason.SIGN_IN_FAILED)
        self.in_a_row = 0 if failure.reason in OF_THE_ITEM else self.in_a_row + 1

    def _settle(
        self,
        item: RobotItem,
        manifest: Manifest,
        result: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        looks_up: bool,
    ) -> None:
        state, at = result.get("state"), clock.now()
        seconds = float(result.get("seconds") or 0)
        if state == "failed":
            self._fail(item, manifest, failure_from(result, manifest))
            return
        if state == "withheld":
            outcomes.returned(self.run, item, at)
            return
        if state == "rehearsed" and self.run.is_dry_run:
            self._write("rehearsed", item)
            outcomes.rehearsed(self.run, item, seconds, at)
            self.in_a_row = 0
            return
        receipts = plain_receipts(result.get("receipts", []), _personal(manifest, values))
        wanted = "found" if looks_up else "done"
        if state != wanted or receipts is None:
            self._fail(item, manifest, Failure(Reason.ROBOT_ERROR))
            return
        self.in_a_row = 0
        if len(receipts) > 1:
            self._write("twice", item)
            outcomes.twice_there(self.run, item, receipts, at)
        elif receipts:
            self._write("found" if looks_up else "done", item)
            outcomes.done(self.run, item, receipts[0], seconds, at)
        elif looks_up:
            self._write("not_there", item)
            outcomes.not_there(self.run, item, manifest, at)
        else:
            self._without_receipt(item, manifest, result, seconds)

    def _without_receipt(
        self, item: RobotItem, manifest: Manifest, result: Mapping[str, Any], seconds: float
    ) -> None:
        if manifest.submits:
            # It clicked and brings no receipt, or it never clicked: both are for the list of failures.
            self._fail(item, manifest, Failure(Reason.ROBOT_ERROR))
            return
        rows = result.get("rows")
        if rows:
            reconcile(run=self.run, manifest=manifest, rows=rows, at=clock.now())
        self._write("done", item)
        outcomes.done(self.run, item, "", seconds, clock.now())


def _personal(manifest: Manifest, values: Mapping[str, Any]) -> list[str]:
    names = {each.name for each in manifest.fields() if each.is_personal}
    return [str(value) for name, value in values.items() if name in names and value]


class _BadItem(Exception):
    """The item cannot be typed as it stands."""

    def __init__(self, reason: Reason, field: str = "") -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field


class _Overdue(Exception):
    """The child takes more time or memory than its manifest says."""

    def __init__(self, reason: Reason, step: str) -> None:
        super().__init__(reason, step)
        self.reason = reason
        self.step = step

"""Robot Framework as a language for packages: a file of tasks instead of a Python class, under the same rules.

The tasks ``Sign In``, ``Perform`` and ``Find Receipts`` are run one at a time in this very process with the keywords
below. No output.xml, log.html or report is written, for they would quote what was typed; what libraries write goes
into a private folder that is removed after each task.
"""

import io
import shutil
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from robot.api.deco import keyword, library
from robot.running import TestSuite

from kencho.robots.kit import Context, Robot, RobotError


@library(scope="GLOBAL")
class Keywords:
    """``Library    kencho.robots.runner.framework.Keywords``. Fields are given by name, so that no value is an argument."""

    context: ClassVar[Context | None] = None
    problem: ClassVar[Exception | None] = None
    receipts: ClassVar[list[str]] = []

    def _do(self, act: str, *arguments: Any) -> Any:
        """Call the context; once something has gone wrong, nothing more is done in this task."""
        ctx = type(self).context
        if type(self).problem is not None or ctx is None:
            raise AssertionError
        try:
            return getattr(ctx, act)(*arguments)
        except Exception as problem:  # noqa: BLE001  # it is raised again when the task has ended
            type(self).problem = problem
            # The framework keeps messages: this one says nothing.
            raise AssertionError from None

    def _page(self) -> Any:
        ctx = type(self).context
        if ctx is None:
            raise AssertionError
        return ctx.page

    @keyword
    def step(self, name: str) -> None:
        """Step    fill"""
        self._do("step", name)

    @keyword
    def open_path(self, path: str) -> None:
        """Open Path    /entry"""
        self._do("go", path)

    @keyword
    def open_search(self, path: str) -> None:
        """Open Search    /search?number=    (the item's key is put behind it)"""
        ctx = type(self).context
        self._do("go", f"{path}{ctx.key if ctx else ''}")

    @keyword
    def fill_field(self, label: str, field: str) -> None:
        """Fill Field    氏名    applicant_name"""
        self._do("fill", label, field)

    @keyword
    def select_field(self, label: str, field: str) -> None:
        """Select Field    決定区分    decision"""
        self._do("select", label, field)

    @keyword
    def check_field(self, label: str, field: str) -> None:
        """Check Field    通知済み    is_issued"""
        self._do("check", label, field)

    @keyword
    def fill_account(self, label: str) -> None:
        """Fill Account    利用者番号"""
        self._secret(label, "account")

    @keyword
    def fill_credential(self, label: str) -> None:
        """Fill Credential    暗証番号"""
        self._secret(label, "credential")

    def _secret(self, label: str, name: str) -> None:
        ctx = type(self).context
        if ctx is None or type(self).problem is not None:
            raise AssertionError
        try:
            ctx.page.get_by_label(label, exact=True).fill(getattr(ctx, name))
        except Exception:  # noqa: BLE001  # the message would quote what was typed
            type(self).problem = RobotError("page_changed")
            raise AssertionError from None

    @keyword
    def press(self, name: str) -> None:
        """Press    確認へ"""
        self._do("press", name)

    @keyword
    def press_to_submit(self, name: str) -> None:
        """Press To Submit    登録する    (announced to Kencho before the click)"""
        self._do("before_submit")
        self._do("press", name)

    @keyword
    def title_should_be(self, selector: str, title: str, reason: str = "page_changed") -> None:
        """Title Should Be    h1    登録内容の確認"""
        self._do("must", self._text(selector) == title, reason)

    @keyword
    def should_show(self, selector: str, field: str) -> None:
        """Should Show    #name    applicant_name"""
        self._do("must_show", self._text(selector), field)

    @keyword
    def receipt_from(self, selector: str) -> None:
        """Receipt From    #receipt-number"""
        self._do("receipt", self._text(selector))

    @keyword
    def receipts_from(self, selector: str) -> None:
        """Receipts From    td.receipt    (all that are there, for the task Find Receipts)"""
        type(self).receipts = [text.strip() for text in self._page().locator(selector).all_inner_texts()]

    def _text(self, selector: str) -> str:
        try:
            found = self._page().locator(selector).first
            found.wait_for(state="visible")
            return str(found.inner_text()).strip()
        except Exception:  # noqa: BLE001  # as above
            type(self).problem = type(self).problem or RobotError("page_changed")
            raise AssertionError from None


class TaskFile(Robot):
    """A file of tasks as a robot."""

    def __init__(self, file: Path, home: Path) -> None:
        self._file = file
        self._home = home

    def sign_in(self, ctx: Context) -> None:
        """The task ``Sign In``."""
        self._run(ctx, "Sign In")

    def perform(self, ctx: Context) -> None:
        """The task ``Perform``."""
        self._run(ctx, "Perform")

    def find_receipts(self, ctx: Context) -> list[str]:
        """The task ``Find Receipts``."""
        Keywords.receipts = []
        self._run(ctx, "Find Receipts")
        return Keywords.receipts

    def _run(self, ctx: Context, name: str) -> None:
        Keywords.context, Keywords.problem = ctx, None
        suite = TestSuite.from_file_system(str(self._file))
        suite.filter(included_tests=[name])
        if len(suite.tests) != 1:
            raise RobotError("robot_error")
        folder = tempfile.mkdtemp(dir=self._home / "tmp")
        try:
            result = suite.run(
                output=None,
                log=None,
                report=None,
                outputdir=folder,
                console="none",
                stdout=io.StringIO(),
                stderr=io.StringIO(),
                loglevel="NONE",
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Keywords.context = None
        if Keywords.problem is not None:
            raise Keywords.problem
        if result.return_code != 0:
            raise RobotError("robot_error", ctx.current_field)

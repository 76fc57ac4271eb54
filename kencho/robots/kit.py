"""What a robot's author writes with: one class with three methods, and a context that fills, reads and asks before it submits.

Nothing here knows Kencho's database. The process in which it runs is given the package, one item at a time and the
secrets of its target, and can only tell its parent names of steps and fields, a receipt, and rows that it fetched.
"""

import urllib.error
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = [
    "Context",
    "Rehearsed",
    "Robot",
    "RobotError",
    "Told",
    "Withheld",
    "is_allowed",
]

# Milliseconds that an element may take to appear.
PATIENCE: Final = 10_000
MAX_ANSWER: Final = 5_000_000


class RobotError(Exception):
    """The item cannot go on; ``reason`` is a code of ``words.Reason``, ``field`` a name of the input (never a value)."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field


class Rehearsed(Exception):
    """A dry run has come to the point of submission and ends there."""


class Withheld(Exception):
    """The parent did not allow the submission: stopped, paused, or no longer this run's item."""


class Told(ABC):
    """How a context tells its parent; ``ask`` waits for the answer."""

    @abstractmethod
    def say(self, kind: str, **more: Any) -> None:
        """Tell a fact."""

    @abstractmethod
    def ask(self, kind: str, **more: Any) -> bool:
        """Ask, and wait until it is stored and answered."""


class Context:
    """One item in the hands of a robot."""

    def __init__(
        self,
        *,
        told: Told,
        key: str,
        values: Mapping[str, Any],
        base_url: str,
        hosts: Sequence[str],
        account: str = "",
        credential: str = "",
        dry_run: bool = False,
        page: "Page | None" = None,
    ) -> None:
        self._told = told
        self._values = values
        self._page = page
        self._hosts = tuple(hosts)
        self.key = key
        self.base_url = base_url.rstrip("/")
        self.account = account
        self.credential = credential
        self.dry_run = dry_run
        self.is_submitted = False
        self.current_step = ""
        self.current_field = ""
        self.receipts: list[str] = []
        self.rows: list[dict[str, str]] = []

    @property
    def page(self) -> "Page":
        """The browser's page, bound to the allowed hosts."""
        if self._page is None:
            raise RobotError("robot_error")
        return self._page

    def step(self, name: str) -> None:
        """Say which step of the manifest begins; it stands in the log and with a failure."""
        self.current_step, self.current_field = name, ""
        self._told.say("step", step=name)

    def value(self, field: str) -> str:
        """The item's value of a field as text; empty when it has none."""
        self.current_field = field
        value = self._values.get(field)
        return "" if value is None else str(value)

    def is_set(self, field: str) -> bool:
        """Whether a yes-or-no field says yes."""
        self.current_field = field
        return self._values.get(field) is True

    def go(self, path: str) -> None:
        """Open a page of the target by its path."""
        self.page.goto(f"{self.base_url}{path}", wait_until="domcontentloaded")

    def _found(self, label: str) -> "Locator":
        found = self.page.get_by_label(label, exact=True)
        try:
            found.first.wait_for(state="visible", timeout=PATIENCE)
        except Exception as missing:
            raise RobotError("page_changed", self.current_field) from missing
        if found.count() != 1:
            # Two fields of one label: guessing would put somebody's data into the wrong place.
            raise RobotError("page_changed", self.current_field)
        return found

    def fill(self, label: str, field: str) -> None:
        """Type the value of a field into the input with this label, and see that all of it stands there."""
        value = self.value(field)
        found = self._found(label)
        found.fill(value)
        if found.input_value() != value:
            raise RobotError("rejected", field)

    def select(self, label: str, field: str) -> None:
        """Choose the option whose text or value is the value of a field."""
        value = self.value(field)
        found = self._found(label)
        options = found.locator("option").evaluate_all("all => all.map(one => [one.value, one.label.trim()])")
        fitting = [code for code, text in options if value in (code, text)]
        if len(fitting) != 1:
            raise RobotError("page_changed" if not fitting else "rejected", field)
        found.select_option(value=fitting[0])

    def check(self, label: str, field: str) -> None:
        """Set or clear the check box with this label as the field says."""
        wanted = self.is_set(field)
        self._found(label).set_checked(wanted)

    def press(self, name: str) -> None:
        """Press the button of this name."""
        found = self.page.get_by_role("button", name=name, exact=True)
        try:
            found.first.wait_for(state="visible", timeout=PATIENCE)
        except Exception as missing:
            raise RobotError("page_changed") from missing
        if found.count() != 1:
            raise RobotError("page_changed")
        found.click()

    def must_show(self, shown: str, field: str) -> None:
        """Compare what the target shows (on its confirmation page) with the value of a field, blanks aside."""
        if "".join(shown.split()) != "".join(self.value(field).split()):
            raise RobotError("wrong_on_page", field)

    def must(self, condition: object, reason: str = "page_changed", field: str = "") -> None:
        """Go on only if it holds."""
        if not condition:
            self.fail(reason, field)

    def fail(self, reason: str, field: str = "") -> NoReturn:
        """End the item with a reason of ``words.Reason``."""
        raise RobotError(reason, field)

    def before_submit(self) -> None:
        """Call right before the click that changes the target.

        The parent first stores durably that the item is being submitted; from here on it is never typed again
        without a look at the receipts. A dry run ends here. Raises Rehearsed, Withheld.
        """
        if self.dry_run:
            raise Rehearsed
        if self.is_submitted:
            raise RobotError("robot_error")
        if not self._told.ask("submit", step=self.current_step):
            raise Withheld
        self.is_submitted = True

    def receipt(self, text: str) -> None:
        """The target's receipt number of this item."""
        number = " ".join(text.split())[:80]
        if not number:
            raise RobotError("page_changed")
        if number not in self.receipts:
            self.receipts.append(number)

    def report(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Rows that were fetched (a ledger), for the feed of the manifest; they are compared and not stored."""
        self.rows += [{str(name): str(value) for name, value in row.items()} for row in rows]

    def fetch(self, path: str) -> str:
        """The text of a file of the target, with the browser's session."""
        url = f"{self.base_url}{path}"
        if not is_allowed(url, self._hosts):
            raise RobotError("host_refused")
        if self._page is None:
            return self.http(path)
        answer = self.page.context.request.get(url, max_redirects=0)
        if answer.status >= 500:
            raise RobotError("target_error")
        if answer.status in {301, 302, 303, 307, 308, 401, 403}:
            raise RobotError("logged_out")
        if answer.status != 200:
            raise RobotError("page_changed")
        return answer.text()

    def http(self, path: str, values: Mapping[str, str] | None = None) -> str:
        """The answer to a plain request (POST when there are values), for robots that need no browser."""
        url = f"{self.base_url}{path}"
        if not is_allowed(url, self._hosts):
            raise RobotError("host_refused")
        data = urllib.parse.urlencode(values).encode() if values is not None else None
        try:
            with self._opener()(url, data=data, timeout=PATIENCE / 1000) as answer:
                text: str = answer.read(MAX_ANSWER).decode()
        except urllib.error.HTTPError as refused:
            with refused:
                if refused.code in {301, 302, 303, 401, 403}:
                    raise RobotError("logged_out") from refused
                raise RobotError("target_error" if refused.code >= 500 else "rejected") from refused
        except TimeoutError as late:
            raise RobotError("timeout") from late
        except OSError as gone:
            raise RobotError("target_error") from gone
        return text

    def _opener(self) -> Callable[..., Any]:
        global _open  # noqa: PLW0603  # one session for all items of this process, as a browser has
        if _open is None:
            _open = urllib.request.build_opener(
                urllib.request.HTTPCookieProcessor(CookieJar()), _Still(), urllib.request.ProxyHandler({})
            ).open
        return _open


_open: Callable[..., Any] | None = None


class _Still(urllib.request.HTTPRedirectHandler):
    """Redirects are answers: the robot decides."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Never follow."""


class Robot(ABC):
    """Base of a package's class. ``sign_in`` runs before the first item and after each failure."""

    def sign_in(self, ctx: Context) -> None:  # noqa: B027  # not every target asks for it
        """Begin a session in the target; nothing to do by default."""

    @abstractmethod
    def perform(self, ctx: Context) -> None:
        """Do one item: steps, fields, ``before_submit``, the click, the receipt."""

    def find_receipts(self, ctx: Context) -> list[str]:
        """All receipts that the target has for ``ctx.key``. Read the target's own list; raise when it cannot be read.

        An empty list means that the item is certainly not there: it will be typed again.
        """
        # A robot that cannot ask its target leaves every doubtful item to a person.
        raise NotImplementedError


def is_allowed(url: str, hosts: Sequence[str]) -> bool:
    """Whether a robot may go there: http or https, and a host (with port where one is given) that is on the list."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme in {"data", "blob", "about"}:
        return True
    if parts.scheme not in {"http", "https", "ws", "wss"} or parts.username is not None:
        return False
    try:
        port = parts.port or (443 if parts.scheme in {"https", "wss"} else 80)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    return any(_fits(host, port, parts.scheme, wanted) for wanted in hosts)


def _fits(host: str, port: int, scheme: str, wanted: str) -> bool:
    name, _colon, number = wanted.partition(":")
    if number and int(number) != port:
        return False
    if not number and port != (443 if scheme in {"https", "wss"} else 80):
        return False
    if name.startswith("*."):
        return host.endswith(name[1:])
    return host == name

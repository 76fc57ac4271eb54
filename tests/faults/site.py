"""A whole Kencho on a folder of its own: web server and worker as processes that can be killed and started again."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 40


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """Processes over one folder; the folder outlives them."""

    var: Path
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the web server answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The processes' environment."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "KENCHO_VAR": str(self.var),
            "KENCHO_PUBLIC_URL": self.url,
            **self.extra,
        }

    def python(self, *arguments: str) -> str:
        """Run a module to its end; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def start(self, *names: str) -> None:
        """Start ``web`` and ``worker`` (or those named) and wait until the web server answers."""
        commands = {
            "web": [
                "granian",
                "--interface",
                "wsgi",
                "--host",
                "127.0.0.1",
                "--port",
                str(self.port),
                "--workers",
                "2",
                "--blocking-threads",
                "8",
                "--log-level",
                "error",
                "config.wsgi:application",
            ],
            "worker": ["django", "worker", "--pause", "0.1"],
        }
        for name in names or tuple(commands):
            # A group of its own, so that a kill reaches the server's children too.
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *commands[name]],
                cwd=ROOT,
                env=self.environment,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        if "web" in (names or ("web",)):
            self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/accessibility/", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the web server did not start")

    def kill(self, *names: str) -> None:
        """kill -9, children included."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name, None)
            if process is not None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def drafts(self, count: int) -> list[dict[str, str]]:
        """A published world with so many drafts ready to be sent."""
        made: list[dict[str, str]] = json.loads(
            self.python("tests.faults.prepare", str(count)).splitlines()[-1]
        )
        return made


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Hand the redirect itself to the caller."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Never follow."""


class Visitor:
    """A browser without pictures: cookies, a CSRF token, one form."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.jar = CookieJar()
        self.open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar), NoRedirect(), urllib.request.ProxyHandler({})
        ).open
        with self.open(f"{site.url}/applications/", timeout=10) as page:
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        if found is None:
            raise AssertionError("no CSRF token on the page")
        self.token = found[1]

    def send(self, draft: dict[str, str]) -> tuple[int, str]:
        """Press the last button of a draft; (status, reception number when there is one)."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, "_draft": draft["token"]}).encode()
        try:
            with self.open(f"{self.site.url}/drafts/{draft['id']}/confirm/", data=body, timeout=20) as answer:
                return answer.status, ""
        except urllib.error.HTTPError as answer:
            place = answer.headers.get("Location", "")
            number = (
                place.rstrip("/").rsplit("/", 1)[-1]
                if answer.code == 302 and "/applications/" in place
                else ""
            )
            return answer.code, number

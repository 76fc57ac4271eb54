"""``python -m scripts.bench [name,name…]``: run the measurements and print one line of JSON per figure."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
# Which databases each one is measured on.
BENCHES = {
    "submit": ("sqlite", "postgresql"),
    "page": ("sqlite",),
    "notice": ("sqlite",),
    "process": ("sqlite",),
    "start": ("sqlite",),
    "audit": ("sqlite",),
    "sheet": ("sqlite",),
    "survey_close": ("sqlite",),
    "pdf": ("sqlite",),
    "intake": ("sqlite",),
    "robots": ("sqlite",),
    "rows": ("sqlite",),
    "search": ("sqlite", "postgresql"),
    "publish": ("sqlite",),
}
QUICK = os.environ.get("QUICK", "") not in {"", "0"}


class BenchFailed(Exception):
    """A measurement broke off; its own message stands above."""


class UnknownBench(Exception):
    """No measurement of this name."""


def chosen(words: list[str]) -> list[str]:
    """The measurements that were asked for; all when none was. Raises UnknownBench."""
    names = [name for word in words for name in word.split(",") if name]
    if unknown := set(names) - set(BENCHES):
        raise UnknownBench(f"{sorted(unknown)}; {sorted(BENCHES)}")
    return names or list(BENCHES)


def _python(arguments: list[str], var: Path, url: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KENCHO_")}
    environment |= {"KENCHO_VAR": str(var), "KENCHO_DATABASE_URL": url, "KENCHO_SECRET_KEY": "bench"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "scripts.bench._child", *arguments]
    child = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        code = child.wait()
    except BaseException:
        # Told to stop: the child ends its servers first.
        child.terminate()
        child.wait(60)
        raise
    if code:
        raise BenchFailed(f"{arguments}: {code}")


class Worlds:
    """The prepared prefecture, made once on SQLite and copied; on PostgreSQL made anew on a server of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    @contextmanager
    def fresh(self, database: str) -> Iterator[tuple[Path, str]]:
        """A world for one measurement: its folder and the database URL."""
        self._made += 1
        place = self._folder / f"{self._made}"
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, place, ignore_errors=True)
            if database == "postgresql":
                url = stack.enter_context(postgres.server())
                _python(["prepare"], place, url)
            else:
                url = ""
                shutil.copytree(self._sqlite(), place)
            yield place, url

    def _sqlite(self) -> Path:
        first = self._folder / "first"
        if not first.exists():
            _python(["prepare"], first, "")
        return first


def _databases(name: str) -> Iterator[str]:
    for database in BENCHES[name]:
        if database == "postgresql":
            if QUICK:
                continue
            try:
                postgres.binaries()
            except FileNotFoundError:
                print("PostgreSQL がないため、SQLite だけで測ります。", file=sys.stderr)
                continue
        yield database


def main() -> int:
    """Run what was asked for."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        names = chosen([*sys.argv[1:], *([] if sys.argv[1:] else [os.environ.get("ONLY", "")])])
    except UnknownBench as problem:
        print(f"知らない測定です: {problem}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="kencho-bench-") as folder:
        worlds = Worlds(Path(folder))
        for name in names:
            for database in _databases(name):
                with worlds.fresh(database) as (place, url):
                    _python([name], place, url)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""How long a second ``kencho run`` takes to the first page, and how much memory its web processes hold."""

import os
import sys
import tempfile
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from scripts.bench import _server
from scripts.bench._report import interleaved, line, rounds


def run() -> None:
    """Start ours and Django's own empty project by turns."""
    connection.close()
    memory: list[float] = []
    with tempfile.TemporaryDirectory(prefix="kencho-bench-empty-") as folder:
        call_command("startproject", "empty", folder)
        empty = Path(folder)
        ours, theirs, ratio = interleaved(lambda: 1 / _ours(memory), lambda: 1 / _empty(empty))
    line(
        "start",
        "2回目の kencho run から最初の200まで、秒",
        ours=1 / ours,
        against="Djangoの空のプロジェクト（同じWebサーバー、移行なし）",
        theirs=1 / theirs,
        ratio=ratio,
        rows=rounds(),
        processes=_server.PROCESSES,
        web_memory_mb=max(memory),
    )


def _ours(memory: list[float]) -> float:
    port = _server.free_port()
    began = time.perf_counter()
    command = [sys.executable, "manage.py", "run", "--no-demo", "--port", str(port)]
    with _server.running(command, os.environ) as process:
        _server.wait_until_ready(port, process)
        seconds = time.perf_counter() - began
        for _turn in range(20):
            _server.answers(port)
        memory += [
            _server.memory_megabytes(web)
            for child in _server.children_of(process.pid)
            for web in _server.children_of(child)
        ]
    return seconds


def _empty(folder: Path) -> float:
    port = _server.free_port()
    began = time.perf_counter()
    # Its debug mode shows a page at / without any table; the static finder is the only thing it serves.
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "empty.settings", "PYTHONPATH": str(folder)}
    with _server.running(_server.granian(port, "empty.wsgi:application"), environment, folder) as process:
        _server.wait_until_ready(port, process, "/")
        return time.perf_counter() - began

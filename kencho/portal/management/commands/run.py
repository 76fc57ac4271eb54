"""``kencho run``: everything in one command: migrations, demo data when there is none, web server and worker."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kencho.foundation.translations import compile_catalogues
from kencho.organization.models import Body
from kencho.portal import demo

STOP_SECONDS = 15


class Command(BaseCommand):
    """Start Kencho for a first look, or for a small office on one machine."""

    help = "Kencho を起動します（Webサーバーと作業プロセス）。初回はデモのデータを作ります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument("--port", type=int, default=8000, help="ポート番号")
        parser.add_argument("--host", default="127.0.0.1", help="待ち受けるアドレス")
        parser.add_argument("--processes", type=int, default=2, help="Webの処理プロセスの数")
        parser.add_argument("--no-demo", action="store_true", help="デモのデータを作らない")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start both processes, watch them until told to stop."""
        compile_catalogues()
        self._migrate()
        if not options["no_demo"] and not Body.objects.exists():
            call_command("demo", scale="small")
        self.stopping = False
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._stop)
        children = self._start(options)
        try:
            self._say_hello(options)
            self._watch(children)
        finally:
            self._end(children)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self, options: dict[str, Any]) -> list[subprocess.Popen[bytes]]:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        if not options["no_demo"]:
            environment.setdefault("KENCHO_DEMO", "1")
        if "KENCHO_PUBLIC_URL" not in environment:
            environment["KENCHO_PUBLIC_URL"] = f"http://{options['host']}:{options['port']}"
        web = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            options["host"],
            "--port",
            str(options["port"]),
            "--workers",
            str(options["processes"]),
            "--blocking-threads",
            "8",
            "--backlog",
            "512",
            "--respawn-failed-workers",
            "--no-ws",
            "--log-level",
            "warning",
            "config.wsgi:application",
        ]
        worker = [sys.executable, "-m", "django", "worker"]
        where = settings.BASE_DIR
        return [
            subprocess.Popen(web, env=environment, cwd=where),  # noqa: S603  # the command is made here, of our own words
            subprocess.Popen(worker, env=environment, cwd=where),  # noqa: S603  # as above
        ]

    def _say_hello(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"\n  Kencho  http://{options['host']}:{options['port']}/\n")
        for line in demo.sign_ins():
            self.stdout.write(f"    {line}")
        self.stdout.write("\n  終了は Ctrl+C\n")
        self.stdout.flush()

    def _watch(self, children: list[subprocess.Popen[bytes]]) -> None:
        while not self.stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)

    def _end(self, children: list[subprocess.Popen[bytes]]) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()

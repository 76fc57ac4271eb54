"""``kencho worker``: does queued work until told to stop."""

import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from kencho.foundation import clock, queue


class Command(BaseCommand):
    """Take due tasks, run them, sleep when there are none."""

    help = "待ち行列の作業を実行し続けます（Ctrl+C で終了）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument("--once", action="store_true", help="今ある作業だけを終えて終了する")
        parser.add_argument("--batch", type=int, default=20, help="一度に受け持つ作業の数")
        parser.add_argument("--pause", type=float, default=0.5, help="作業がないときに待つ秒数")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        queue.release_abandoned()
        if options["once"]:
            queue.drain(limit=options["batch"])
            return
        while not self.stopping:
            self._turn(options["batch"], options["pause"])

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _turn(self, batch: int, pause: float) -> None:
        try:
            now = clock.now()
            queue.schedule_periodic(now)
            taken = queue.lease(batch, at=now)
        except OperationalError:
            # A locked or restarting database: the tasks are safe, try again after a pause.
            close_old_connections()
            time.sleep(max(pause, 1.0))
            return
        for each in taken:
            if self.stopping:
                break
            queue.run(each)
        if not taken:
            time.sleep(pause)

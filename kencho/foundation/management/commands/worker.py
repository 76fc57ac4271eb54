"""``kencho worker``: does queued work until told to stop."""

import signal
import time
from argparse import ArgumentParser
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from kencho.foundation import clock, queue

LOOK_EVERY = timedelta(seconds=10)


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
        self.stopping = self.lost = False
        self.next_look = clock.now()
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        queue.release_abandoned()
        if options["once"]:
            queue.drain(limit=options["batch"])
            return
        while not self.stopping:
            self._turn(options["batch"], options["pause"])
        queue.give_back()

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _turn(self, batch: int, pause: float) -> None:
        try:
            if self.lost:
                queue.give_back()
                self.lost = False
            now = clock.now()
            self._schedule(now)
            taken = queue.lease(batch, at=now)
            queue.work_off(taken, until=lambda: self.stopping)
        except OperationalError:
            # A locked, full or restarting database: the tasks are safe, try again after a pause.
            self.lost = True
            close_old_connections()
            time.sleep(max(pause, 1.0))
            return
        if not taken:
            queue.rest()
            time.sleep(pause)

    def _schedule(self, now: datetime) -> None:
        # Periodic slots are hours long: looking once in a while is enough.
        if now >= self.next_look:
            queue.schedule_periodic(now)
            self.next_look = now + LOOK_EVERY

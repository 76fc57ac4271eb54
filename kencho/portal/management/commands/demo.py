"""``kencho demo``: make the demo prefecture and a year of its operation."""

import sys
import time
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.core.management.base import BaseCommand

from kencho.applications.models import Application
from kencho.foundation import clock
from kencho.portal import demo

YEAR = timedelta(days=365)
WIDTH = 32


class Command(BaseCommand):
    """Set up the organisation, then let a year happen."""

    help = "デモの県をつくり、1年間の業務を本物の処理で進めます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument("--scale", choices=[s.value for s in demo.Scale], default="small", help="規模")
        parser.add_argument("--seed", type=int, default=406, help="乱数の種。同じ種なら同じ歴史になる")
        parser.add_argument("--until", type=date.fromisoformat, default=None, help="最後の日（YYYY-MM-DD）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        last = options["until"] or clock.day_of(clock.now()) - timedelta(days=1)
        first = last - YEAR
        began = time.monotonic()
        self.stdout.write("デモの県の組織と手続を読み込んでいます…")
        start = datetime.combine(first, clock_time(0), clock.JST) - timedelta(days=1)
        with clock.simulated(start):
            body = demo.set_up(on=clock.day_of(start), at=start, seed=options["seed"])
        if Application.objects.filter(body=body, idempotency_key__startswith="demo-").exists():
            self.stdout.write("デモの申請はすでにあります。")
            return
        count = demo.drive_history(
            body=body,
            first=first,
            last=last,
            scale=demo.Scale(options["scale"]),
            seed=options["seed"],
            progress=self._progress,
        )
        self.stdout.write(
            f"\n{count}件の申請がある1年分の業務をつくりました（{time.monotonic() - began:.0f}秒）。"
        )

    def _progress(self, done: int, total: int) -> None:
        bar = "█" * (WIDTH * done // max(1, total))
        if sys.stdout.isatty():
            self.stdout.write(f"\r  [{bar:<{WIDTH}}] {done}/{total}", ending="")
            self.stdout.flush()
        elif total and done * 10 // total != getattr(self, "_tenth", -1):
            self._tenth = done * 10 // total
            self.stdout.write(f"  {done}/{total}")

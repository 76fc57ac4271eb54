"""``kencho demo``: make the demo prefecture and the years of its operation since April 2019."""

import sys
import time
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kencho.applications.models import Application
from kencho.foundation import clock
from kencho.organization.models import Body
from kencho.portal import demo

WIDTH = 32
CHANGED = """デモの履歴を作っている途中で止まったあと、ほかの操作や、ちがう条件での実行がありました。続きからは作れません。
データを置くフォルダー（KENCHO_VAR、省略時は var）を空にして、もう一度実行してください。"""


class Command(BaseCommand):
    """Set up the organisation, then let the years happen."""

    help = "デモの県をつくり、2019年度からきのうまでの業務を本物の処理で進めます。途中で止めても、もう一度実行すると続きから進みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument("--scale", choices=[s.value for s in demo.Scale], default="small", help="規模")
        parser.add_argument("--seed", type=int, default=406, help="乱数の種。同じ種なら同じ歴史になる")
        parser.add_argument("--until", type=date.fromisoformat, default=None, help="最後の日（YYYY-MM-DD）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, or go on with the one that was begun."""
        self.began = time.monotonic()
        try:
            body, terms = self._begun() or self._new(options)
            if terms is None:
                self.stdout.write("デモの申請はすでにあります。")
                return
            count = demo.drive_history(body=body, terms=terms, progress=self._progress)
        except demo.UnableToResume as problem:
            raise CommandError(CHANGED) from problem
        self.stdout.write(
            f"\n{count}件の申請がある業務をつくりました（{time.monotonic() - self.began:.0f}秒）。"
        )

    def _begun(self) -> tuple[Body, demo.Terms | None] | None:
        body = Body.objects.filter(code=demo.PREFECTURE).first()
        terms = None if body is None else demo.begun(body)
        if body is None or terms is None:
            return None
        self.stdout.write("途中まで作ったデモの履歴の、続きから進めます…")
        return body, terms

    def _new(self, options: dict[str, Any]) -> tuple[Body, demo.Terms | None]:
        last = options["until"] or clock.day_of(clock.now()) - timedelta(days=1)
        scale = demo.Scale(options["scale"])
        terms = demo.Terms(demo.years_until(last, scale), options["seed"], scale.divisor)
        self.stdout.write("デモの県の組織と手続を読み込んでいます…")
        start = datetime.combine(terms.first, clock_time(0), clock.JST) - timedelta(days=1)
        with clock.simulated(start):
            body = demo.set_up(on=clock.day_of(start), at=start, seed=options["seed"])
        if Application.objects.filter(body=body, idempotency_key__startswith="demo-").exists():
            return body, None
        return body, terms

    def _progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not hasattr(self, "_first"):
            self._first = (now, done)
        if sys.stdout.isatty():
            bar = "█" * (WIDTH * done // max(1, total))
            self.stdout.write(f"\r  [{bar:<{WIDTH}}] {done}/{total}{self._left(now, done, total)}", ending="")
            self.stdout.flush()
        elif total and done * 10 // total != getattr(self, "_tenth", -1):
            self._tenth = done * 10 // total
            self.stdout.write(f"  {done}/{total}{self._left(now, done, total)}")

    def _left(self, now: float, done: int, total: int) -> str:
        """How long it still takes, judged by what this run has done; blanks wipe a longer text before it."""
        since, at_first = self._first
        if done <= at_first or done >= total:
            return " " * 12
        seconds = (now - since) / (done - at_first) * (total - done)
        return f"  残り約{seconds / 60:.0f}分  " if seconds >= 90 else f"  残り約{seconds:.0f}秒  "

"""Sheet 406 over two million events: counted anew, after one more event, and beside a recount row by row in Python."""

import time
from datetime import datetime

from django.db import connection, transaction

from kencho.applications.models import Application
from kencho.foundation.clock import JST
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, indicators
from kencho.organization.models import Body
from kencho.policy import queries
from kencho.policy.models import PolicyNode
from kencho.policy.testing import import_measure406
from scripts.bench._report import interleaved, line, many
from scripts.bench.page import _columns

LAST = 2023
NOW = datetime(2024, 5, 31, 17, 0, tzinfo=JST)
_SPREAD = """
WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
INSERT INTO applications_application ({names})
SELECT {values} FROM n
"""


def _grow(first: int, last: int, count: int) -> None:
    """Arrivals from April 2019 to March 2024, evenly; a fifth of them on paper."""
    seconds = (datetime(2024, 4, 1) - datetime(2019, 4, 1)).total_seconds() - 86_400  # noqa: DTZ001  # a length
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_application ORDER BY id LIMIT 1")
        names = [column[0] for column in cursor.description or ()]
        columns = _columns(dict(zip(names, cursor.fetchone() or (), strict=True)))
        arrived = f"datetime('2019-04-01', '+' || CAST(i * {seconds / count} AS INTEGER) || ' seconds')"
        columns |= {
            "arrived_at": arrived,
            "fiscal_year": f"CAST(strftime('%Y', {arrived}, '+9 hours', '-3 months') AS INTEGER)",
            "channel": "CASE WHEN i % 5 = 0 THEN 'counter' ELSE 'online' END",
        }
        cursor.execute(
            _SPREAD.format(
                first=first,
                last=last,
                names=", ".join(f'"{name}"' for name in columns),
                values=", ".join(columns.values()),
            )
        )
        cursor.execute("ANALYZE")


def _one_more(number: int) -> None:
    """One more application, as any writer would store it; the next reading has to show it."""
    row = Application.objects.order_by("-pk")[0]
    row.pk, row.number, row.idempotency_key = None, f"more-{number}", f"more-{number}"
    row._state.adding = True  # noqa: SLF001  # Django's documented way to copy a row
    row.channel = "online"
    row.save()


def run() -> None:
    """Cold: the whole live sheet of all years. Incremental: one application more, and its year read again."""
    from scripts.bench.submit import statements

    count = many(2_000_000, 3_000)
    statements()  # makes the first applications, of which the others are copies
    with transaction.atomic():
        _grow(1, count, count)
    measure = import_measure406(Body.objects.get(code="240001"))
    spec = indicators.get("applications.received")

    def cold() -> float:
        began = time.perf_counter()
        queries.sheet_of(PolicyNode.objects.get(pk=measure.pk), LAST + 1, at=NOW, live=True)
        return time.perf_counter() - began

    def by_rows() -> float:
        """The oracle: every row fetched and counted in Python."""
        began = time.perf_counter()
        rows = Application.objects.filter(body__code="240001", is_demo=False).values_list(
            "fiscal_year", "channel"
        )
        sums: dict[int, int] = {}
        for year, channel in rows.iterator(chunk_size=20_000):
            sums[year] = sums.get(year, 0) + (channel in {"online", "api"})
        return time.perf_counter() - began

    mine, theirs, ratio = interleaved(cold, by_rows)
    line(
        "sheet",
        "施策406の評価表の全年度を、行から数え直す秒数",
        ours=mine,
        against="すべての行をPythonで数える",
        theirs=theirs,
        ratio=1 / ratio,
        rows=count,
        part="cold",
    )
    asked = Asked.whole(FiscalYear(LAST), body="240001", as_of=NOW)
    before = spec.read(asked).numerator
    numbers = iter(range(1_000))

    def one_more() -> float:
        _one_more(next(numbers))
        began = time.perf_counter()
        spec.read(asked)
        return time.perf_counter() - began

    mine, theirs, ratio = interleaved(one_more, by_rows)
    after = spec.read(asked).numerator
    if before is None or after is None or after <= before:
        raise RuntimeError(f"one more application is not in the sheet: {before} {after}")
    line(
        "sheet",
        "申請が1件増えたあと、その年度の実績値を読み直す秒数",
        ours=mine,
        against="すべての行をPythonで数える",
        theirs=theirs,
        ratio=1 / ratio,
        rows=count,
        part="incremental",
    )

"""What a page costs with a million applications, beside ten thousand: the form, the inbox, its thousandth page."""

import shutil
import statistics
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client

from kencho.applications import inbox
from kencho.applications.models import Application
from kencho.applications.queries import InboxFilter
from kencho.foundation import keyset
from kencho.organization.models import StaffMember
from kencho.organization.testing import sign_in
from scripts.bench import _load, _server, _stage
from scripts.bench._report import line, many, rounds, sized

INBOX = "/desk/applications/"
PAGES_ON = 1000

_GROW = """
WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
INSERT INTO applications_application ({names})
SELECT {values} FROM n
"""


def _columns(template: dict[str, object]) -> dict[str, str]:
    """SQL for each column of a made-up application: the sample's value, or one that follows from the number."""
    made = {name: _literal(value) for name, value in template.items() if name != "id"}
    states = " ".join(
        f"WHEN {n} THEN '{state}'"
        for n, state in enumerate(("submitted", "accepted", "in_review", "completed"))
    )
    return {
        **made,
        "number": "'bench-' || i",
        "idempotency_key": "'bench-' || i",
        "applicant_name": "'申請者' || i",
        # Most are done; a hundredth each waits, was accepted, is examined.
        "status": f"CASE i % 100 {states} ELSE 'issued' END",
        "decided_at": "CASE WHEN i % 100 > 3 THEN '2026-05-01 00:00:00' END",
        "arrived_at": "datetime('2020-04-01', '+' || (i * 180) || ' seconds')",
        "record_id": "NULL",
    }


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, (int, float)) else "'" + str(value).replace("'", "''") + "'"


def _grow(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_application ORDER BY id LIMIT 1")
        names = [column[0] for column in cursor.description or ()]
        columns = _columns(dict(zip(names, cursor.fetchone() or (), strict=True)))
        cursor.execute(
            _GROW.format(
                first=first,
                last=last,
                names=", ".join(f'"{name}"' for name in columns),
                values=", ".join(columns.values()),
            )
        )


def _token(page_number: int) -> str:
    """The token of a page far on, made from the row before it."""
    member = _clerk()
    division = Application.objects.earliest("pk").division
    wanted = InboxFilter(status="issued")
    rows = inbox.matching(division, member, wanted).order_by(*inbox.ORDER)
    place = inbox.PAGE_SIZE * (page_number - 1)
    edge = rows.values_list("arrived_at", flat=True)[place - 1]
    behind: Any = rows.filter(arrived_at__lte=edge).values_list("id", "arrived_at", named=True)
    return keyset.page(behind, order=inbox.ORDER, size=1).next_token or ""


def _clerk() -> StaffMember:
    return StaffMember.objects.select_related("user", "body").get(number="S0001", body__slug="mie")


def _cookies() -> str:
    """A signed-in clerk's browser, the same in both databases."""
    client = sign_in(Client(), _clerk())
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _ask(port: int, path: str, cookies: str, count: int) -> float:
    """Median milliseconds of a page asked for again and again by one visitor."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: ja\r\nCookie: {cookies}\r\n\r\n"
    )
    outcome = _load.send(port, [request] * count, connections=1)
    if outcome.statuses != {"200": count}:
        raise RuntimeError(f"{path} was answered with {outcome.statuses}")
    return statistics.median(outcome.milliseconds)


def run() -> None:
    """Two servers with one database each, asked by turns."""
    from scripts.bench.submit import statements

    small, large = sized(10_000, 300), many(1_000_000, 1_500)
    pages_on = sized(PAGES_ON, 5)
    statements()  # makes the first applications, of which the others are copies
    (held,) = _stage.fill_in(1)
    cookies = _cookies()
    _grow(1, small)
    connection.close()
    var = Path(settings.VAR_DIR)
    other = var.with_name(f"{var.name}-small")
    shutil.copytree(var, other)
    try:
        _grow(small + 1, large)
        far = quote(_token(pages_on))
        connection.close()
        form_cookies = f"{settings.SESSION_COOKIE_NAME}={held.session}"
        pages = {
            "form": (f"/drafts/{held.pk}/requester/", "", form_cookies),
            "inbox": (INBOX, "", cookies),
            "inbox_all": (f"{INBOX}?status=all", "", cookies),
            f"inbox_page_{pages_on}": (f"{INBOX}?status=issued", f"&page={far}", cookies),
        }
        with _server.web() as ours, _server.web(KENCHO_VAR=str(other)) as theirs:
            for name, (path, further, jar) in pages.items():
                _compare(name, ours, theirs, path, further, jar, small, large)
    finally:
        shutil.rmtree(other, ignore_errors=True)


def _compare(
    name: str,
    ours: _server.Server,
    theirs: _server.Server,
    path: str,
    further: str,
    cookies: str,
    small: int,
    large: int,
) -> None:
    count = sized(60, 4)
    for server in (ours, theirs):
        _ask(server.port, path, cookies, 4 * _server.PROCESSES)
    before = ours.cpu_seconds()
    mine: list[float] = []
    yours: list[float] = []
    cpu = 0.0
    for _round in range(rounds()):
        before = ours.cpu_seconds()
        mine.append(_ask(ours.port, path + further, cookies, count))
        cpu += ours.cpu_seconds() - before
        # The far page does not exist among few: it is compared with the first one there.
        yours.append(_ask(theirs.port, path, cookies, count))
    line(
        "page",
        f"{name} のページのp50、ミリ秒（1人が続けて開く）",
        ours=statistics.median(mine),
        against=f"同じページ、申請{small}件のとき",
        theirs=statistics.median(yours),
        ratio=statistics.median(y / m for m, y in zip(mine, yours, strict=True)),
        rows=large,
        page=name,
        processes=_server.PROCESSES,
        web_cpu_ms=cpu / (rounds() * count) * 1000,
    )

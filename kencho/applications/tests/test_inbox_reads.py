"""The inbox's walks along indexes give what the plain query gives, at any mixture of conditions."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kencho.applications import inbox, queries
from kencho.applications.models import Application, Status
from kencho.applications.queries import InboxFilter
from kencho.applications.testing import AT, apply, publish
from kencho.foundation import clock
from kencho.foundation.text import fold
from kencho.organization.models import StaffMember
from kencho.organization.queries import Desk
from kencho.organization.testing import Cast, desk, make_staff
from kencho.procedures.models import ProcedureVersion

TODAY = clock.day_of(AT)
PAGE = 5
NAMES = ("佐藤 花子", "鈴木 太郎", "高橋 みどり")


@pytest.fixture
def office(cast: Cast) -> tuple[Desk, list[ProcedureVersion]]:
    """A desk with sixty applications of two procedures in every state, some of another division."""
    versions = [publish(cast), publish(cast, "library-card", routes=False)]
    model = apply(versions[0])
    colleague = make_staff(cast.division, "S0010", "同僚 八郎")
    rng = random.Random(5)
    Application.objects.bulk_create(
        _copy(model, n, rng.choice(versions), rng, cast, [cast.clerk, colleague, None]) for n in range(60)
    )
    return desk(cast.clerk, TODAY), versions


def _copy(
    model: Application,
    n: int,
    version: ProcedureVersion,
    rng: random.Random,
    cast: Cast,
    people: list[StaffMember | None],
) -> Application:
    status, name, number = rng.choice(Status.values), rng.choice(NAMES), f"24000-08-{500 + n:06d}"
    # Several arrive at the same instant: the id decides their order.
    at = AT - timedelta(hours=rng.randrange(20))
    return Application(
        body=model.body,
        procedure=version.procedure,
        version=version,
        number=number,
        status=status,
        division=cast.division if rng.random() < 0.8 else cast.other_division,
        idempotency_key=number,
        applicant_name=name,
        search_text=fold(f"{number} {name}"),
        answers={},
        answers_digest="0" * 64,
        fiscal_year=2026,
        arrived_at=at,
        decided_at=at,
        assignee=rng.choice(people),
        due_on=rng.choice(
            [None, TODAY - timedelta(days=3), TODAY + timedelta(days=1), TODAY + timedelta(days=30)]
        ),
    )


def _everything(office: tuple[Desk, list[ProcedureVersion]], wanted: InboxFilter) -> list[int]:
    """All pages, then all older windows, one after another."""
    return [pk for page in _pages(office[0], wanted) for pk in page]


def _pages(at: Desk, wanted: InboxFilter) -> Iterator[list[int]]:
    edge = inbox.due_edge(wanted, queries.calendar_of(at.body.pk, AT), TODAY)
    token, until = None, None
    while True:
        page = inbox.page(at.division, at.staff, wanted, due_edge=edge, token=token, until=until)
        yield [row.id for row in page.rows]
        if page.next_token is not None:
            token = page.next_token
        elif page.older is not None:
            token, until = None, page.older
        else:
            return


@given(
    status=st.sampled_from(["open", "", "in_review", "submitted", "issued"]),
    number=st.integers(0, 2),
    assignee=st.sampled_from(["", "me", "none", "S0010", "S9999"]),
    due=st.sampled_from(["", "overdue", "soon"]),
    words=st.sampled_from(["", "佐藤", "さとう", "24000-08-0005", "高橋 24000"]),
    window=st.sampled_from([3, 10, 1000]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walks_agree_with_the_plain_query(
    office: tuple[Desk, list[ProcedureVersion]],
    status: str,
    number: int,
    assignee: str,
    due: str,
    words: str,
    window: int,
) -> None:
    at, versions = office
    procedure = versions[number].procedure_id if number < len(versions) else None
    wanted = InboxFilter(status=status, procedure_id=procedure, assignee=assignee, due=due, words=words)
    plain = set(queries.inbox(at, wanted, TODAY).values_list("pk", flat=True))
    with patch.multiple(inbox, PAGE_SIZE=PAGE, WINDOW=window):
        found = _everything(office, wanted)
    assert set(found) == plain
    assert len(found) == len(plain)
    keys = dict(Application.objects.values_list("pk", "due_on" if due else "arrived_at"))
    order = [(keys[pk], pk) for pk in found]
    assert order == sorted(order, reverse=not due)


@pytest.mark.parametrize("wanted", [InboxFilter(status="open"), InboxFilter(), InboxFilter(status="issued")])
def test_one_can_turn_back(office: tuple[Desk, list[ProcedureVersion]], wanted: InboxFilter) -> None:
    at = office[0]
    with patch.object(inbox, "PAGE_SIZE", PAGE):
        first = inbox.page(at.division, at.staff, wanted, due_edge=TODAY)
        second = inbox.page(at.division, at.staff, wanted, due_edge=TODAY, token=first.next_token)
        back = inbox.page(at.division, at.staff, wanted, due_edge=TODAY, token=second.previous_token)
    assert first.previous_token is None
    assert [row.id for row in back.rows] == [row.id for row in first.rows]


def _plans(read: Callable[[], object]) -> list[str]:
    """How SQLite answers each statement on applications, its values being parameters as in real use."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        read()
    found = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if "applications_application" in sql:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                found.append("; ".join(row[3] for row in cursor.fetchall()))
    return found


def test_what_is_due_is_counted_in_its_own_index(office: tuple[Desk, list[ProcedureVersion]]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan is SQLite's")
    at, _versions = office
    calendar = queries.calendar_of(at.body.pk, AT)
    plans = _plans(lambda: inbox.counts(at.division, calendar, TODAY))
    assert sum("INDEX inbox_due (division_id=? AND due_on<?)" in plan for plan in plans) == 2
    overdue = _plans(lambda: inbox.page(at.division, at.staff, InboxFilter(due="overdue"), due_edge=TODAY))
    assert all("INDEX inbox_due" in plan for plan in overdue)


def test_every_page_walks_an_index(office: tuple[Desk, list[ProcedureVersion]]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan is SQLite's")
    at, versions = office
    conditions = product(
        ("open", "", "in_review", "withdrawn"),
        (None, versions[0].procedure_id),
        ("", "me", "none", "S0010"),
        ("",),
        ("", "overdue"),
    )
    for wanted in (InboxFilter(*each) for each in conditions):
        plans = _plans(partial(inbox.page, at.division, at.staff, wanted, due_edge=TODAY))
        assert plans
        for plan in plans:
            first = plan.split(";")[0]
            assert "SCAN applications_application" not in plan, wanted
            # Only the few rows picked by their id may be sorted.
            picked = "USING INTEGER PRIMARY KEY" in first
            assert picked or ("INDEX inbox_" in first and "TEMP B-TREE" not in plan), (wanted, plan)


@pytest.mark.parametrize(
    "wanted", [InboxFilter(status="open"), InboxFilter(), InboxFilter(status="open", assignee="me")]
)
def test_statements_do_not_grow_with_rows(
    office: tuple[Desk, list[ProcedureVersion]], wanted: InboxFilter, cast: Cast
) -> None:
    at, versions = office

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            inbox.page(at.division, at.staff, wanted, due_edge=TODAY)
        return len(caught)

    before = statements()
    model, rng = Application.objects.earliest("pk"), random.Random(9)
    Application.objects.bulk_create(
        _copy(model, 1000 + n, versions[0], rng, cast, [cast.clerk]) for n in range(200)
    )
    assert statements() == before


def test_counts_stop_at_the_cap(office: tuple[Desk, list[ProcedureVersion]]) -> None:
    at = office[0]
    calendar = queries.calendar_of(at.body.pk, AT)
    exact = inbox.counts(at.division, calendar, TODAY)
    for status in inbox.OPEN_STATUSES:
        number = Application.objects.filter(division=at.division, status=status).count()
        assert exact[status] == inbox.Count(number, more=False)
    with patch.object(inbox, "COUNT_CAP", 2):
        capped = inbox.counts(at.division, calendar, TODAY)
        assert capped["in_review"] == inbox.Count(2, more=True)
        assert inbox.total([capped["in_review"], inbox.Count(0, more=False)]) == inbox.Count(2, more=True)
        assert inbox.total([inbox.Count(1, more=False), inbox.Count(1, more=False)]) == inbox.Count(
            2, more=False
        )


def test_a_whole_number_is_found_wherever_it_stands(office: tuple[Desk, list[ProcedureVersion]]) -> None:
    at = office[0]
    oldest = Application.objects.filter(number__regex=r"-\d$").earliest("pk")
    Application.objects.filter(pk=oldest.pk).update(
        arrived_at=AT - timedelta(days=900), status=Status.WITHDRAWN
    )
    with patch.object(inbox, "WINDOW", 1):
        page = inbox.page(
            at.division, at.staff, InboxFilter(words=oldest.number.replace("-", "－")), due_edge=TODAY
        )
    assert [row.id for row in page.rows] == [oldest.pk]

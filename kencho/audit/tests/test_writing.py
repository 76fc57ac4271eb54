"""Entries: what is written is what is read, and nothing is written twice."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from pytest_django import Settings

from kencho.audit import guards, rows, services
from kencho.audit.models import AuditIsAppendOnly, Entry, Head, Seal, SealedEntry
from kencho.audit.tests.people import AT, CLERK, Thing, sealed_log, write

pytestmark = pytest.mark.django_db
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
DETAILS = st.dictionaries(
    TEXT,
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**60), 2**60)
        | TEXT
        | st.floats(allow_nan=False)
        | st.dates(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


def _row(entry: Entry) -> rows.Row:
    return next(
        iter(list(rows.select(f"SELECT {rows.COLUMNS} FROM audit_entry e WHERE e.id = %s", [entry.pk])))
    )


@given(details=DETAILS, label=TEXT)
@limits(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_code_covers_what_the_database_gives_back(details: dict[str, Any], label: str) -> None:
    entry = services.record("test.thing.do", Thing(pk=1), by=CLERK, at=AT, label=label, details=details)
    read = Entry.objects.get(pk=entry.pk)
    assert services.canonical(read) == services.canonical(entry) == rows.bytes_of(_row(entry))
    assert services.code_of(read) == read.mac


def test_values_that_json_lacks_become_text() -> None:
    entry = write(1, day=date(2026, 4, 1), yen=Decimal("1.50"), share=0.5, 組={"b", "a"}, pair=(1, 2))
    entry.refresh_from_db()
    assert entry.details == {
        "day": "2026-04-01",
        "yen": "1.50",
        "share": "0.5",
        "組": ["a", "b"],
        "pair": [1, 2],
    }


def test_a_long_label_is_cut() -> None:
    entry = services.record("test.thing.do", Thing(pk=1), by=CLERK, at=AT, label="あ" * 200)
    assert entry.subject_label == "あ" * 120


def test_the_actor_gives_the_body_unless_it_is_named() -> None:
    assert write(1).body == "240001"
    assert services.record("test.thing.do", Thing(pk=1), by=CLERK, at=AT, body="242012").body == "242012"


def test_equal_acts_have_different_keys() -> None:
    assert write(1).mac != write(1).mac


@pytest.mark.parametrize(
    "change",
    [
        lambda: Entry.objects.get().save(),
        lambda: Entry.objects.get().delete(),
        lambda: Entry.objects.update(action="x"),
        lambda: Entry.objects.all().delete(),
        lambda: Entry.objects.bulk_update([], ["action"]),
    ],
)
def test_models_refuse_changes(change: Callable[[], object]) -> None:
    write(1)
    with pytest.raises(AuditIsAppendOnly):
        change()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET body = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_seal SET root = 'x'",
        "DELETE FROM audit_seal",
        "UPDATE audit_sealedentry SET position = 99",
        "DELETE FROM audit_sealedentry",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET number = number - 1",
        "UPDATE audit_head SET number = number + 2",
        "UPDATE audit_head SET number = number + 1, entries = 0",
    ],
)
def test_the_database_refuses_changes(sql: str) -> None:
    sealed_log(3, 2, 1)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", [*guards.TABLES, guards.HEAD])
def test_postgresql_refuses_truncate(table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_guards_go_and_come_back() -> None:
    assert guards.missing(connection) == []
    with guards.lifted(connection):
        assert guards.present(connection) == []
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_flush_is_for_databases_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed_log(3, 2, 1)
    monkeypatch.setitem(connection.settings_dict, "NAME", "/srv/kencho.sqlite3")
    with pytest.raises(CommandError, match="監査記録は消せません"):
        call_command("flush", interactive=False, verbosity=0)
    monkeypatch.undo()
    assert Entry.objects.count() == 4
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()
    assert not Seal.objects.exists()
    assert not SealedEntry.objects.exists()
    assert Head.objects.get().number == 0
    assert guards.missing(connection) == []


def test_codes_of_an_earlier_secret_still_count(settings: Settings) -> None:
    from kencho.audit.verification import verify

    sealed_log(3, 2, 1)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    assert verify(at=AT).has_foreign_key
    settings.SECRET_KEY_FALLBACKS = [old]
    assert verify(at=AT).is_clean
    write(9)
    assert len(list(services.seal_all(at=AT))) == 1
    assert verify(at=AT).is_clean

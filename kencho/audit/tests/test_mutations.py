"""Somebody with full power over the database changes rows: verification names every one of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kencho.audit import encoding, guards, rows
from kencho.audit.models import Entry, Head, Seal, SealedEntry
from kencho.audit.tests.deeds import HASH, PER_SEAL, SEALED, SEALS, WAITING, changes, run
from kencho.audit.tests.people import AT, sealed_log
from kencho.audit.verification import FindingKind, Report, verify
from kencho.foundation import merkle

pytestmark = pytest.mark.django_db
Table = dict[Any, tuple[Any, ...]]
MODELS: dict[str, Any] = {"entry": Entry, "seal": Seal, "member": SealedEntry, "head": Head}


@pytest.fixture
def log(db: None) -> Iterator[None]:
    """A log without its guards; ids start at 1 so that mutations can name them."""
    sealed_log(SEALED, PER_SEAL, WAITING)
    guards.remove(connection)
    yield
    guards.install(connection)


def base() -> int:
    """The id before the first entry (sequences go on over tests)."""
    return int(Entry.objects.order_by("pk").values_list("pk", flat=True)[0]) - 1


def snapshot() -> dict[str, Table]:
    """All tables by primary key, with blobs as bytes."""
    return {
        name: {
            row[0]: tuple(bytes(each) if isinstance(each, memoryview) else each for each in row)
            for row in model.objects.order_by("pk").values_list(
                *[field.attname for field in model._meta.fields]
            )
        }
        for name, model in MODELS.items()
    }


def seen(report: Report) -> set[tuple[str, Any]]:
    """What the report names, in the terms of ``differences``."""
    names: set[tuple[str, Any]] = set()
    for finding in report.findings:
        if finding.kind in {FindingKind.HEAD_CHANGED, FindingKind.HEAD_REMOVED}:
            names.add(("head", 1))
        elif finding.position is not None or finding.entry is not None:
            names |= {("entry", finding.entry), ("place", (finding.seal, finding.position))}
        elif finding.seal is not None:
            names.add(("seal", finding.seal))
    return names


def unnamed(before: dict[str, Table], after: dict[str, Table], report: Report) -> list[str]:
    """Differences that the report does not name.

    A seal that is named stands for the rows of its members; a damaged head for the seals cut off behind it; and a
    genuine entry under another number is told by what is missing under its old one.
    """
    names, missing = seen(report), []
    if ("head", 1) in names:
        names |= {("seal", number) for number in before["seal"] if number > max(after["seal"], default=0)}
    moved = [row[1:] for pk, row in before["entry"].items() if after["entry"].get(pk) != row]
    for table in MODELS:
        for pk in before[table].keys() | after[table].keys():
            old, new = before[table].get(pk), after[table].get(pk)
            if old == new or (table == "entry" and old is None and new is not None and new[1:] in moved):
                continue
            if not names & _terms(table, pk, old, new, before):
                missing.append(f"{table} {pk}: {old} -> {new}")
    return missing


def _terms(
    table: str, pk: Any, old: tuple[Any, ...] | None, new: tuple[Any, ...] | None, before: dict[str, Table]
) -> set[tuple[str, Any]]:
    if table in {"seal", "head"}:
        return {(table, pk)}
    terms = {("entry", pk)}
    for member in (
        before["member"].get(pk),
        old if table == "member" else None,
        new if table == "member" else None,
    ):
        if member is not None:
            terms |= {("place", (member[1], member[2])), ("seal", member[1])}
    return terms


def _check(deeds: list[tuple[str, Callable[[int], None]]]) -> None:
    with transaction.atomic():
        before, start = snapshot(), base()
        for _name, deed in deeds:
            deed(start)
        after = snapshot()
        report = verify(at=AT)
        damage = [f for f in report.findings if f.kind != FindingKind.GUARD_REMOVED]
        assert unnamed(before, after, report) == []
        assert bool(damage) == (before != after), [f.sentence for f in damage]
        assert all(f.sentence for f in damage)
        transaction.set_rollback(True)


@given(deeds=st.lists(changes(), min_size=1, max_size=1))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_one_deed_is_named(log: None, deeds: list[tuple[str, Callable[[int], None]]]) -> None:
    _check(deeds)


@given(deeds=st.lists(changes(), min_size=2, max_size=6))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_several_deeds_are_named(log: None, deeds: list[tuple[str, Callable[[int], None]]]) -> None:
    _check(deeds)


def test_an_exchange_beside_a_missing_member_is_named(log: None) -> None:
    """No root can be made of a seal that lacks a member, so the exchange must show by itself."""
    seal = SealedEntry.objects.values_list("seal_id", flat=True).order_by("seal_id")[0]
    gone, one, two = (
        SealedEntry.objects.filter(seal_id=seal).order_by("position").values_list("pk", flat=True)[:3]
    )

    def exchange(_start: int) -> None:
        place = dict(SealedEntry.objects.filter(pk__in=[one, two]).values_list("pk", "position"))
        for pk, position in ((one, 9999), (two, place[one]), (one, place[two])):
            run("UPDATE audit_sealedentry SET position = %s WHERE entry_id = %s", position, pk)

    def delete(_start: int) -> None:
        run("DELETE FROM audit_entry WHERE id = %s", gone)
        run("DELETE FROM audit_sealedentry WHERE entry_id = %s", gone)

    _check([("delete", delete), ("exchange", exchange)])


def test_an_untouched_log_is_clean(log: None) -> None:
    guards.install(connection)
    report = verify(at=AT)
    assert report.is_clean
    assert (report.entries, report.sealed, report.unsealed, report.seals) == (
        SEALED + WAITING,
        SEALED,
        WAITING,
        SEALS,
    )


def test_missing_guards_are_told(log: None) -> None:
    assert {finding.kind for finding in verify(at=AT).findings} == {FindingKind.GUARD_REMOVED}


def test_everything_reckoned_anew_without_the_key_is_found(log: None) -> None:
    """The attacker changes an entry, then mends leaf, root, every later seal and the head; only the codes are lacking."""
    start = base()
    run("UPDATE audit_entry SET action = 'x' WHERE id = %s", start + 8)
    hashes = {0: ""}
    for seal in Seal.objects.order_by("number"):
        sql = (
            f"SELECT {rows.COLUMNS} FROM audit_entry e JOIN audit_sealedentry s ON s.entry_id = e.id "
            "WHERE s.seal_id = %s ORDER BY s.position"
        )
        leaves = []
        for row in list(rows.select(sql, [seal.number])):
            leaves.append(merkle.leaf_hash(rows.leaf_data(row[0], rows.bytes_of(row))))
            run("UPDATE audit_sealedentry SET leaf_hash = %s WHERE entry_id = %s", leaves[-1], row[0])
        columns = {
            "number": seal.number,
            "first": seal.first,
            "last": seal.last,
            "count": seal.count,
            "root": merkle.root(leaves).hex(),
            "previous_hash": hashes[seal.number - 1],
            "skip_hash": hashes[encoding.skip_of(seal.number)],
            "sealed_at": rows.moment(seal.sealed_at),
        }
        hashes[seal.number] = encoding.hash_of(encoding.bytes_of_seal(**columns))
        run(
            "UPDATE audit_seal SET root = %s, previous_hash = %s, skip_hash = %s, hash = %s WHERE number = %s",
            columns["root"],
            columns["previous_hash"],
            columns["skip_hash"],
            hashes[seal.number],
            seal.number,
        )
    run("UPDATE audit_head SET hash = %s", hashes[SEALS])
    guards.install(connection)
    found = {(finding.kind, finding.entry) for finding in verify(at=AT).findings}
    assert found == {(FindingKind.ENTRY_FORGED, start + 8), (FindingKind.HEAD_CHANGED, None)}


def test_hashes_kept_elsewhere_find_what_the_key_could_hide(log: None) -> None:
    guards.install(connection)
    kept = {seal.number: seal.hash for seal in Seal.objects.all()}
    assert verify(at=AT, expected=kept).is_clean
    wrong = verify(at=AT, expected={**kept, 2: HASH, 99: HASH})
    assert {(f.kind, f.seal) for f in wrong.findings} == {
        (FindingKind.EXPECTATION_FAILED, 2),
        (FindingKind.EXPECTATION_FAILED, 99),
    }


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite keeps the uniqueness of a table for ever"
)
def test_copies_are_found_where_the_uniqueness_was_dropped(log: None) -> None:
    run("ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_key_key")
    start = base()
    columns = (
        "key, at, body, actor_kind, actor_id, action, subject_type, subject_id, subject_label, details, mac"
    )
    run(
        f"INSERT INTO audit_entry (id, {columns}) SELECT %s, {columns} FROM audit_entry WHERE id = %s",
        start + 900,
        start + 2,
    )
    assert (FindingKind.ENTRY_COPIED, start + 900) in {(f.kind, f.entry) for f in verify(at=AT).findings}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps types")
@pytest.mark.parametrize("value", [b"\xff\xfe", 12, "not a time", None])
@pytest.mark.parametrize("column", ["at", "details", "subject_label", "key"])
def test_values_of_other_types_do_not_stop_it(log: None, column: str, value: object) -> None:
    run("PRAGMA ignore_check_constraints = ON")
    start = base()
    if value is None:
        value = "null" if column == "details" else ""
    run(f"UPDATE audit_entry SET {column} = CAST(%s AS TEXT) WHERE id = %s", value, start + 3)
    assert start + 3 in {finding.entry for finding in verify(at=AT).findings}

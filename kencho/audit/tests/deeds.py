"""What somebody with full power over the database may do to the log: the deeds of ``test_mutations``."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from hypothesis import strategies as st

from kencho.audit.models import SealedEntry

SEALED, PER_SEAL, WAITING, SEALS = 20, 6, 3, 4
HASH = "ab" * 32


def run(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


ENTRY_COLUMNS = (
    "body",
    "actor_kind",
    "actor_id",
    "action",
    "subject_type",
    "subject_id",
    "subject_label",
    "mac",
)
ids = st.integers(1, SEALED)
any_id = st.integers(1, SEALED + WAITING)
numbers = st.integers(1, SEALS)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, Callable[[int], None]]:
    """One deed, told the id before the first entry."""
    name = draw(st.sampled_from(sorted(DEEDS)))
    return name, DEEDS[name](draw)


def edit_entry(draw: st.DrawFn) -> Callable[[int], None]:
    column, who = draw(st.sampled_from(ENTRY_COLUMNS)), draw(any_id)
    return lambda b: run(f"UPDATE audit_entry SET {column} = 'x' WHERE id = %s", b + who)


def edit_moment(draw: st.DrawFn) -> Callable[[int], None]:
    who = draw(any_id)
    return lambda b: run("UPDATE audit_entry SET at = '2020-01-01 00:00:00.000001+00' WHERE id = %s", b + who)


def edit_details(draw: st.DrawFn) -> Callable[[int], None]:
    who, value = draw(any_id), draw(st.sampled_from(['{"n":99}', "{}", "[]", '{"n":1.0}', "null"]))
    return lambda b: run("UPDATE audit_entry SET details = %s WHERE id = %s", value, b + who)


def edit_key(draw: st.DrawFn) -> Callable[[int], None]:
    who = draw(any_id)
    return lambda b: run("UPDATE audit_entry SET key = %s WHERE id = %s", f"{who:032x}", b + who)


def renumber(draw: st.DrawFn) -> Callable[[int], None]:
    who = draw(ids)
    return lambda b: run(
        "UPDATE audit_entry SET id = %s WHERE id = %s AND NOT EXISTS (SELECT 1 FROM audit_entry WHERE id = %s)",
        b + who + 1000,
        b + who,
        b + who + 1000,
    )


def delete_entry(draw: st.DrawFn) -> Callable[[int], None]:
    who = draw(ids)
    return lambda b: run("DELETE FROM audit_entry WHERE id = %s", b + who)


def delete_entry_with_member(draw: st.DrawFn) -> Callable[[int], None]:
    who = draw(ids)

    def deed(b: int) -> None:
        run("DELETE FROM audit_entry WHERE id = %s", b + who)
        run("DELETE FROM audit_sealedentry WHERE entry_id = %s", b + who)

    return deed


def insert_entry(draw: st.DrawFn) -> Callable[[int], None]:
    who, pk = draw(any_id), draw(st.integers(500, 600))
    columns = "at, body, actor_kind, actor_id, action, subject_type, subject_id, subject_label, details, mac"
    return lambda b: run(
        f"INSERT INTO audit_entry (id, key, {columns}) SELECT %s, %s, {columns} FROM audit_entry WHERE id = %s "
        "AND NOT EXISTS (SELECT 1 FROM audit_entry WHERE id = %s)",
        b + pk,
        f"{pk:032x}",
        b + who,
        b + pk,
    )


def swap_entries(draw: st.DrawFn) -> Callable[[int], None]:
    one, two = draw(ids), draw(ids)

    def deed(b: int) -> None:
        for old, new in ((b + one, -7), (b + two, b + one), (-7, b + two)):
            run("UPDATE audit_entry SET id = %s WHERE id = %s", new, old)

    return deed


def swap_members(draw: st.DrawFn) -> Callable[[int], None]:
    one, two = draw(ids), draw(ids)

    def deed(b: int) -> None:
        places = dict(SealedEntry.objects.filter(pk__in=[b + one, b + two]).values_list("pk", "position"))
        seals = dict(SealedEntry.objects.filter(pk__in=[b + one, b + two]).values_list("pk", "seal_id"))
        if len(places) < 2:
            return
        run("UPDATE audit_sealedentry SET position = 9999 WHERE entry_id = %s", b + one)
        for to, source in ((b + two, b + one), (b + one, b + two)):
            run(
                "UPDATE audit_sealedentry SET position = %s, seal_id = %s WHERE entry_id = %s",
                places[source],
                seals[source],
                to,
            )

    return deed


def edit_leaf(draw: st.DrawFn) -> Callable[[int], None]:
    who = draw(ids)
    return lambda b: run(
        "UPDATE audit_sealedentry SET leaf_hash = %s WHERE entry_id = %s", bytes(32), b + who
    )


def delete_member(draw: st.DrawFn) -> Callable[[int], None]:
    who = draw(ids)
    return lambda b: run("DELETE FROM audit_sealedentry WHERE entry_id = %s", b + who)


def insert_member(draw: st.DrawFn) -> Callable[[int], None]:
    number, position = draw(numbers), draw(st.integers(100, 110))
    pk = draw(st.integers(700, 800))
    return lambda b: run(
        "INSERT INTO audit_sealedentry (entry_id, seal_id, position, leaf_hash) SELECT %s, %s, %s, %s WHERE NOT EXISTS "
        "(SELECT 1 FROM audit_sealedentry WHERE entry_id = %s OR (seal_id = %s AND position = %s))",
        b + pk,
        number,
        position,
        bytes(32),
        b + pk,
        number,
        position,
    )


def edit_seal(draw: st.DrawFn) -> Callable[[int], None]:
    column, value = draw(
        st.sampled_from(
            [
                ("root", HASH),
                ("previous_hash", HASH),
                ("skip_hash", HASH),
                ("hash", HASH),
                ("count", 2),
                ('"first"', 99999),
                ('"last"', 99999),
                ("sealed_at", "2020-01-01 00:00:00+00"),
            ]
        )
    )
    number = draw(numbers)
    return lambda b: run(f"UPDATE audit_seal SET {column} = %s WHERE number = %s", value, number)


def delete_seal(draw: st.DrawFn) -> Callable[[int], None]:
    number = draw(numbers)
    return lambda b: run("DELETE FROM audit_seal WHERE number = %s", number)


def insert_seal(draw: st.DrawFn) -> Callable[[int], None]:
    number = draw(st.integers(50, 60))
    return lambda b: run(
        'INSERT INTO audit_seal (number, "first", "last", count, root, previous_hash, skip_hash, sealed_at, hash) '
        'SELECT %s, "first", "last", count, root, previous_hash, skip_hash, sealed_at, hash FROM audit_seal '
        "WHERE number = 1 AND NOT EXISTS (SELECT 1 FROM audit_seal WHERE number = %s)",
        number,
        number,
    )


def cut_tail(draw: st.DrawFn) -> Callable[[int], None]:
    number = draw(numbers)

    def deed(b: int) -> None:
        run(
            "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_sealedentry WHERE seal_id >= %s)",
            number,
        )
        run("DELETE FROM audit_sealedentry WHERE seal_id >= %s", number)
        run("DELETE FROM audit_seal WHERE number >= %s", number)

    return deed


def edit_head(draw: st.DrawFn) -> Callable[[int], None]:
    column, value = draw(st.sampled_from([("number", 2), ("entries", 5), ("hash", HASH), ("mac", HASH)]))
    return lambda b: run(f"UPDATE audit_head SET {column} = %s", value)


def delete_head(draw: st.DrawFn) -> Callable[[int], None]:
    return lambda b: run("DELETE FROM audit_head")


DEEDS: dict[str, Callable[[st.DrawFn], Callable[[int], None]]] = {
    deed.__name__: deed
    for deed in (
        edit_entry,
        edit_moment,
        edit_details,
        edit_key,
        renumber,
        delete_entry,
        delete_entry_with_member,
        insert_entry,
        swap_entries,
        swap_members,
        edit_leaf,
        delete_member,
        insert_member,
        edit_seal,
        delete_seal,
        insert_seal,
        cut_tail,
        edit_head,
        delete_head,
    )
}

"""The attacker with everything: each version of the database file and its write-ahead log, all tables, all the time."""

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from kencho.surveys import services
from kencho.surveys.anonymity import new_receipt
from kencho.surveys.models import Ballot, BallotBox
from kencho.surveys.tests.people import DURING, MAIN, Office, answers, close, make_office, open_cycle, token

OPTIONS = ("strongly_felt", "somewhat_felt", "neutral", "little_felt", "not_felt")


def _tables() -> dict[str, list[Any]]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = {}
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')
            found[name] = sorted(map(repr, cursor.fetchall()))
    return found


@pytest.mark.django_db
def test_an_answer_changes_one_row_of_one_table(office: Office) -> None:
    """No log, no queue, no session, no counter: nothing else in the whole database is different afterwards."""
    cycle = open_cycle(office)
    mine = token(cycle, office.somebody)
    before = _tables()
    services.answer(cycle=cycle, token=mine, receipt=new_receipt(), answers=answers(), at=DURING)
    after = _tables()
    changed = {name for name in after if before[name] != after[name]}
    assert changed == {"surveys_ballotbox"}
    assert len(set(after["surveys_ballotbox"]) - set(before["surveys_ballotbox"])) == 1
    assert len(after["surveys_ballotbox"]) == len(before["surveys_ballotbox"])


@pytest.mark.django_db
def test_no_table_has_room_for_person_and_time(office: Office) -> None:
    assert {field.name for field in Ballot._meta.fields} == {"id", "cycle", "group", "answers"}
    assert {field.name for field in BallotBox._meta.fields} == {
        "group", "tokens", "spent", "tags", "ballots", "ballot_size",
    }  # fmt: skip


def _files() -> bytes:
    path = Path(str(connection.settings_dict["NAME"]))
    beside = [path, path.with_name(path.name + "-wal")]
    return b"".join(file.read_bytes() for file in beside if file.exists())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the files of SQLite")
def test_linking_with_all_files_and_versions_is_no_better_than_chance() -> None:
    """All of a group vote, each a text of their own; the attacker copies the files after each vote and at the end."""
    office = make_office()
    cycle = open_cycle(office)
    people = [person for group in office.staff.values() for person in group]
    random.shuffle(people)
    seen: list[tuple[bytes, set[bytes]]] = []
    said: dict[bytes, str] = {}
    known: set[bytes] = set()
    for n, person in enumerate(people):
        mine, words = token(cycle, person), f"わたしは{n}番目に答えた"
        services.answer(
            cycle=cycle,
            token=mine,
            receipt=new_receipt(),
            answers=answers(random.choice(OPTIONS), q_free=(words,)),
            at=DURING,
        )
        now = {
            ballot
            for row in BallotBox.objects.filter(group__cycle=cycle)
            for ballot in row.box.sealed_ballots()
        }
        seen.append((mine, now - known))
        known = now
        said[mine] = words
        if n % 10 == 0:
            assert "番目に答えた".encode() not in _files()
    assert [len(new) for _token, new in seen] == [1] * len(people)
    close(cycle)
    services.scrub()
    _attack(seen, said)


def _attack(seen: list[tuple[bytes, set[bytes]]], said: dict[bytes, str]) -> None:
    """The attacker knows whose sealed ballot is which, reads everything that is left, and guesses."""
    data = _files()
    for _token, (ballot,) in seen:
        # Nothing of a sealed ballot, by which a vote could be followed, is in what is left.
        assert ballot[:32] not in data
    path = str(connection.settings_dict["NAME"])
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as copy:
        texts = [row[0] for row in copy.execute("SELECT text FROM surveys_freetext ORDER BY rowid")]
        stored = [row[0] for row in copy.execute("SELECT id FROM surveys_ballot ORDER BY rowid")]
    assert len(texts) == len(stored) == len(seen)
    in_order = [said[token] for token, _new in seen]
    by_bytes = [said[token] for token, _new in sorted(seen, key=lambda each: min(each[1]))]
    by_token = [said[token] for token, _new in sorted(seen)]
    for guess in (in_order, in_order[::-1], by_bytes, by_token):
        hits = sum(a == b for a, b in zip(guess, texts, strict=True))
        # One hit is expected of a random order of any length; eight have a chance of one in forty thousand.
        assert hits < 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the files of SQLite")
def test_the_key_leaves_the_files_with_the_closing() -> None:
    office = make_office()
    cycle = open_cycle(office)
    kept = bytes(cycle.secret)
    services.answer(
        cycle=cycle, token=token(cycle, office.somebody), receipt=new_receipt(), answers=answers(), at=DURING
    )
    assert kept in _files()
    close(cycle)
    services.scrub()
    assert kept not in _files()
    assert settings.SECRET_KEY.encode() not in _files()
    assert Ballot.objects.get().answers[MAIN] == ["strongly_felt"]

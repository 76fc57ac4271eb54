"""Sealing: everything once, nothing over damaged seals."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from kencho.audit import encoding, guards, services, tasks
from kencho.audit.models import Entry, Head, Seal, SealedEntry
from kencho.audit.tests.people import AT, sealed_log, write, write_many
from kencho.audit.verification import verify
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor

pytestmark = pytest.mark.django_db


def test_each_entry_is_sealed_once() -> None:
    entries = write_many(10)
    seals = list(services.seal_all(at=AT, limit=4))
    assert [(seal.number, seal.count) for seal in seals] == [(1, 4), (2, 4), (3, 2)]
    assert set(SealedEntry.objects.values_list("pk", flat=True)) == {entry.pk for entry in entries}
    assert list(services.seal_all(at=AT)) == []
    head = Head.objects.get()
    assert (head.number, head.entries, head.hash) == (3, 10, seals[-1].hash)


def test_seals_name_the_one_before_and_one_further_back() -> None:
    write_many(9)
    hashes = {seal.number: seal for seal in services.seal_all(at=AT, limit=1)}
    for number, seal in hashes.items():
        assert seal.previous_hash == (hashes[number - 1].hash if number > 1 else "")
        back = encoding.skip_of(number)
        assert seal.skip_hash == (hashes[back].hash if back else "")


def test_a_row_committed_late_with_a_small_id_is_not_missed() -> None:
    write_many(3)
    late = services.build("test.thing.do", Entry(pk=1), by=_by(), at=AT)
    with connection.cursor() as cursor:
        # The id that PostgreSQL hands to a transaction which commits after others did.
        cursor.execute("SELECT MAX(id) FROM audit_entry")
        newest = cursor.fetchone()[0]
    gap = newest + 2
    late.pk = gap
    after = services.build("test.thing.do", Entry(pk=1), by=_by(), at=AT)
    after.pk = gap + 1
    after.save()
    assert [seal.count for seal in services.seal_due(at=AT)] == [4]
    late.save()
    assert [seal.count for seal in services.seal_due(at=AT + timedelta(minutes=1))] == [1]
    assert verify(at=AT).is_clean


def test_a_row_that_is_later_than_an_hour_waits_for_the_sweep() -> None:
    write_many(3)
    late = services.build("test.thing.do", Entry(pk=1), by=_by(), at=AT)
    late.pk = Entry.objects.latest("pk").pk - 10
    services.seal_due(at=AT)
    late.save()
    assert services.seal_due(at=AT + timedelta(hours=2)) == []
    assert [seal.count for seal in services.seal_all(at=AT + timedelta(hours=2))] == [1]


def test_a_run_makes_a_limited_number_of_seals() -> None:
    write_many(10)
    assert len(services.seal_due(at=AT, limit=2, runs=3)) == 3
    assert len(services.seal_due(at=AT, limit=2, runs=3)) == 2


def test_damaged_seals_are_not_covered_up() -> None:
    sealed_log(6, 2, 2)
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_sealedentry WHERE seal_id = 3")
        cursor.execute("DELETE FROM audit_seal WHERE number = 3")
    with pytest.raises(services.UnableToSeal):
        list(services.seal_all(at=AT))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_head SET number = 2, hash = %s", [Seal.objects.get(pk=2).hash])
    with pytest.raises(services.UnableToSeal):
        list(services.seal_all(at=AT))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_head")
    with pytest.raises(services.UnableToSeal):
        list(services.seal_all(at=AT))


def test_the_tasks_seal_and_verify() -> None:
    write_many(3)
    with clock.simulated(AT):
        tasks.seal_due()
        tasks.seal_late()
        tasks.verify_nightly()
    assert Seal.objects.count() == 1
    entry = Entry.objects.get(action="audit.log.verify")
    assert entry.details == {"entries": 3, "findings": 0, "seal": 1, "hash": Seal.objects.get().hash}
    assert {"audit.seal_due", "audit.seal_late", "audit.verify_nightly"} <= set(queue.registered())


def _by() -> Actor:
    from kencho.audit.tests.people import CLERK

    return CLERK


@pytest.mark.django_db(transaction=True)
def test_sealing_while_others_write_loses_nothing() -> None:
    def writer(first: int) -> None:
        try:
            for number in range(first, first + 40):
                with transaction.atomic():
                    write(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=writer, args=(first,)) for first in (1, 1001)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        services.seal_due(at=AT, limit=7)
    for thread in threads:
        thread.join()
    services.seal_due(at=AT)
    assert SealedEntry.objects.count() == Entry.objects.count() == 80
    assert verify(at=AT).is_clean

"""Sealing: entries in no seal yet are put under a Merkle root that is tied to the seals before it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from kencho.audit import encoding, rows
from kencho.audit.events import AuditSealed
from kencho.audit.models import HEAD_ID, Head, Seal
from kencho.foundation import events, merkle

MAX_PER_SEAL = 20_000
MAX_PER_RUN = 10
# Transactions on PostgreSQL that began longer ago than this are left to the daily sweep.
LATE = timedelta(hours=1)


class UnableToSeal(Exception):
    """The newest seal is not the one that the head names: somebody changed the seals. A further seal would cover it up."""


def begin_head() -> Head:
    """Write the head of an empty log; called once, by the migration that makes the tables."""
    return Head.objects.create(id=HEAD_ID, mac=encoding.code_for(encoding.bytes_of_head(0, 0, "")))


@transaction.atomic
def _seal_next(*, above: int, at: datetime, limit: int) -> Seal | None:
    """Seal up to ``limit`` entries with ids above one; None when there are none. Raises UnableToSeal."""
    head = _held_head()
    found = rows.unsealed(above=above, limit=limit)
    if not found:
        return None
    leaves = [merkle.leaf_hash(rows.leaf_data(row[0], rows.bytes_of(row))) for row in found]
    seal = _make(head, found, leaves, at)
    _enter(seal, found, leaves)
    entries = head.entries + seal.count
    code = encoding.code_for(encoding.bytes_of_head(seal.number, entries, seal.hash))
    Head.objects.filter(pk=HEAD_ID).update(number=seal.number, entries=entries, hash=seal.hash, mac=code)
    events.publish(AuditSealed(number=seal.number, count=seal.count, hash=seal.hash), at=at)
    return seal


def _held_head() -> Head:
    """The head, locked so that only one seal is made at a time, and checked."""
    head = Head.objects.select_for_update().filter(pk=HEAD_ID).first()
    if head is None:
        raise UnableToSeal("head")
    if not encoding.is_code_of(encoding.bytes_of_head(head.number, head.entries, head.hash), head.mac):
        raise UnableToSeal("head")
    newest = Seal.objects.order_by("-number").values_list("number", "hash").first() or (0, "")
    if newest != (head.number, head.hash):
        raise UnableToSeal(f"seal {head.number}")
    return head


def _make(head: Head, found: Sequence[rows.Row], leaves: Sequence[bytes], at: datetime) -> Seal:
    number = head.number + 1
    skipped = Seal.objects.filter(pk=encoding.skip_of(number)).values_list("hash", flat=True).first()
    seal = Seal(
        number=number,
        first=found[0][0],
        last=found[-1][0],
        count=len(found),
        root=merkle.root(leaves).hex(),
        previous_hash=head.hash,
        skip_hash=skipped or "",
        sealed_at=at,
    )
    seal.hash = encoding.hash_of(
        encoding.bytes_of_seal(
            number=number,
            first=seal.first,
            last=seal.last,
            count=seal.count,
            root=seal.root,
            previous_hash=seal.previous_hash,
            skip_hash=seal.skip_hash,
            sealed_at=rows.moment(at),
        )
    )
    seal.save(force_insert=True)
    return seal


def _enter(seal: Seal, found: Sequence[rows.Row], leaves: Sequence[bytes]) -> None:
    members = [
        (row[0], seal.number, i, leaf) for i, (row, leaf) in enumerate(zip(found, leaves, strict=True))
    ]
    with connection.cursor() as cursor:
        # Model objects for each of a million rows would cost more than everything else here.
        cursor.executemany(
            "INSERT INTO audit_sealedentry (entry_id, seal_id, position, leaf_hash) VALUES (%s, %s, %s, %s)",
            members,
        )


def _floor(at: datetime) -> int:
    """Below this id everything was sealed, but for transactions that stayed open longer than ``LATE``."""
    recent = Seal.objects.filter(sealed_at__gt=at - LATE).aggregate(low=Min("first"))["low"]
    if recent is not None:
        return int(recent) - 1
    newest = Seal.objects.order_by("-number").values("last")[:100]
    return int(newest.aggregate(high=Max("last"))["high"] or 0)


def seal_due(*, at: datetime, limit: int = MAX_PER_SEAL, runs: int = MAX_PER_RUN) -> list[Seal]:
    """Seal what was written lately, at most ``runs`` seals of ``limit`` entries. Raises UnableToSeal."""
    made = []
    for seal in _seals(_floor(at), at=at, limit=limit):
        made.append(seal)
        if len(made) == runs:
            break
    return made


def seal_all(*, at: datetime, limit: int = MAX_PER_SEAL) -> Iterator[Seal]:
    """Seal everything that is in no seal, however old; each seal is a transaction of its own. Raises UnableToSeal."""
    yield from _seals(rows.LOWEST, at=at, limit=limit)


def _seals(above: int, *, at: datetime, limit: int) -> Iterator[Seal]:
    while seal := _seal_next(above=above, at=at, limit=limit):
        yield seal
        above = seal.last

"""Proofs that an entry is under a seal, for anybody to check without Kencho."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from kencho.audit import encoding, proofs, rows
from kencho.audit.models import HEAD_ID, Entry, Head, Seal, SealedEntry
from kencho.foundation import merkle

_ROW = f"SELECT {rows.COLUMNS} FROM audit_entry e WHERE e.id = %s"  # noqa: S608  # constants only


class UnableToProve(Exception):
    """No such entry, or none of them is under a seal yet (``waiting`` of them are to be sealed)."""

    def __init__(self, waiting: int = 0) -> None:
        super().__init__(str(waiting))
        self.waiting = waiting


def prove_label(label: str, *, at: datetime, body: str = "", through: Sequence[int] = ()) -> dict[str, Any]:
    """A proof of all sealed entries that show this label, e.g. a receipt number. Raises UnableToProve.

    ``through`` names seals whose hashes were published: the proof then leads past them.
    """
    found = Entry.objects.filter(subject_label=label)
    if body:
        found = found.filter(body=body)
    return _proof(label, found.order_by("id").values_list("id", flat=True), at, through)


def prove_entry(entry_id: int, *, at: datetime, through: Sequence[int] = ()) -> dict[str, Any]:
    """A proof of one entry. Raises UnableToProve."""
    return _proof(f"#{entry_id}", Entry.objects.filter(pk=entry_id).values_list("id", flat=True), at, through)


def _proof(about: str, ids: Iterable[int], at: datetime, through: Sequence[int]) -> dict[str, Any]:
    wanted = list(ids)
    members = list(
        SealedEntry.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "seal_id", "position")
    )
    if not members:
        raise UnableToProve(len(wanted))
    head = Head.objects.get(pk=HEAD_ID)
    goals = {number for _pk, number, _position in members} | {
        number for number in through if 0 < number <= head.number
    }
    return {
        "format": proofs.FORMAT,
        "about": about,
        "made_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "entries": [_entry(*member) for member in members],
        "seals": [_seal(seal) for seal in _way(head.number, goals)],
        "head": {"number": head.number, "hash": head.hash},
        "waiting": len(wanted) - len(members),
    }


def _entry(entry_id: int, number: int, position: int) -> dict[str, Any]:
    row = next(iter(list(rows.select(_ROW, [entry_id]))))
    leaves = [
        bytes(leaf)
        for leaf in SealedEntry.objects.filter(seal_id=number)
        .order_by("position")
        .values_list("leaf_hash", flat=True)
    ]
    return {
        "id": entry_id,
        "canonical": rows.bytes_of(row).decode(),
        "seal": number,
        "position": position,
        "path": [node.hex() for node in merkle.inclusion_proof(leaves, position)],
    }


def _way(head: int, goals: set[int]) -> list[Seal]:
    """Seals from the newest back to each goal: by the wide link as long as it does not pass the goal."""
    numbers = {head}
    for goal in goals:
        at = head
        while at > goal:
            skipped = encoding.skip_of(at)
            at = skipped if skipped >= goal else at - 1
            numbers.add(at)
    return list(Seal.objects.filter(number__in=numbers).order_by("-number"))


def _seal(seal: Seal) -> dict[str, Any]:
    return {
        "format": encoding.FORMAT,
        "number": seal.number,
        "first": seal.first,
        "last": seal.last,
        "count": seal.count,
        "root": seal.root,
        "previous_hash": seal.previous_hash,
        "skip_hash": seal.skip_hash,
        "sealed_at": rows.moment(seal.sealed_at),
        "hash": seal.hash,
    }

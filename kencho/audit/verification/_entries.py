"""Entries against their codes, their leaves and the roots of their seals."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from kencho.audit import encoding, rows
from kencho.audit.verification._findings import Finding, FindingKind, Report
from kencho.audit.verification._seals import SealRow
from kencho.foundation import merkle

Tick = Callable[[int], None]
# Sealing runs each minute; what is still unsealed after a day is reported.
PATIENCE = timedelta(days=1)
BATCH = 20_000
_MEMBERS = (
    f"SELECT s.seal_id, s.position, s.entry_id, s.leaf_hash, {rows.COLUMNS} FROM audit_sealedentry s "  # noqa: S608  # constants only
    "LEFT JOIN audit_entry e ON e.id = s.entry_id WHERE s.seal_id BETWEEN %s AND %s ORDER BY s.seal_id, s.position"
)
_COPIES = "SELECT e.key, MIN(e.id) FROM audit_entry e GROUP BY e.key HAVING COUNT(*) > 1"
_SAME_KEY = "SELECT e.id FROM audit_entry e WHERE e.key = %s AND e.id <> %s ORDER BY e.id"
_STRAYS = (
    "SELECT s.seal_id, s.position, s.entry_id FROM audit_sealedentry s WHERE NOT EXISTS "
    "(SELECT 1 FROM audit_seal n WHERE n.number = s.seal_id) AND (s.seal_id <= 0 OR s.seal_id > %s) "
    "ORDER BY s.seal_id, s.position"
)


@dataclass
class _Members:
    """What one seal covers, in the order of positions: leaves as kept, and leaves as the entries give them now."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    stored: list[bytes] = field(default_factory=list)
    actual: list[bytes] = field(default_factory=list)
    uncoded: set[int] = field(default_factory=set)


def check_sealed(seals: Iterable[SealRow], report: Report, tick: Tick) -> None:
    """The entries of all seals, in portions of about ``BATCH`` entries."""
    batch: list[SealRow] = []
    for seal in seals:
        batch.append(seal)
        if sum(max(each.count, 1) for each in batch) >= BATCH or len(batch) >= BATCH // 10:
            _check_batch(batch, report, tick)
            batch = []
    if batch:
        _check_batch(batch, report, tick)


def _check_batch(batch: Sequence[SealRow], report: Report, tick: Tick) -> None:
    groups = _groups(batch[0].number, batch[-1].number)
    number, members = next(groups, (0, _Members()))
    checked = 0
    for seal in batch:
        # Members of numbers between, which no seal has, are told by check_strays or stand beside a removed seal.
        while number and number < seal.number:
            number, members = next(groups, (0, _Members()))
        mine = members if number == seal.number else _Members()
        _check_seal(seal, mine, report)
        checked += len(mine.ids)
    tick(checked)


def _groups(first: int, last: int) -> Iterator[tuple[int, _Members]]:
    found = rows.select(_MEMBERS, [first, last])
    for number, group in groupby(found, key=itemgetter(0)):
        yield number, _read(group)


def _read(group: Iterable[rows.Row]) -> _Members:
    members, code = _Members(), encoding.keys()[0].code
    for found in group:
        _seal, position, entry_id, leaf = found[:4]
        row = found[4:]
        members.positions.append(position)
        members.ids.append(entry_id)
        members.stored.append(leaf if isinstance(leaf, bytes) else _as_bytes(leaf))
        if row[0] is None:
            members.actual.append(b"")
            continue
        data, mac = rows.bytes_as_kept(row), row[-1]
        if mac != code(data):
            data = rows.bytes_of(row)
            if mac != code(data) and not encoding.is_code_of(data, str(mac)):
                members.uncoded.add(len(members.ids) - 1)
        members.actual.append(merkle.leaf_hash(rows.leaf_data(entry_id, data)))
    return members


def _as_bytes(leaf: object) -> bytes:
    # PostgreSQL gives a view of its buffer; anything else was not written by us.
    return bytes(leaf) if isinstance(leaf, memoryview) else b""


def _check_seal(seal: SealRow, members: _Members, report: Report) -> None:
    report.sealed += len(members.ids)
    report.entries += sum(1 for leaf in members.actual if leaf)
    wanted, there = range(max(seal.count, 0)), members.positions
    is_whole = list(wanted) == there
    stored_holds = not is_whole or merkle.root(members.stored).hex() == seal.root
    clean = stored_holds and members.stored == members.actual and not members.uncoded
    if not clean:
        _name_entries(seal, members, report, stored_holds=stored_holds)
    if not is_whole and seal.root:
        _name_members(seal, members, report)


def _name_entries(seal: SealRow, members: _Members, report: Report, *, stored_holds: bool) -> None:
    before = report.count
    for index, (kept, now) in enumerate(zip(members.stored, members.actual, strict=True)):
        place = (members.ids[index], seal.number, members.positions[index])
        if not now:
            report.add(Finding(FindingKind.ENTRY_REMOVED, *place))
        elif kept != now:
            # With a root that holds, or a code that fails, the entry is what changed; otherwise its leaf is.
            blamed = stored_holds or index in members.uncoded
            report.add(Finding(FindingKind.ENTRY_CHANGED if blamed else FindingKind.MEMBER_CHANGED, *place))
        elif index in members.uncoded:
            report.add(Finding(FindingKind.ENTRY_FORGED, *place))
    if not stored_holds and seal.root:
        _name_order(seal, list(zip(members.ids, members.positions, strict=True)), report)
        if report.count == before:
            report.add(Finding(FindingKind.SEAL_CHANGED, seal=seal.number, note="root"))


def _name_order(seal: SealRow, places: Sequence[tuple[int, int]], report: Report) -> None:
    """Ids grow within a seal; those out of their place were exchanged."""
    in_order = sorted(entry_id for entry_id, _position in places)
    for (now, position), wanted in zip(places, in_order, strict=True):
        if now != wanted:
            report.add(Finding(FindingKind.MEMBER_CHANGED, now, seal.number, position))


def _name_members(seal: SealRow, members: _Members, report: Report) -> None:
    wanted = set(range(max(seal.count, 0)))
    for position in sorted(wanted - set(members.positions)):
        report.add(Finding(FindingKind.MEMBER_REMOVED, seal=seal.number, position=position))
    for entry_id, position in zip(members.ids, members.positions, strict=True):
        if position not in wanted:
            report.add(Finding(FindingKind.MEMBER_INSERTED, entry_id, seal.number, position))
    # Where a member is missing no root can be made, but an exchange among the others still shows.
    places = [each for each in zip(members.ids, members.positions, strict=True) if each[1] in wanted]
    _name_order(seal, places, report)


def check_unsealed(at: datetime, report: Report, tick: Tick) -> None:
    """Entries in no seal: their codes, and whether they have waited too long."""
    oldest, above = at - PATIENCE, rows.LOWEST
    while found := rows.unsealed(above=above, limit=rows.CHUNK):
        for row in found:
            data = rows.bytes_of(row)
            if not data or not encoding.is_code_of(data, str(row[-1])):
                report.add(Finding(FindingKind.ENTRY_FORGED, row[0]))
            elif rows.time_of(row) < oldest:
                report.add(Finding(FindingKind.ENTRY_LEFT_OUT, row[0]))
        report.unsealed += len(found)
        report.entries += len(found)
        tick(len(found))
        above = found[-1][0]


def check_copies(report: Report) -> None:
    """Rows that share an identifier; the first of them is taken for the original."""
    for key, first in list(rows.select(_COPIES)):
        for (entry_id,) in list(rows.select(_SAME_KEY, [key, first])):
            report.add(Finding(FindingKind.ENTRY_COPIED, entry_id))


def check_strays(newest: int, report: Report) -> None:
    """Members of seals that never were."""
    for number, position, entry_id in rows.select(_STRAYS, [newest]):
        report.add(Finding(FindingKind.MEMBER_INSERTED, entry_id, number, position))

"""The chain of seals and its head, read as plain rows so that damaged values cannot stop the verification."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kencho.audit import encoding, rows
from kencho.audit.models import HEAD_ID
from kencho.audit.verification._findings import Finding, FindingKind, Report

Expected = Mapping[int, str]
_PAGE = 2000
# A gap in the numbers wider than this is damage of the numbers themselves; naming each would never end.
_WIDEST_GAP = 1000
_SEALS = (
    'SELECT number, "first", "last", count, root, previous_hash, skip_hash, CAST(sealed_at AS TEXT), hash FROM audit_seal '
    "WHERE number > %s AND number <= %s ORDER BY number LIMIT %s"
)
_HEAD = "SELECT number, entries, hash, mac FROM audit_head WHERE id = %s"
_NEWEST = "SELECT MAX(number) FROM audit_seal"
_BEYOND = "SELECT number FROM audit_seal WHERE number <= 0 OR number > %s ORDER BY number"
_BEYOND_HEAD = (
    "SELECT n.number FROM audit_seal n WHERE n.number <= 0 OR n.number > "
    "(SELECT h.number FROM audit_head h WHERE h.id = %s) ORDER BY n.number"
)


@dataclass(frozen=True)
class SealRow:
    """What a seal says of its entries; ``root`` empty and ``count`` -1: the seal is gone or cannot be read."""

    number: int
    count: int = -1
    root: str = ""


@dataclass(frozen=True)
class Ends:
    """Up to which number seals ought to be there, and whether the head (with a good code) says so."""

    newest: int
    hash: str
    is_sure: bool


def ends(report: Report) -> Ends:
    """The head; notes its damage."""
    found = next(iter(list(rows.select(_HEAD, [HEAD_ID]))), None)
    newest = next(iter(list(rows.select(_NEWEST))))[0] or 0
    if found is None:
        report.add(Finding(FindingKind.HEAD_REMOVED))
        return Ends(newest, "", is_sure=False)
    number, entries, hash, mac = found
    report.head_number, report.head_hash = number, hash
    if not isinstance(number, int) or not encoding.is_code_of(
        encoding.bytes_of_head(number, entries, hash), str(mac)
    ):
        report.add(Finding(FindingKind.HEAD_CHANGED, seal=number))
        return Ends(newest, "", is_sure=False)
    return Ends(number, hash, is_sure=True)


def walk(last: Ends, expected: Expected, report: Report) -> Iterator[SealRow]:
    """All seals from the first to the newest, each checked and those missing noted."""
    chain = _Chain(expected, report)
    above = 0
    while page := list(rows.select(_SEALS, [above, last.newest, _PAGE])):
        for row in page:
            yield from chain.gap(above, row[0])
            yield chain.link(row)
            above = row[0]
    yield from chain.gap(above, last.newest + 1)
    if last.is_sure and above == last.newest and chain.hashes.get(above, "") != last.hash:
        report.add(Finding(FindingKind.SEAL_CHANGED, seal=above, note="head"))
    for number in expected:
        if number not in chain.confirmed:
            report.add(Finding(FindingKind.EXPECTATION_FAILED, seal=number))
    _check_beyond(last, report)


def _check_beyond(last: Ends, report: Report) -> None:
    # Sealing may go on meanwhile: the head is read again together with what lies beyond it.
    beyond = rows.select(_BEYOND_HEAD, [HEAD_ID]) if last.is_sure else rows.select(_BEYOND, [last.newest])
    for (number,) in list(beyond):
        report.add(Finding(FindingKind.SEAL_INSERTED, seal=number))


class _Chain:
    """Remembers the hashes that later seals may name: the last one and those on its way back by skips."""

    def __init__(self, expected: Expected, report: Report) -> None:
        self.expected, self.report = expected, report
        self.hashes: dict[int, str] = {0: ""}
        self.confirmed: set[int] = set()

    def gap(self, above: int, number: int) -> Iterator[SealRow]:
        """The seals missing between two numbers."""
        for missing in range(above + 1, min(number, above + 1 + _WIDEST_GAP)):
            self.report.add(Finding(FindingKind.SEAL_REMOVED, seal=missing))
            yield SealRow(missing)

    def link(self, row: rows.Row) -> SealRow:
        """Check one seal against its own hash and those before it."""
        number, _first, _last, count, root, previous, skip, _at, hash = row
        self.report.seals += 1
        wrong = self._wrong_with(row, number, previous, skip)
        if wrong:
            self.report.add(Finding(FindingKind.SEAL_CHANGED, seal=number, note=wrong))
        if self.expected.get(number) == hash:
            self.confirmed.add(number)
        self._remember(number, hash)
        readable = isinstance(count, int) and isinstance(root, str)
        return SealRow(number, count, root) if readable else SealRow(number)

    def _wrong_with(self, row: rows.Row, number: int, previous: Any, skip: Any) -> str:
        """The column that is wrong, or nothing."""
        if _hash_of(row) != row[-1]:
            return "hash"
        if self.hashes.get(number - 1, previous) != previous:
            return "previous_hash"
        if self.hashes.get(encoding.skip_of(number), skip) != skip:
            return "skip_hash"
        return ""

    def _remember(self, number: int, hash: str) -> None:
        kept = {0: "", number: hash}
        back = encoding.skip_of(number)
        while back:
            if back in self.hashes:
                kept[back] = self.hashes[back]
            back = encoding.skip_of(back)
        self.hashes = kept


def _hash_of(row: rows.Row) -> str:
    number, first, last, count, root, previous, skip, sealed_at, _hash = row
    try:
        data = encoding.bytes_of_seal(
            number=number,
            first=first,
            last=last,
            count=count,
            root=root,
            previous_hash=previous,
            skip_hash=skip,
            sealed_at=rows.moment(sealed_at),
        )
    except (TypeError, ValueError, AttributeError):
        return ""
    return encoding.hash_of(data)

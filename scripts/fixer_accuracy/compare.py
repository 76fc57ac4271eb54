"""Is the table what it should be? Tables by best overlap, columns by header, rows by content; counted cell by cell."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from scripts.fixer_accuracy.model import CODES, NUMBERS, Field, Place, Truth, Value

_ERA = re.compile(r"(?:[明大昭平令]|[MTSHR](?=\d))[^_（(]{1,6}\((\d{4}年度?)\)")


class Tidy(Protocol):
    """What is asked of a table of the fixer."""

    header: list[str]
    rows: list[list[Any]]
    columns: list[Any]


def plain(text: str) -> str:
    """NFKC without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _brackets(unit: str) -> tuple[str, ...]:
    return (f"({unit})", f"[{unit}]", f"(単位:{unit})", f"_{unit}") if unit else ()


def header_matches(name: str, unit: str, wanted: Field) -> bool:
    """Whether a column is called as it should be, its unit told by the name or beside it."""
    got, want_unit = _ERA.sub(r"\1", plain(name)), plain(wanted.unit)
    told = plain(unit) == want_unit
    for bracket in _brackets(want_unit):
        if bracket in got:
            got, told = got.replace(bracket, ""), True
    if not wanted.unit:
        told = True
        for bracket in _brackets(plain(unit)):
            got = got.replace(bracket, "")
    return told and got in {_ERA.sub(r"\1", plain(each)) for each in wanted.names}


def stem(name: str) -> str:
    """A header without what stands in brackets, to find its column."""
    return re.sub(r"[(\[].*?[)\]]", "", _ERA.sub(r"\1", plain(name)))


def key(value: Value | bool, kind: str) -> Any:
    """A value in the form in which two are the same or not; None for nothing."""
    if value is None or value == "":
        return None
    if kind in NUMBERS or kind in {"coord", "fiscal", "year"}:
        return round(float(value), 6) if isinstance(value, (int, float)) else f"text {value}"
    if kind in CODES:
        return str(int(value)) if isinstance(value, (int, float)) else str(value)
    return unicodedata.normalize("NFKC", str(value))


@dataclass(slots=True)
class Score:
    """Cells: right, missing (or wrong) and unwanted (or wrong); by tag those that should be, and those right."""

    right: int = 0
    missing: int = 0
    unwanted: int = 0
    wanted_by: Counter[str] = field(default_factory=Counter)
    right_by: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    found: dict[Place, Any] = field(default_factory=dict)
    """Where a cell of the file came out, and as what."""

    def add(self, other: "Score") -> None:
        """Sum up."""
        self.right += other.right
        self.missing += other.missing
        self.unwanted += other.unwanted
        self.wanted_by += other.wanted_by
        self.right_by += other.right_by
        self.faults += other.faults
        self.found.update(other.found)

    @property
    def precision(self) -> float:
        """Of the cells given, the share that is right."""
        return self.right / (self.right + self.unwanted) if self.right + self.unwanted else 1.0

    @property
    def recall(self) -> float:
        """Of the cells wanted, the share that is right."""
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def count(self, wanted: Any, given: Any, tags: frozenset[str], fault: str) -> None:
        """One cell. Two empty cells count only where a mark had to become nothing."""
        same = wanted == given
        if wanted is None and given is None and not tags:
            return
        for tag in tags or {"plain"}:
            self.wanted_by[tag] += 1
            self.right_by[tag] += same
        if same:
            self.right += 1
            return
        self.missing += wanted is not None
        self.unwanted += given is not None
        self.faults.append(fault)


def compare(truths: Sequence[Truth], tables: Sequence[Tidy]) -> Score:
    """All tables of a workbook."""
    score = Score()
    pairs, truths_left, tables_left = pair_tables(truths, tables)
    for truth, table in pairs:
        score.add(compare_tables(truth, table))
    for number in truths_left:
        truth = truths[number]
        _count_missing(score, truth, range(len(truth.rows)))
        score.missing += len(truth.fields)
        score.faults.append(f"no table {[each.names[0] for each in truth.fields]}")
    for number in tables_left:
        table = tables[number]
        score.unwanted += _filled(table.rows) + len(table.header)
        score.faults.append(f"extra table {table.header} of {len(table.rows)} rows")
    return score


def _filled(rows: Sequence[Sequence[Any]]) -> int:
    return sum(each not in {None, ""} for row in rows for each in row)


def _bag(rows: Sequence[Sequence[Any]]) -> Counter[Any]:
    return Counter(plain(str(each)) for row in rows for each in row if each not in {None, ""})


def pair_tables(
    truths: Sequence[Truth], tables: Sequence[Tidy]
) -> tuple[list[tuple[Truth, Tidy]], list[int], list[int]]:
    """The pairs that share most cells, best first; then the numbers of those left over on both sides."""
    wanted, given = [_bag(each.rows) for each in truths], [_bag(each.rows) for each in tables]
    scores = sorted(
        ((sum((a & b).values()), -i, -j) for i, a in enumerate(wanted) for j, b in enumerate(given)),
        reverse=True,
    )
    taken: dict[int, int] = {}
    for shared, i, j in scores:
        if shared and -i not in taken and -j not in taken.values():
            taken[-i] = -j
    pairs = [(truths[i], tables[j]) for i, j in sorted(taken.items())]
    rest = [i for i in range(len(truths)) if i not in taken]
    return pairs, rest, [j for j in range(len(tables)) if j not in taken.values()]


def _column_key(rows: Sequence[Sequence[Any]], place: int, kind: str) -> Counter[Any]:
    return Counter(key(row[place], kind) for row in rows if place < len(row))


def pair_columns(truth: Truth, table: Tidy) -> dict[int, int]:
    """True column → the table's column: by name, then by what they hold."""
    pairs: dict[int, int] = {}
    names = [stem(each) for each in table.header]
    for place, wanted in enumerate(truth.fields):
        good = {stem(each) for each in wanted.names}
        found = next((i for i, name in enumerate(names) if name in good and i not in pairs.values()), None)
        if found is not None:
            pairs[place] = found
    for place, wanted in enumerate(truth.fields):
        if place in pairs:
            continue
        holds = _column_key(truth.rows, place, wanted.kind)
        free = [i for i in range(len(names)) if i not in pairs.values()]
        shared = {i: sum((holds & _column_key(table.rows, i, wanted.kind)).values()) for i in free}
        best = max(shared, key=lambda each: shared[each], default=None)
        if best is not None and shared[best] * 2 >= max(1, len(truth.rows)):
            pairs[place] = best
    return pairs


def pair_rows(
    wanted: list[tuple[Any, ...]], given: list[tuple[Any, ...]]
) -> list[tuple[int | None, int | None]]:
    """Rows that belong together, in order; a row that only one side has stands alone."""
    pairs: list[tuple[int | None, int | None]] = []
    matcher = difflib.SequenceMatcher(None, wanted, given, autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        pairs += _pair_stretch(wanted, given, range(i1, i2), range(j1, j2))
    return pairs


def _pair_stretch(
    wanted: list[tuple[Any, ...]], given: list[tuple[Any, ...]], left: range, right: range
) -> list[tuple[int | None, int | None]]:
    if len(left) == len(right):
        return list(zip(left, right, strict=True))
    pairs: list[tuple[int | None, int | None]] = []
    free = list(right)
    for i in left:
        best = max(free[:40], key=lambda j: _alike(wanted[i], given[j]), default=None)
        if best is not None and _alike(wanted[i], given[best]) * 2 >= len(wanted[i]):
            pairs += [(None, j) for j in free if j < best] + [(i, best)]
            free = [j for j in free if j > best]
        else:
            pairs.append((i, None))
    return pairs + [(None, j) for j in free]


def _alike(first: tuple[Any, ...], second: tuple[Any, ...]) -> int:
    return sum(a == b and a is not None for a, b in zip(first, second, strict=True))


def _count_missing(score: Score, truth: Truth, rows: Sequence[int]) -> None:
    for row in rows:
        for place, value in enumerate(truth.rows[row]):
            for tag in truth.tags[row][place] or {"plain"}:
                score.wanted_by[tag] += 1
            score.missing += value is not None


def compare_tables(truth: Truth, table: Tidy) -> Score:
    """Header and cells of one table."""
    score = Score()
    columns = pair_columns(truth, table)
    units = [str(getattr(each, "unit", "") or "") for each in table.columns] or [""] * len(table.header)
    for place, wanted in enumerate(truth.fields):
        found = columns.get(place)
        name = table.header[found] if found is not None else None
        fits = found is not None and header_matches(name or "", units[found], wanted)
        unit = units[found] if found is not None else ""
        score.count(
            wanted.names[0],
            wanted.names[0] if fits else name and f"{name} ",
            wanted.tags,
            f"header {wanted.names[0]}({wanted.unit}) → {name}({unit})",
        )
    kinds = [each.kind for each in truth.fields]
    order = [columns.get(place) for place in range(len(kinds))]
    wanted_rows = [
        tuple(key(value, kind) for value, kind in zip(row, kinds, strict=True)) for row in truth.rows
    ]
    given_rows = [
        tuple(
            None if i is None or i >= len(row) else key(row[i], kind)
            for i, kind in zip(order, kinds, strict=True)
        )
        for row in table.rows
    ]
    for i, j in pair_rows(wanted_rows, given_rows):
        if i is None and j is not None:
            score.unwanted += _filled([table.rows[j]])
            score.faults.append(f"extra row {table.rows[j][:6]}")
        elif i is not None and j is None:
            _count_missing(score, truth, [i])
            score.faults.append(f"no row {truth.rows[i][:6]}")
        elif i is not None and j is not None:
            for place, (want, got) in enumerate(zip(wanted_rows[i], given_rows[j], strict=True)):
                source, at = truth.places[i][place], order[place]
                if source and at is not None:
                    score.found.setdefault(source, table.rows[j][at] if at < len(table.rows[j]) else None)
                fault = f"{truth.fields[place].names[0]}: {truth.rows[i][place]!r} → {got!r} {source}"
                score.count(want, got, truth.tags[i][place], fault)
    _count_extra_columns(score, table, set(columns.values()))
    return score


def _count_extra_columns(score: Score, table: Tidy, used: set[int]) -> None:
    for place, name in enumerate(table.header):
        if place not in used:
            score.unwanted += 1 + sum(row[place] not in {None, ""} for row in table.rows if place < len(row))
            score.faults.append(f"extra column {name}")

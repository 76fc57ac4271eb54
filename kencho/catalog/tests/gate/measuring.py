"""Recall and precision of the gate over planted cells."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kencho.catalog.gate.inspecting import inspect_table
from kencho.catalog.gate.shapes import Finding
from kencho.catalog.tests.gate import registers
from kencho.catalog.tests.gate.registers import Register

MAKERS = (registers.register_of_persons, registers.list_with_slips, registers.counts, registers.microdata)
SAME = {"birth_address": "birth_date", "birth_sex": "birth_date", "my_number_like": "my_number"}


@dataclass
class Measured:
    """What was found of what was planted. A finding that counts more cells than were planted has that many wrong."""

    planted: int = 0
    found: int = 0
    flagged: int = 0
    right: int = 0
    clean: int = 0
    stopped_clean: int = 0
    by_kind: dict[str, Counter[str]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.right / self.flagged


def measure(seeds: Iterable[int]) -> Measured:
    """Tables of every kind for every seed."""
    total = Measured()
    for seed in seeds:
        for make in MAKERS:
            _compare(make(random.Random(seed)), f"{make.__name__} {seed}", total)
        for clean in (registers.standard_list, registers.facilities):
            table = clean(random.Random(seed))
            stops = [f for f in inspect_table(table.columns, title=table.title) if f.severity == "stop"]
            total.clean += 1
            total.stopped_clean += bool(stops)
            total.stops += [f"{clean.__name__} {seed} {table.title}: {each}" for each in stops]
    return total


Key = tuple[str, str]


def _compare(table: Register, name: str, total: Measured) -> None:
    """Cells of findings that stop; rows beyond the first ten of a finding are taken from its count."""
    flagged: dict[Key, int] = {}
    rows: dict[Key, set[int]] = {}
    for each in inspect_table(table.columns, title=table.title):
        if each.severity == "stop":
            for key in _keys(each):
                flagged[key] = max(flagged.get(key, 0), each.count)
                rows.setdefault(key, set()).update(row - 2 for row in each.rows)
    planted: dict[Key, set[int]] = {}
    for kind, cells in table.planted.items():
        for column, row in cells:
            planted.setdefault((kind, column), set()).add(row)
    for key, wanted in planted.items():
        hits = (
            len(rows.get(key, set()) & wanted) if len(wanted) <= 10 else min(flagged.get(key, 0), len(wanted))
        )
        _add(total, key[0], planted=len(wanted), found=hits)
        if hits < len(wanted):
            lost = sorted(wanted - rows.get(key, set()))[:3]
            total.missed.append(f"{name} {key}: {hits}/{len(wanted)} {_shown(table, key[1], lost)}")
    for key, most in flagged.items():
        # Two findings of one kind in one column may be about different rows.
        count = max(most, len(rows[key]))
        right = (
            len(rows[key] & planted.get(key, set())) if count <= 10 else min(count, len(planted.get(key, ())))
        )
        _add(total, key[0], flagged=count, right=right)
        if right < count:
            extra = sorted(rows[key] - planted.get(key, set()))[:3]
            total.wrong.append(f"{name} {key}: {count - right} {_shown(table, key[1], extra)}")


def _add(
    total: Measured, kind: str, *, planted: int = 0, found: int = 0, flagged: int = 0, right: int = 0
) -> None:
    total.planted += planted
    total.found += found
    total.flagged += flagged
    total.right += right
    counts = total.by_kind.setdefault(kind, Counter())
    counts.update(planted=planted, found=found, flagged=flagged, right=right)


def _keys(finding: Finding) -> list[Key]:
    kind = SAME.get(finding.kind, finding.kind)
    keys = [(kind, finding.column)]
    if finding.kind == "birth_address":
        # One finding for both columns.
        keys.append(("home_address", finding.params["beside"]))
    return keys


def _shown(table: Register, column: str, rows: list[int]) -> list[object]:
    return [table.columns[column][row] for row in rows] if column else []

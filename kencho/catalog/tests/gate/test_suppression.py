"""Small cells: what is shown gives nothing away, with a linear solver as the attacker."""

import importlib
import random
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog.gate.suppression import TwoWay, suppress_one_way, suppress_two_way

EPSILON = 1e-6
Counts = dict[tuple[str, str], int]


def random_table(rng: random.Random) -> Counts:
    rows = [f"r{n}" for n in range(rng.randint(1, 5))]
    columns = [f"c{n}" for n in range(rng.randint(1, 5))]
    return {
        pair: rng.choice((0, 0, 1, 2, 3, 4, 5, 6, 9, rng.randint(0, 60))) for pair in product(rows, columns)
    }


def ranges(counts: Counts, shown: TwoWay) -> list[tuple[tuple[str, str], float, float]]:
    """The least and greatest value of each hidden cell, given everything that is shown."""
    solver: Any = importlib.import_module("scipy.optimize")
    cells = list(counts)
    rows, values = [], []

    def add(wanted: Any, value: int | None) -> None:
        if value is not None:
            rows.append([1.0 if wanted(cell) else 0.0 for cell in cells])
            values.append(value)

    for cell in cells:
        add(lambda each, cell=cell: each == cell, shown.cells[cell])
    for row, total in shown.row_totals.items():
        add(lambda each, row=row: each[0] == row, total)
    for column, total in shown.column_totals.items():
        add(lambda each, column=column: each[1] == column, total)
    add(lambda each: True, shown.total)
    given_data = {"A_eq": rows, "b_eq": values} if rows else {}
    found = []
    for index, cell in enumerate(cells):
        if shown.cells[cell] is not None:
            continue
        aim = [0.0] * len(cells)
        aim[index] = 1.0
        low = solver.linprog(aim, **given_data, bounds=(0, None), method="highs")
        aim[index] = -1.0
        high = solver.linprog(aim, **given_data, bounds=(0, None), method="highs")
        found.append((cell, float(low.fun), -float(high.fun) if high.status == 0 else float("inf")))
    return found


def leaks(counts: Counts, shown: TwoWay) -> list[str]:
    return [f"{cell} {low}" for cell, low, high in ranges(counts, shown) if high - low < EPSILON]


@pytest.mark.parametrize("seed", range(40))
def test_no_hidden_cell_can_be_worked_out(seed: int) -> None:
    counts = random_table(random.Random(seed))
    assert leaks(counts, suppress_two_way(counts, 5)) == []


def test_the_attacker_finds_what_is_hidden_alone() -> None:
    """The test itself can fail: hiding only the small cell gives it away."""
    counts = {("a", "x"): 3, ("a", "y"): 20, ("b", "x"): 30, ("b", "y"): 40}
    naive = TwoWay(
        {cell: None if count < 5 else count for cell, count in counts.items()},
        {"a": 23, "b": 70},
        {"x": 33, "y": 60},
        93,
    )
    assert leaks(counts, naive) == ["('a', 'x') 3.0"]
    shown = suppress_two_way(counts, 5)
    assert leaks(counts, shown) == []
    assert shown.total == 93


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 10))
def test_nothing_small_is_shown_and_what_is_shown_is_true(rng: random.Random, k: int) -> None:
    counts = random_table(rng)
    shown = suppress_two_way(counts, k)
    totals = [*shown.row_totals.values(), *shown.column_totals.values(), shown.total]
    for number in (*shown.cells.values(), *totals):
        assert number is None or number == 0 or number >= k
    assert all(number in (None, counts[cell]) for cell, number in shown.cells.items())
    if all(count == 0 or count >= k for count in counts.values()):
        assert None not in shown.cells.values()
    for row, total in shown.row_totals.items():
        gone = [counts[cell] for cell, number in shown.cells.items() if cell[0] == row and number is None]
        if gone and total is not None:
            assert len(gone) >= 2
            assert sum(gone) >= k


@given(
    st.dictionaries(st.text("abcdefg", min_size=1, max_size=1), st.integers(0, 30), max_size=7),
    st.integers(2, 9),
)
def test_one_way(counts: dict[str, int], k: int) -> None:
    shown = suppress_one_way(counts, k)
    hidden = shown.hidden
    assert all(label in hidden for label, n in counts.items() if 0 < n < k)
    if hidden and shown.total is not None:
        assert len(hidden) >= 2
        assert sum(counts[label] for label in hidden) >= k
    if not any(0 < n < k for n in counts.values()):
        assert not hidden
    assert shown.total is None or shown.total == sum(counts.values())


def test_the_vectors() -> None:
    assert suppress_one_way({"a": 12, "b": 7, "c": 3}, 5).hidden == {"b", "c"}
    assert suppress_one_way({"a": 3}, 5).total is None
    assert suppress_one_way({"a": 3, "b": 9}, 5, has_total=False).hidden == {"a"}
    assert suppress_one_way({"a": 0, "b": 9}, 5).hidden == frozenset()

"""Reporting units: nobody can be counted in a group below k, whatever the organisation looks like."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kencho.surveys.rollup import Place, roll_up

K = 5


def place(code: str, size: int, *children: "Place[str]") -> "Place[str]":
    return Place(code, code, [f"{code}-{n}" for n in range(size)], list(children))


def groups(whole: "Place[str]") -> dict[str, int]:
    return {group.code: group.size for group in roll_up(whole, K).walk()}


def test_large_divisions_stand_for_themselves() -> None:
    whole = place(
        "b", 0, place("d1", 0, place("x", 10), place("y", 7)), place("d2", 0, place("z", 6), place("w", 5))
    )
    assert groups(whole) == {"b": 28, "d1": 17, "x": 10, "y": 7, "d2": 11, "z": 6, "w": 5}


def test_a_division_of_three_joins_its_smallest_neighbour() -> None:
    assert groups(place("d", 0, place("x", 12), place("y", 8), place("z", 3))) == {
        "d": 23,
        "x": 12,
        "y": 11,
    }


def test_the_head_of_a_department_is_hidden_among_small_divisions() -> None:
    assert groups(place("d", 1, place("x", 12), place("z", 4), place("y", 9))) == {
        "d": 26, "x": 12, "y": 9, "d-other": 5,
    }  # fmt: skip


def test_what_stays_too_small_joins_its_parent() -> None:
    whole = place(
        "b", 0, place("d1", 0, place("x", 2), place("y", 1)), place("d2", 0, place("z", 20), place("w", 9))
    )
    assert groups(whole) == {"b": 32, "z": 20, "w": 12}
    found = next(group for group in roll_up(whole, K).walk() if group.code == "w")
    assert (found.name, found.units) == ("wほか", ["w", "x", "y"])


def test_a_body_of_one_small_department_is_one_group() -> None:
    assert groups(place("b", 1, place("d", 1, place("x", 4), place("y", 2)))) == {"b": 8}


@st.composite
def places(draw: st.DrawFn) -> "Place[str]":
    rng = random.Random(draw(st.integers(0, 10**6)))

    def grow(code: str, depth: int) -> Place[str]:
        children = [grow(f"{code}{n}", depth - 1) for n in range(rng.randint(0, 4))] if depth else []
        return place(code, rng.choice((0, 0, 1, 3, 4, 5, 9, 20)), *children)

    return grow("r", 3)


@given(places(), st.integers(3, 10))
def test_everybody_is_in_one_group_of_at_least_k(whole: "Place[str]", k: int) -> None:
    found = roll_up(whole, k)
    everybody = whole.everybody()
    assert Counter(person for group in found.walk() for person in group.people) == Counter(everybody)
    if len(everybody) >= k:
        assert all(group.size >= k for group in found.walk())
    assert len({group.code for group in found.walk()}) == sum(1 for _group in found.walk())
    for group in found.walk():
        assert not (group.people and group.children)
        assert len(group.children) != 1, group.code

"""What may be published: the vectors, the properties, and an attacker with a linear solver."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.surveys.suppression import Bound, GroupNode, Tally, hidden_among, open_groups, pooled, publish
from kencho.surveys.tests import oracle


def hidden(*sizes: int, k: int = 5) -> list[int]:
    gone = hidden_among({f"{n}": (size,) for n, size in enumerate(sizes)}, k)
    return sorted((sizes[int(code)] for code in gone), reverse=True)


@pytest.mark.parametrize(
    ("sizes", "gone"),
    [
        ((12, 7, 3), [7, 3]),
        ((9, 1, 1, 1), [9, 1, 1, 1]),
        ((40, 4), [40, 4]),
        ((30, 30), []),
        ((12, 7, 0), [7, 0]),
        ((20, 3, 3), [3, 3]),
        ((20, 9, 2, 2), [9, 2, 2]),
        ((5, 5), []),
        ((4,), [4]),
        ((), []),
    ],
)
def test_the_vectors(sizes: tuple[int, ...], gone: list[int]) -> None:
    assert hidden(*sizes) == gone


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(2, 10))
def test_hidden_siblings_are_two_and_large_or_everything(sizes: list[int], k: int) -> None:
    gone = hidden(*sizes, k=k)
    assert all(size in gone for size in sizes if size < k)
    if gone and len(gone) < len(sizes):
        assert len(gone) >= 2
        assert sum(gone) >= k
    shown = [size for size in sizes if size >= k]
    if len(shown) == len(sizes):
        assert gone == []


@given(st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_every_remainder_may_be_known(rng: random.Random) -> None:
    """An open group less its open children is all that can be derived, and holds k in every category or nothing."""
    world = oracle.random_world(rng)
    tallies = oracle.tallies_of(world.tree, world.leaves)
    cells = {code: tally.options for code, tally in tallies.items()}
    found = open_groups(world.tree, cells, world.k)
    for node in world.tree.walk():
        if node.code in found:
            assert all(cell >= world.k for cell in cells[node.code])
            rest = list(cells[node.code])
            for child in node.children:
                if child.code in found:
                    rest = [a - b for a, b in zip(rest, cells[child.code], strict=True)]
            assert all(cell >= world.k for cell in rest) or not any(rest)
            assert (
                not any(rest)
                or not node.children
                or sum(c.code not in found for c in node.children) >= 2
                or len(node.children) == 1
            )
        else:
            assert not {child.code for child in node.children} & found


def test_finer_tables_hide_what_coarser_ones_hide() -> None:
    tree = GroupNode("r", tuple(GroupNode(code) for code in "uvw"))
    leaves = {"u": (6, 6), "v": (2, 1), "w": (18, 2)}
    shown = publish(tree, oracle.tallies_of(tree, leaves), k=5, positive=[0])
    assert [shown[code].valid for code in "uvw"] == [None, None, 20]
    assert [shown[code].positive for code in "uvw"] == [None, None, None]
    assert shown["r"].positive == 26


def test_empty_and_hidden_look_the_same() -> None:
    tree = GroupNode("r", tuple(GroupNode(code) for code in "abc"))
    with_empty = publish(tree, oracle.tallies_of(tree, {"a": (10, 10), "b": (0, 0), "c": (9, 9)}), k=5)
    with_small = publish(tree, oracle.tallies_of(tree, {"a": (10, 10), "b": (1, 1), "c": (8, 8)}), k=5)
    assert with_empty["b"] == with_small["b"]
    assert with_empty["c"] == with_small["c"]


class TestBounds:
    """0 % and 100 % are printed as ≤ and ≥."""

    def test_nobody_and_everybody(self) -> None:
        tree = GroupNode("r", (GroupNode("a"), GroupNode("b"), GroupNode("c")))
        leaves = {"a": (0, 20), "b": (20, 0), "c": (10, 10)}
        shown = publish(tree, oracle.tallies_of(tree, leaves), k=5, positive=[0])
        assert shown["a"].bound == Bound(is_most=True, n=4)
        assert shown["b"].bound is None or shown["b"].bound == Bound(is_most=False, n=16)
        assert shown["r"].positive == 30

    def test_everybody_of_the_whole(self) -> None:
        tree = GroupNode("r", (GroupNode("a"), GroupNode("b")))
        shown = publish(tree, oracle.tallies_of(tree, {"a": (20, 0), "b": (12, 1)}), k=5, positive=[0])
        assert shown["r"].bound == Bound(is_most=False, n=29)
        assert shown["r"].positive is None
        assert shown["a"].bound == Bound(is_most=False, n=16)

    def test_no_bound_where_bounds_would_close_in(self) -> None:
        # The sum is published and both could be at most 4: then both would be exactly 4.
        tree = GroupNode("r", (GroupNode("a"), GroupNode("b")))
        shown = publish(tree, oracle.tallies_of(tree, {"a": (4, 20), "b": (4, 20)}), k=5, positive=[0])
        assert shown["r"].positive == 8
        assert shown["a"].bound is None
        assert shown["b"].bound is None


class TestOptions:
    """Small options stand together on their side."""

    def test_pooled_on_their_side(self) -> None:
        assert pooled((10, 20, 30, 2, 9), frozenset({0, 1}), 5) == [(0,), (1,), (2,), (3, 4)]
        assert pooled((10, 1, 30, 20), frozenset({0, 1}), 5) == [(0, 1), (2,), (3,)]

    def test_several_answers_are_a_table_each(self) -> None:
        tree = GroupNode("r")
        shown = publish(tree, {"r": Tally(valid=20, options=(10, 3, 18, 15))}, k=5, is_multi=True)
        assert shown["r"].options == {0: 10, 3: 15}


@pytest.mark.parametrize("seed", range(60))
def test_a_linear_solver_finds_nothing_below_k(seed: int) -> None:
    assert oracle.leaks(oracle.random_world(random.Random(seed))) == []


def test_the_solver_does_find_what_is_careless() -> None:
    """The attacker works: without the rule it finds the group of three."""
    tree = GroupNode("r", tuple(GroupNode(code) for code in "abc"))
    leaves = {"a": (6, 6), "b": (4, 3), "c": (2, 1)}
    tallies = oracle.tallies_of(tree, leaves)
    shown = publish(tree, tallies, k=5)
    shown["a"].valid, shown["b"].valid = 12, 7
    found = oracle.leaks(oracle.World(tree, leaves, (), shown, 5))
    assert "c=3" in found

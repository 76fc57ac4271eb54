"""秘匿: what of the counts may be published, so that nothing below k can be worked out from it.

A question is counted for a tree of groups, in categories that grow finer: all answers; positive and other; each
option. At every fineness a set of groups is *open*, closed upwards (a group is open only under an open parent). What a
reader can work out are exactly the *remainders*: an open group less its open children. They do not overlap, so a
number can be derived only for unions of remainders. Each remainder must itself be fit to be published: every one of
its categories holds at least k. That is the rule "hide until at least two are hidden and their total is at least k"
(12, 7, 3 → hide 3 and 7; 9, 1, 1, 1 → all; 40, 4 → both; 30, 30 → none), applied to each category.

An empty group and a hidden one look the same. Groups hidden in a coarse table stay hidden in the finer ones.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

__all__ = [
    "Bound",
    "GroupNode",
    "Published",
    "Tally",
    "hidden_among",
    "open_groups",
    "pooled",
    "publish",
]

FEWEST_HIDDEN: Final = 2
Vector = tuple[int, ...]


@dataclass(frozen=True)
class GroupNode:
    """A group of people and the groups into which it falls apart without rest."""

    code: str
    children: tuple["GroupNode", ...] = ()

    def walk(self) -> Iterator["GroupNode"]:
        """The group and all below it, each before those below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Bound:
    """「以下」 or 「以上」 in place of a number that would show that (almost) nobody or everybody chose it."""

    is_most: bool
    n: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How the ballots of one group answered one question: ``options`` in the order of the question."""

    valid: int
    options: Vector
    positive: int | None = None


@dataclass
class Published:
    """What may be published of one group; None is hidden."""

    valid: int | None = None
    positive: int | None = None
    bound: Bound | None = None
    options: dict[int, int] = field(default_factory=dict)


def _fits(cells: Iterable[int], k: int) -> bool:
    return all(cell >= k for cell in cells)


def _sum(vectors: Iterable[Vector], width: int) -> Vector:
    total = [0] * width
    for vector in vectors:
        for index, value in enumerate(vector):
            total[index] += value
    return tuple(total)


def hidden_among(siblings: Mapping[str, Vector], k: int, hidden: Iterable[str] = ()) -> set[str]:
    """Which of the parts of a published whole must be hidden, at least ``hidden``; the smallest are hidden first."""
    if not siblings:
        return set()
    width = len(next(iter(siblings.values())))
    gone = {code for code, cells in siblings.items() if not _fits(cells, k)} | (set(hidden) & set(siblings))
    waiting = sorted(set(siblings) - gone, key=lambda code: (sum(siblings[code]), code))
    while gone and waiting:
        enough = len(gone) >= FEWEST_HIDDEN and _fits(_sum((siblings[c] for c in gone), width), k)
        if enough:
            break
        gone.add(waiting.pop(0))
    return gone


def open_groups(
    tree: GroupNode, cells: Mapping[str, Vector], k: int, among: frozenset[str] | None = None
) -> frozenset[str]:
    """The groups whose cells may be published, of those that are open in a coarser table (``among``)."""
    may = (lambda code: True) if among is None else among.__contains__
    if not may(tree.code) or not _fits(cells[tree.code], k):
        return frozenset()
    found, ahead = {tree.code}, [tree]
    while ahead:
        children = ahead.pop().children
        parts = {child.code: cells[child.code] for child in children}
        gone = hidden_among(parts, k, [code for code in parts if not may(code)])
        ahead += [child for child in children if child.code not in gone]
        found |= set(parts) - gone
    return frozenset(found)


def pooled(options: Vector, positive: frozenset[int], k: int) -> list[tuple[int, ...]]:
    """The options in categories that are large enough in the whole: the hidden ones of each side stand together."""
    categories: list[tuple[int, ...]] = []
    for side in (sorted(positive), [index for index in range(len(options)) if index not in positive]):
        gone = hidden_among({str(index): (options[index],) for index in side}, k)
        together = tuple(index for index in side if str(index) in gone)
        categories += [(index,) for index in side if str(index) not in gone]
        if together:
            categories.append(together)
    return categories


def publish(
    tree: GroupNode,
    tallies: Mapping[str, Tally],
    *,
    k: int,
    positive: Iterable[int] = (),
    is_multi: bool = False,
    among: frozenset[str] | None = None,
) -> dict[str, Published]:
    """What may be published of one question for every group of a tree.

    ``positive`` are the places of the positive options, ``among`` the groups whose number of ballots is published.
    In a question with several answers each option is a table of its own: chosen or not.
    """
    found = {node.code: Published() for node in tree.walk()}
    totals = open_groups(tree, {code: (each.valid,) for code, each in tallies.items()}, k, among)
    for code in totals:
        found[code].valid = tallies[code].valid
    if is_multi:
        _publish_multi(tree, tallies, totals, k, found)
        return found
    side = frozenset(positive)
    sides = totals
    if side:
        cells = {code: _sides(each, side) for code, each in tallies.items()}
        sides = open_groups(tree, cells, k, totals)
        for code in sides:
            found[code].positive = cells[code][0]
        _bounds(tree, cells, totals, sides, k, found)
    _publish_options(tree, tallies, sides, side, k, found)
    return found


def _sides(tally: Tally, side: frozenset[int]) -> Vector:
    positive = sum(n for index, n in enumerate(tally.options) if index in side)
    return positive, tally.valid - positive


def _publish_multi(
    tree: GroupNode, tallies: Mapping[str, Tally], totals: frozenset[str], k: int, found: dict[str, Published]
) -> None:
    for index in range(len(tallies[tree.code].options)):
        cells = {code: (t.options[index], t.valid - t.options[index]) for code, t in tallies.items()}
        for code in open_groups(tree, cells, k, totals):
            found[code].options[index] = cells[code][0]


def _publish_options(
    tree: GroupNode,
    tallies: Mapping[str, Tally],
    sides: frozenset[str],
    side: frozenset[int],
    k: int,
    found: dict[str, Published],
) -> None:
    categories = pooled(tallies[tree.code].options, side, k)
    cells = {
        code: tuple(sum(each.options[index] for index in category) for category in categories)
        for code, each in tallies.items()
    }
    for code in open_groups(tree, cells, k, sides):
        for category, n in zip(categories, cells[code], strict=True):
            if len(category) == 1:
                found[code].options[category[0]] = n


def _bounds(
    tree: GroupNode,
    cells: Mapping[str, Vector],
    totals: frozenset[str],
    sides: frozenset[str],
    k: int,
    found: dict[str, Published],
) -> None:
    """Bounds where a side is (almost) empty. They are given only where they cannot close in on anybody: either no
    sum is published at all, or the hidden groups of a published sum keep a play of k − 1 with all bounds known.
    """
    if tree.code not in sides:
        for code in totals:
            found[code].bound = _bound(cells[code], k)
        return
    for node in tree.walk():
        hidden = [child.code for child in node.children if child.code not in sides]
        if node.code in sides and hidden:
            bounds = {code: _bound(cells[code], k) if code in totals else None for code in hidden}
            if _leaves_play(cells, bounds, k):
                for code, bound in bounds.items():
                    found[code].bound = bound


def _leaves_play(cells: Mapping[str, Vector], bounds: Mapping[str, Bound | None], k: int) -> bool:
    """Whether every hidden group could still have any of k different numbers, given the bounds and the sum."""
    low = high = total = 0
    for code, bound in bounds.items():
        positive, other = cells[code]
        total += positive
        low += bound.n if bound is not None and not bound.is_most else 0
        high += bound.n if bound is not None and bound.is_most else positive + other
    return min(high - total, total - low) >= k - 1


def _bound(cells: Vector, k: int) -> Bound | None:
    positive, other = cells
    if positive < k <= other:
        return Bound(is_most=True, n=k - 1)
    if other < k <= positive:
        return Bound(is_most=False, n=positive + other - (k - 1))
    return None

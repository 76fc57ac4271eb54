"""An attacker with a linear solver: what can be worked out from everything that is published of one question?

``python -m kencho.surveys.tests.oracle 10000`` tries that many random organisations (Linux, two cores: minutes).
"""

import importlib
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kencho.surveys.suppression import GroupNode, Published, Tally, publish

EPSILON = 1e-6


@dataclass(frozen=True)
class World:
    """A random tree with the true counts of its leaves (by option), and what is published of it."""

    tree: GroupNode
    leaves: Mapping[str, tuple[int, ...]]
    positive: tuple[int, ...]
    shown: dict[str, Published]
    k: int


def tallies_of(tree: GroupNode, leaves: Mapping[str, tuple[int, ...]]) -> dict[str, Tally]:
    """Counts of every group from those of the leaves."""
    found: dict[str, Tally] = {}

    def count(node: GroupNode) -> tuple[int, ...]:
        if node.children:
            parts = [count(child) for child in node.children]
            options = tuple(map(sum, zip(*parts, strict=True)))
        else:
            options = leaves[node.code]
        found[node.code] = Tally(valid=sum(options), options=options)
        return options

    count(tree)
    return found


def random_world(rng: random.Random) -> World:
    """Trees of two or three levels, small and large groups, lopsided answers."""
    k = rng.choice((3, 5, 5, 10))
    width = rng.choice((2, 3, 4))
    leaves: dict[str, tuple[int, ...]] = {}

    def grow(code: str, depth: int) -> GroupNode:
        if depth == 0 or (depth == 1 and rng.random() < 0.3):
            weights = [rng.choice((0, 1, 1, 5)) for _option in range(width)]
            weights = weights if any(weights) else [1] * width
            size = rng.choice((0, 1, 2, k - 1, k, k + 1, rng.randrange(40)))
            chosen = rng.choices(range(width), weights, k=size)
            leaves[code] = tuple(chosen.count(option) for option in range(width))
            return GroupNode(code)
        return GroupNode(code, tuple(grow(f"{code}{n}", depth - 1) for n in range(rng.randint(1, 4))))

    tree = grow("r", rng.choice((1, 2, 2)))
    positive = tuple(sorted(rng.sample(range(width), rng.randint(0, width - 1))))
    return World(tree, leaves, positive, publish(tree, tallies_of(tree, leaves), k=k, positive=positive), k)


def equations(world: World) -> Iterator[tuple[list[float], float, str]]:
    """Every published figure as a row over the cells (leaf, option), its value, and = or ≤."""
    codes = list(world.leaves)
    width = len(next(iter(world.leaves.values())))
    below = {
        node.code: {each.code for each in node.walk() if not each.children} for node in world.tree.walk()
    }

    def row(group: str, options: set[int]) -> list[float]:
        return [1.0 if c in below[group] and o in options else 0.0 for c in codes for o in range(width)]

    everything = set(range(width))
    for group, shown in world.shown.items():
        if shown.valid is not None:
            yield row(group, everything), shown.valid, "="
        if shown.positive is not None:
            yield row(group, set(world.positive)), shown.positive, "="
        if shown.bound is not None:
            sign = 1.0 if shown.bound.is_most else -1.0
            yield [sign * each for each in row(group, set(world.positive))], sign * shown.bound.n, "≤"
        for option, n in shown.options.items():
            yield row(group, {option}), n, "="


def ranges(world: World, wanted: list[list[float]]) -> list[tuple[float, float]]:
    """The least and the greatest value that each wanted sum of cells can have, given all that is published."""
    solver: Any = importlib.import_module("scipy.optimize")
    equal = [(row, n) for row, n, sign in equations(world) if sign == "="]
    most = [(row, n) for row, n, sign in equations(world) if sign == "≤"]
    given: dict[str, Any] = {}
    if equal:
        given |= {"A_eq": [row for row, _n in equal], "b_eq": [n for _row, n in equal]}
    if most:
        given |= {"A_ub": [row for row, _n in most], "b_ub": [n for _row, n in most]}
    found = []
    for sums in wanted:
        low = solver.linprog(sums, **given, bounds=(0, None), method="highs")
        high = solver.linprog([-each for each in sums], **given, bounds=(0, None), method="highs")
        found.append(
            (float(low.fun) if low.status == 0 else 0.0, -float(high.fun) if high.status == 0 else 1e9)
        )
    return found


def leaks(world: World) -> list[str]:
    """Groups and cells below k whose number can be worked out exactly."""
    codes, width = list(world.leaves), len(next(iter(world.leaves.values())))
    wanted, names, truths = [], [], []
    for group in codes:
        for name, options in [(f"{group}", range(width)), *((f"{group}:{o}", (o,)) for o in range(width))]:
            truth = sum(world.leaves[group][option] for option in options)
            if truth < world.k:
                wanted.append(
                    [1.0 if c == group and o in options else 0.0 for c in codes for o in range(width)]
                )
                names.append(name)
                truths.append(truth)
    found = ranges(world, wanted)
    return [
        f"{name}={truth}"
        for name, truth, (low, high) in zip(names, truths, found, strict=True)
        if high - low < EPSILON
    ]


def main(trials: int) -> int:
    """Try; print what leaks."""
    worst = 0
    for seed in range(trials):
        found = leaks(random_world(random.Random(seed)))
        if found:
            worst += 1
            sys.stdout.write(f"seed {seed}: {found}\n")
    sys.stdout.write(f"{trials} worlds, {worst} leak\n")
    return 1 if worst else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))

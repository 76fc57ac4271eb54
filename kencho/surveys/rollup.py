"""集計単位: the groups in which ballots are counted, made from the organisation before the first answer.

A ballot names no division with fewer than k eligible people. Small divisions, and those who belong to a department
directly, are put together; where they are still too few, they are counted with their smallest neighbour, which then
bears 「ほか」 in its name; what stays too small joins its parent. The groups are frozen when a cycle opens, so no later
look at the organisation can cut them finer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

P = TypeVar("P")
REST = "-other"
"""What follows the code of a parent in the code of the group of its small parts."""

AND_OTHERS = "ほか"
"""What follows the name of a group that others are counted with."""


@dataclass
class Place(Generic[P]):
    """A unit of the organisation: the people who belong to it directly, and the units below it."""

    code: str
    name: str
    people: list[P] = field(default_factory=list)
    children: list["Place[P]"] = field(default_factory=list)

    def everybody(self) -> list[P]:
        """All people of the unit and below it."""
        return [*self.people, *(person for child in self.children for person in child.everybody())]

    def codes(self) -> list[str]:
        """The codes of the units in which people are, itself included."""
        own = [self.code] if self.people else []
        return [*own, *(code for child in self.children for code in child.codes())]


@dataclass
class Group(Generic[P]):
    """A reporting unit. Leaves hold people; ``units`` are the codes of the organisation's units that they come from."""

    code: str
    name: str
    people: list[P]
    units: list[str]
    children: list["Group[P]"] = field(default_factory=list)

    @property
    def size(self) -> int:
        """People in it and below."""
        return len(self.people) + sum(child.size for child in self.children)

    def walk(self) -> Iterator["Group[P]"]:
        """Itself and all below it, each before those below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def roll_up(place: Place[P], k: int) -> Group[P]:
    """The reporting units of a unit; every one of them has at least k people, if the whole has."""
    parts = [roll_up(child, k) for child in place.children]
    parts = [part for part in parts if part.size]
    small = [part for part in parts if part.size < k]
    large = sorted((part for part in parts if part.size >= k), key=lambda part: (part.size, part.code))
    if place.people:
        small.append(Group(place.code, place.name, list(place.people), [place.code]))
    if small and large and sum(part.size for part in small) < k:
        _count_with(large[0], small)
        small = []
    rest = _together(place, small)
    if not large or (rest is None and len(large) == 1 and not large[0].children):
        # One group alone would be its parent over again.
        return Group(place.code, place.name, place.everybody(), place.codes())
    children = sorted(large, key=lambda part: part.code) + ([rest] if rest else [])
    if len(children) == 1:
        return replace(children[0], code=place.code, name=place.name)
    return Group(place.code, place.name, [], [], children)


def _count_with(group: Group[P], parts: list[Group[P]]) -> None:
    """Count the people of too small parts in the smallest leaf of a group."""
    leaf = min((each for each in group.walk() if not each.children), key=lambda each: (each.size, each.code))
    for each in group.walk():
        if leaf in each.walk() and not each.name.endswith(AND_OTHERS):
            each.name += AND_OTHERS
    for part in (each for small in parts for each in small.walk()):
        leaf.people += part.people
        leaf.units += part.units


def _together(place: Place[P], parts: list[Group[P]]) -> Group[P] | None:
    if not parts:
        return None
    leaves = [leaf for part in parts for leaf in part.walk()]
    return Group(
        place.code + REST,
        f"{place.name}（そのほかの所属）",
        [person for leaf in leaves for person in leaf.people],
        [code for leaf in leaves for code in leaf.units],
    )

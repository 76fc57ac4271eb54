"""Divisions that teleworked: the counting rule over plain values (rule BIND of the policy evaluation).

A use belongs to the division (所属) of the person at the moment of use. A division that was renamed or merged passes its
use to the one that took over its work, which counts once; one that was abolished without a successor still counts. A
division that was split has passed its use to several, and the register names only one of them: until somebody says
which one carries it on, it goes to the registered one and the figure is in doubt.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Life:
    """A division, by id: [begins, ends), and which one took over its work."""

    id: int
    begins: date
    ends: date | None = None
    successor: int | None = None

    def exists_on(self, day: date) -> bool:
        """Whether the division is there on a day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True)
class Reorganisation:
    """All divisions of a body, which of them were split into several, and what was decided about those.

    ``splits`` are ids of divisions that ended in several; ``decided`` says for some of them which one carries the use
    on (None: nobody does, it counts for itself).
    """

    lives: Mapping[int, Life]
    splits: frozenset[int] = frozenset()
    decided: Mapping[int, int | None] | None = None

    def heir_of(self, unit: int) -> int | None:
        """Which division carries on the use of one that has ended."""
        if self.decided is not None and unit in self.decided:
            return self.decided[unit]
        return self.lives[unit].successor

    def is_open_question(self, unit: int) -> bool:
        """A split about which nobody has decided."""
        return unit in self.splits and (self.decided is None or unit not in self.decided)


@dataclass(frozen=True)
class Count:
    """Which division stands for which used ones on the day of the count, and the splits that leave a doubt."""

    stands_for: Mapping[int, frozenset[int]]
    doubtful: frozenset[int]

    @property
    def number(self) -> int:
        """How many divisions."""
        return len(self.stands_for)

    def by_used(self) -> dict[int, int]:
        """For each division that was used by people at the time, the one that it counts as."""
        return {used: heir for heir, many in self.stands_for.items() for used in many}


def count(used: Iterable[int], organisation: Reorganisation, day: date) -> Count:
    """Count the divisions with a use, as the organisation stands on ``day`` (the last day of the period)."""
    groups: dict[int, set[int]] = {}
    doubtful: set[int] = set()
    for unit in set(used):
        heir, questions = _carried(unit, organisation, day)
        groups.setdefault(heir, set()).add(unit)
        doubtful |= questions
    return Count({heir: frozenset(many) for heir, many in groups.items()}, frozenset(doubtful))


def _carried(unit: int, organisation: Reorganisation, day: date) -> tuple[int, set[int]]:
    """The division that carries the use on the day, and the open questions met on the way."""
    seen: set[int] = set()
    questions: set[int] = set()
    while unit not in seen:
        seen.add(unit)
        life = organisation.lives[unit]
        # A reorganisation after the day has not happened yet.
        if life.ends is None or day < life.ends:
            break
        if organisation.is_open_question(unit):
            questions.add(unit)
        heir = organisation.heir_of(unit)
        if heir is None or heir not in organisation.lives:
            break
        unit = heir
    return unit, questions

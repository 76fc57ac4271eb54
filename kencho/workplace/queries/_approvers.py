"""Who may decide on telework: who holds the head post of the division at the moment, or who acts for them.

The head's own telework, and that of a division without a head, goes to the head of the unit above.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kencho.approvals import queries as approvals
from kencho.organization.models import Assignment, Body, Unit
from kencho.organization.queries import valid_on
from kencho.workplace.models import Capacity


@dataclass(frozen=True)
class Right:
    """In which right somebody decides, and for whom when not in their own."""

    capacity: Capacity
    instead_of: int | None = None


@dataclass(frozen=True)
class Approvers:
    """The heads of a body on a day and those who act for them; five queries, then no more."""

    day: date
    heads: dict[int, frozenset[int]]
    parents: dict[int, int | None]
    successors: dict[int, int | None]
    valid: frozenset[int]
    executive: int | None
    deputies: dict[int, int | None]
    substitutes: dict[int, tuple[frozenset[int], ...]]

    def current(self, unit: int) -> int:
        """The unit itself, or the one that took over its work by the day."""
        seen: set[int] = set()
        while unit not in self.valid and unit not in seen:
            seen.add(unit)
            heir = self.successors.get(unit)
            if heir is None:
                break
            unit = heir
        return unit

    def _above(self, unit: int) -> Iterator[int]:
        seen: set[int] = set()
        node: int | None = self.current(unit)
        while node is not None and node not in seen:
            seen.add(node)
            yield node
            parent = self.parents.get(node)
            node = None if parent is None else self.current(parent)
        if self.executive is not None and self.executive not in seen:
            yield self.executive

    def right_of(self, who: int, *, division: int, staff: int) -> Right | None:
        """In which right ``who`` may decide on the telework of ``staff`` in a division; None when not at all."""
        if who == staff:
            return None
        unit = self._unit_for(division, staff)
        if unit is None:
            return None
        heads = self.heads[unit] - {staff}
        if who in heads:
            return Right(Capacity.OWN)
        away = [head for head in sorted(heads) if head in self.deputies]
        for head in away:
            if self.deputies[head] == who:
                return Right(Capacity.DEPUTY, head)
        if len(away) == len(heads) and who in self._substitutes_present(unit, staff):
            return Right(Capacity.SUBSTITUTE, away[0])
        return None

    def _unit_for(self, division: int, staff: int) -> int | None:
        own = self.current(division)
        for unit in self._above(division):
            heads = self.heads.get(unit, frozenset())
            # A head decides neither on themselves nor, beside a second head, has that one decide on them.
            if staff in heads and unit == own:
                continue
            if heads - {staff}:
                return unit
        return None

    def _substitutes_present(self, unit: int, staff: int) -> frozenset[int]:
        for people in self.substitutes.get(unit, ()):
            present = frozenset(each for each in people if each not in self.deputies) - {staff}
            if present:
                return present
        return frozenset()

    def people_for(self, division: int, staff: int) -> list[int]:
        """Everybody who may decide, to be told of it: the heads, and who acts for those away."""
        unit = self._unit_for(division, staff)
        if unit is None:
            return []
        heads = self.heads[unit] - {staff}
        acting = {self.deputies[head] for head in heads if self.deputies.get(head)}
        if all(head in self.deputies for head in heads):
            acting |= self._substitutes_present(unit, staff)
        return sorted({*heads, *(each for each in acting if each is not None and each != staff)})

    def units_of(self, who: int) -> list[int]:
        """Units in which somebody decides in any right."""
        found = [unit for unit, heads in self.heads.items() if who in heads]
        found += [
            unit
            for unit, heads in self.heads.items()
            if any(self.deputies.get(head) == who for head in heads)
        ]
        found += [unit for unit, lines in self.substitutes.items() if any(who in line for line in lines)]
        return sorted(set(found))


def approvers_of(body: Body, day: date, substitutes: tuple[str, ...] = ()) -> Approvers:
    """Load them. ``substitutes`` are the posts that the rule lets decide when the head is away, in order."""
    heads: dict[int, set[int]] = defaultdict(set)
    posts: dict[int, list[set[int]]] = defaultdict(lambda: [set() for _post in substitutes])
    rows = Assignment.objects.filter(valid_on(day), unit__body=body).exclude(staff__retired_on__lte=day)
    for unit, staff in rows.filter(post__is_head=True).values_list("unit_id", "staff_id"):
        heads[unit].add(staff)
    if substitutes:
        held = rows.filter(post__code__in=substitutes).values_list("unit_id", "staff_id", "post__code")
        for unit, staff, code in held:
            posts[unit][substitutes.index(code)].add(staff)
    units = Unit.objects.filter(body=body).values_list(
        "pk", "parent_id", "successor_id", "valid_from", "valid_to", "level"
    )
    tree = list(units)
    valid = frozenset(
        pk for pk, _p, _s, begins, ends, _l in tree if begins <= day and (ends is None or day < ends)
    )
    away = approvals.absences_on(day).filter(staff__body=body).values_list("staff_id", "deputy_id")
    return Approvers(
        day=day,
        heads={unit: frozenset(people) for unit, people in heads.items()},
        parents={row[0]: row[1] for row in tree},
        successors={row[0]: row[2] for row in tree},
        valid=valid,
        executive=next((row[0] for row in tree if row[5] == Unit.Level.EXECUTIVE and row[0] in valid), None),
        deputies=dict(away),
        substitutes={unit: tuple(map(frozenset, lines)) for unit, lines in posts.items()},
    )

"""Opening: whom to ask is fixed, in groups large enough, and everybody asked has one token."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.organization.models import Assignment, Unit
from kencho.organization.queries import Branch, tree_on, valid_on
from kencho.surveys.anonymity import Box, CycleKeys, seal_ballot, token_of, wrapped
from kencho.surveys.definition import payload_size
from kencho.surveys.events import CycleOpened
from kencho.surveys.models import BallotBox, Cycle, CycleState, ReportingUnit, Roster
from kencho.surveys.rollup import Group, Place, roll_up
from kencho.surveys.services._errors import Reason, UnableTo, require_owner


class UnableToOpen(UnableTo):
    """It is not decided, its time is over, or too few people would be asked."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Somebody who is asked: the staff number becomes a token and is not stored."""

    number: str
    unit_id: int


@transaction.atomic
def open_cycle(*, cycle: Cycle, by: Actor, at: datetime, announce: bool = True) -> Cycle:
    """受付を始める。その日の配置で対象者と集計単位を固定し、回答権を作る。Raises UnableToOpen."""
    row = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("body", "program__body", "questionnaire")
        .get(pk=cycle.pk)
    )
    require_owner(by, row.body)
    if row.state != CycleState.APPROVED or at >= row.closes_at:
        raise UnableToOpen(Reason.WRONG_STATE, str(row.get_state_display()))
    whole = roll_up(_places(row, at), row.k)
    if whole.size < row.k:
        raise UnableToOpen(Reason.TOO_FEW_STAFF)
    keys = CycleKeys.new()
    _write_groups(row, whole, keys)
    row.public_key, row.secret = keys.public, wrapped(keys, str(row.key))
    row.state, row.opened_at, row.eligible = CycleState.OPEN, at, whole.size
    # Opened by hand before its time: from now on answers are taken.
    row.opens_at = min(row.opens_at, at)
    row.save(update_fields=["public_key", "secret", "state", "opened_at", "opens_at", "eligible"])
    audit.record(
        "surveys.cycle.open",
        row,
        by=by,
        at=at,
        label=row.title,
        body=row.body.code,
        details={"eligible": whole.size, "k": row.k},
    )
    opened = CycleOpened(
        cycle_id=row.pk,
        program=row.program.code,
        fiscal_year=row.fiscal_year,
        announce=announce,
        opened_at=at,
    )
    events.publish(opened, at=at, body=row.body.code)
    return row


def _places(cycle: Cycle, at: datetime) -> Place[_Asked]:
    """The organisation of the day with everybody in their main post; sections belong to their division."""
    day = clock.day_of(at)
    whole: Place[_Asked] = Place(cycle.body.code, cycle.body.name)
    of_unit: dict[int, tuple[Place[_Asked], int]] = {}
    _graft(whole, tree_on(cycle.body, day), of_unit)
    held = (
        Assignment.objects.filter(valid_on(day), unit__body=cycle.body, is_concurrent=False)
        .exclude(staff__retired_on__lte=day)
        .order_by("pk")
        .values_list("staff__number", "unit_id")
    )
    seen: set[str] = set()
    for number, unit_id in held:
        found = of_unit.get(unit_id)
        if number not in seen and found is not None:
            seen.add(number)
            found[0].people.append(_Asked(number, found[1]))
    return whole


def _graft(
    above: Place[_Asked], branches: Iterable[Branch], of_unit: dict[int, tuple[Place[_Asked], int]]
) -> None:
    for branch in branches:
        unit = branch.unit
        if unit.level == Unit.Level.SECTION:
            of_unit[unit.pk] = next(
                ((place, pk) for place, pk in of_unit.values() if place is above), (above, unit.pk)
            )
            _graft(above, branch.children, of_unit)
            continue
        place: Place[_Asked] = Place(unit.code, unit.name)
        above.children.append(place)
        of_unit[unit.pk] = (place, unit.pk)
        _graft(place, branch.children, of_unit)


def _write_groups(cycle: Cycle, whole: Group[_Asked], keys: CycleKeys) -> None:
    order = iter(range(10_000))
    size = len(seal_ballot(keys.public, b"", payload_size(cycle.questionnaire.definition), ""))
    leaves: list[tuple[ReportingUnit, Group[_Asked]]] = []

    def write(level: Sequence[Group[_Asked]], parent: ReportingUnit | None, depth: int) -> None:
        rows = [_row(cycle, group, parent, depth) for group in level]
        for row, group in zip(rows, level, strict=True):
            row.order = next(order)
            row.save(force_insert=True)
            if group.children:
                write(group.children, row, depth + 1)
            else:
                leaves.append((row, group))

    write([whole], None, 0)
    BallotBox.objects.bulk_create(
        BallotBox(
            group=row,
            tokens=Box.issue([token_of(keys, person.number) for person in group.people], size).tokens,
            ballot_size=size,
        )
        for row, group in leaves
    )
    Roster.objects.bulk_create(
        Roster(cycle=cycle, unit_id=unit_id, group=row, headcount=count)
        for row, group in leaves
        for unit_id, count in Counter(person.unit_id for person in group.people).items()
    )


def _row(cycle: Cycle, group: Group[_Asked], parent: ReportingUnit | None, depth: int) -> ReportingUnit:
    return ReportingUnit(
        cycle=cycle,
        parent=parent,
        code=group.code,
        name=group.name,
        depth=depth,
        headcount=group.size,
    )

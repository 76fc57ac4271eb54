"""Reading the organisation as it stands on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import Count, Q, QuerySet

from kencho.accounts.models import User
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.business_days import BusinessCalendar
from kencho.organization.models import Assignment, Body, ClosedDay, Post, RoleAssignment, StaffMember, Unit


@dataclass(frozen=True)
class Desk:
    """Where a signed-in staff member works now: the post they act in, its unit, division and body, and their roles."""

    staff: StaffMember
    body: Body
    post: Post
    unit: Unit
    division: Unit
    roles: frozenset[str]
    day: date
    assignment_id: int = 0

    @property
    def actor(self) -> Actor:
        """The staff member as the actor of services."""
        plain = actor_of(self.staff)
        return replace(plain, division_id=self.division.pk, roles=self.roles)

    def has_role(self, *roles: str) -> bool:
        """Whether any of these roles is held."""
        return not self.roles.isdisjoint(roles)


def actor_of(staff: StaffMember) -> Actor:
    """A staff member as an actor; the id is the body's code and the staff number."""
    code = staff.body.code
    return Actor(ActorKind.STAFF, f"{code}:{staff.number}", staff.name, code)


def staff_of_actor(actor: Actor) -> StaffMember | None:
    """The staff member behind an actor."""
    if actor.kind != ActorKind.STAFF:
        return None
    code, _, number = actor.id.partition(":")
    return StaffMember.objects.select_related("body").filter(body__code=code, number=number).first()


def valid_on(day: date, prefix: str = "") -> Q:
    """Rows whose period [valid_from, valid_to) holds the day."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )


def division_of(unit: Unit) -> Unit:
    """The division (所属) that a unit is or belongs to; a department without division stands for itself."""
    node: Unit | None = unit
    while node is not None:
        if node.level == Unit.Level.DIVISION:
            return node
        node = node.parent
    return unit


def assignments_on(staff: StaffMember, day: date) -> QuerySet[Assignment]:
    """Posts held on a day, the main one first."""
    return (
        Assignment.objects.filter(valid_on(day), staff=staff)
        .select_related("unit__parent__parent", "unit__body", "post")
        .order_by("is_concurrent", "id")
    )


def desk_of(user: User, day: date, *, assignment_id: int | None = None) -> Desk | None:
    """The working place of an account on a day; ``assignment_id`` chooses one of several posts held."""
    staff = StaffMember.objects.select_related("body").filter(user=user).exclude(retired_on__lte=day).first()
    if staff is None:
        return None
    held = list(assignments_on(staff, day))
    if not held:
        return None
    chosen = next((each for each in held if each.pk == assignment_id), held[0])
    roles = RoleAssignment.objects.filter(valid_on(day), staff=staff).values_list("role", flat=True)
    return Desk(
        staff=staff,
        body=staff.body,
        post=chosen.post,
        unit=chosen.unit,
        division=division_of(chosen.unit),
        roles=frozenset(roles),
        day=day,
        assignment_id=chosen.pk,
    )


def divisions_on(body: Body, day: date) -> QuerySet[Unit]:
    """All divisions of a body that exist on a day."""
    return Unit.objects.filter(valid_on(day), body=body, level=Unit.Level.DIVISION).order_by("code")


def division_by_code(body: Body, code: str, day: date) -> Unit | None:
    """The division that has this code on a day."""
    return divisions_on(body, day).filter(code=code).first()


def successor_on(unit: Unit, day: date) -> Unit:
    """The unit itself, or after a reorganisation the one that took over its work by this day."""
    seen: set[int] = set()
    while not unit.is_valid_on(day) and unit.successor is not None and unit.pk not in seen:
        seen.add(unit.pk)
        unit = unit.successor
    return unit


_SUBTREE = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM organization_unit WHERE id = %s
    UNION
    SELECT unit.id FROM organization_unit unit JOIN below ON
        (unit.parent_id = below.id AND (unit.successor_id IS NULL OR unit.valid_to > %s))
        OR (unit.successor_id = below.id AND unit.valid_to <= %s)
)
SELECT id FROM below ORDER BY id
"""


def subtree_ids(unit: Unit, day: date | None = None) -> list[int]:
    """Ids of a unit, everything below it, and the ended units whose work these took over by the day.

    Without a day the newest known state counts, also reorganisations that lie ahead.
    """
    until = day or date.max
    with connection.cursor() as cursor:
        cursor.execute(_SUBTREE, [unit.pk, until, until])
        return [row[0] for row in cursor.fetchall()]


def executive_of(body: Body, day: date) -> Unit | None:
    """The unit in which the head of the body (知事, 市長, 町長) and the deputies hold their posts."""
    return Unit.objects.filter(valid_on(day), body=body, level=Unit.Level.EXECUTIVE).first()


def department_of(unit: Unit, day: date) -> Unit | None:
    """The department (部局) above a unit on a day, or the unit itself if it is one; towns have none."""
    node: Unit | None = unit
    while node is not None:
        if node.level == Unit.Level.DEPARTMENT:
            return successor_on(node, day)
        node = node.parent
    return None


def units_above(unit: Unit, day: date) -> list[Unit]:
    """The unit and those above it on a day, lowest first, the head of the body last."""
    found: list[Unit] = []
    node: Unit | None = successor_on(unit, day)
    while node is not None and node not in found:
        found.append(node)
        node = successor_on(node.parent, day) if node.parent else None
    executive = executive_of(unit.body, day)
    return found if executive is None or executive in found else [*found, executive]


@dataclass(frozen=True)
class Branch:
    """A unit in the tree of a day."""

    unit: Unit
    depth: int
    staff_count: int
    children: tuple["Branch", ...] = ()


def tree_on(body: Body, day: date) -> list[Branch]:
    """The organisation of a body on a day, with the number of staff below each unit; three queries at any size."""
    successors = dict(Unit.objects.filter(body=body).values_list("pk", "successor_id"))
    units = list(Unit.objects.filter(valid_on(day), body=body).order_by("code"))
    counts = _main_posts_by_unit(body, day)
    valid = {unit.pk for unit in units}
    below: dict[int | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(_valid_parent(unit.parent_id, successors, valid), []).append(unit)

    def branch(unit: Unit, depth: int) -> Branch:
        children = tuple(branch(child, depth + 1) for child in below.get(unit.pk, []))
        count = counts.get(unit.pk, 0) + sum(child.staff_count for child in children)
        return Branch(unit, depth, count, children)

    return [branch(unit, 0) for unit in below.get(None, [])]


def _valid_parent(parent_id: int | None, successors: Mapping[int, int | None], valid: set[int]) -> int | None:
    seen: set[int] = set()
    while parent_id is not None and parent_id not in valid and parent_id not in seen:
        seen.add(parent_id)
        parent_id = successors.get(parent_id)
    return parent_id if parent_id in valid else None


def _main_posts_by_unit(body: Body, day: date) -> dict[int, int]:
    rows = (
        Assignment.objects.filter(valid_on(day), unit__body=body, is_concurrent=False)
        .values("unit_id")
        .annotate(count=Count("pk"))
        .values_list("unit_id", "count")
    )
    return dict(rows)


def children_on(unit: Unit, day: date) -> list[Unit]:
    """The units directly below a unit on a day; those of a predecessor belong to it from its beginning on."""
    units = list(Unit.objects.filter(valid_on(day), body_id=unit.body_id).order_by("code"))
    successors = dict(Unit.objects.filter(body_id=unit.body_id).values_list("pk", "successor_id"))
    valid = {each.pk for each in units}
    return [each for each in units if _valid_parent(each.parent_id, successors, valid) == unit.pk]


def posts_in(unit: Unit, day: date) -> QuerySet[Assignment]:
    """Who holds which post in exactly this unit on a day, highest first."""
    return (
        Assignment.objects.filter(valid_on(day), unit=unit)
        .select_related("staff__body", "post", "unit")
        .order_by("post__rank", "staff__kana", "staff__number")
    )


def history_of(staff: StaffMember) -> QuerySet[Assignment]:
    """All posts that a staff member held, holds or will hold, newest first."""
    return (
        Assignment.objects.filter(staff=staff)
        .select_related("unit", "post")
        .order_by("-valid_from", "is_concurrent", "-pk")
    )


def roles_of(staff: StaffMember) -> QuerySet[RoleAssignment]:
    """All grants of roles to a staff member, newest first."""
    return RoleAssignment.objects.filter(staff=staff).order_by("-valid_from", "role")


def staff_of(body: Body, day: date, *, words: str = "", retired: bool = False) -> QuerySet[StaffMember]:
    """The register of a body, searchable by name, kana or number; without ``retired`` only who serves on the day."""
    found = StaffMember.objects.filter(body=body)
    if not retired:
        found = found.exclude(retired_on__lte=day)
    for word in words.split():
        found = found.filter(Q(name__contains=word) | Q(kana__contains=word) | Q(number__istartswith=word))
    return found


def units_named(body: Body, day: date, words: str) -> QuerySet[Unit]:
    """Units of a day by name, kana or the beginning of the code."""
    found = Unit.objects.filter(valid_on(day), body=body).order_by("code")
    for word in words.split():
        found = found.filter(Q(name__contains=word) | Q(kana__contains=word) | Q(code__startswith=word))
    return found


def main_posts(staff_ids: Iterable[int], day: date) -> dict[int, Assignment]:
    """The main post of each of these staff on a day, by staff id: one query for a page of a list."""
    rows = (
        Assignment.objects.filter(valid_on(day), staff_id__in=list(staff_ids), is_concurrent=False)
        .select_related("unit__parent", "post")
        .order_by("pk")
    )
    return {row.staff_id: row for row in rows}


def members_of(unit: Unit, day: date) -> QuerySet[StaffMember]:
    """Staff who hold a post in a unit or below it on a day."""
    return (
        StaffMember.objects.filter(
            valid_on(day, "assignments__"), assignments__unit_id__in=subtree_ids(unit, day)
        )
        .select_related("body")
        .distinct()
    )


def holders(unit: Unit, post_codes: Iterable[str], day: date) -> QuerySet[StaffMember]:
    """Staff who hold one of these posts in exactly this unit on a day."""
    return (
        StaffMember.objects.filter(
            valid_on(day, "assignments__"),
            assignments__unit=unit,
            assignments__post__code__in=list(post_codes),
        )
        .select_related("body")
        .distinct()
    )


def holders_above(unit: Unit, post_codes: Iterable[str], day: date) -> QuerySet[StaffMember]:
    """Staff who hold one of these posts in the unit or, where nobody there does, in the nearest unit above it."""
    codes = list(post_codes)
    for node in units_above(unit, day):
        found = holders(node, codes, day)
        if found.exists():
            return found
    return StaffMember.objects.none()


def calendar_of(body: Body) -> BusinessCalendar:
    """The business calendar of a body: national rule plus its own closed and extra open days."""
    days = list(ClosedDay.objects.filter(body=body).values_list("day", "is_open"))
    return BusinessCalendar(
        extra_closed=frozenset(day for day, is_open in days if not is_open),
        extra_open=frozenset(day for day, is_open in days if is_open),
    )

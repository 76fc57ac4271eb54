"""Made-up staff for demonstrations: names drawn by lot, the same for the same lot, resembling nobody on purpose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from random import Random

import yaml
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from kencho.accounts.models import User
from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Assignment, Body, Post, StaffMember, Unit
from kencho.organization.queries import valid_on

# The posts of a unit by its level, highest first; clerks beyond them by lot.
_POSTS = {
    Unit.Level.EXECUTIVE: ("HEAD", "DEPUTY_HEAD"),
    Unit.Level.DEPARTMENT: ("DEPARTMENT_DIRECTOR", "DEPARTMENT_DEPUTY"),
    Unit.Level.DIVISION: ("DIVISION_DIRECTOR", "DIVISION_DEPUTY", "SECTION_CHIEF", "SECTION_CHIEF"),
    Unit.Level.SECTION: (),
}
_CLERKS = ("SENIOR_CLERK", "CLERK")
FEWEST_CLERKS, MOST_CLERKS = 4, 6


@dataclass(frozen=True)
class Names:
    """Family and given names with their kana."""

    family: tuple[tuple[str, str], ...]
    given: tuple[tuple[str, str], ...]

    def draw(self, rng: Random) -> tuple[str, str]:
        """A full name and its kana."""
        family, given = rng.choice(self.family), rng.choice(self.given)
        return f"{family[0]} {given[0]}", f"{family[1]} {given[1]}"


def read_names(path: Path) -> Names:
    """Read names.yaml: lists of [name, kana]."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    family = tuple((str(a), str(b)) for a, b in content["family_names"])
    return Names(family, tuple((str(a), str(b)) for a, b in content["given_names"]))


@transaction.atomic
def make_staff(
    *, body: Body, on: date, names: Names, rng: Random, password: str | None, by: Actor, at: datetime
) -> list[StaffMember]:
    """Staff each unit of a body that has nobody yet: a division gets a head, a deputy, two section chiefs and 4–6
    clerks. With a password they get accounts too. The addresses lie under example.jp, which nobody owns.
    """
    taken = set(Assignment.objects.filter(valid_on(on), unit__body=body).values_list("unit_id", flat=True))
    units = [
        unit for unit in Unit.objects.filter(valid_on(on), body=body).order_by("code") if unit.pk not in taken
    ]
    places = [(unit, post) for unit in units for post in _posts_for(unit, body, rng)]
    first = StaffMember.objects.filter(body=body).count() + 1
    staff = [_member(body, number, *names.draw(rng)) for number, _place in enumerate(places, start=first)]
    if password is not None:
        _give_accounts(staff, password)
    StaffMember.objects.bulk_create(staff)
    Assignment.objects.bulk_create(
        Assignment(staff=member, unit=unit, post=post, valid_from=on)
        for member, (unit, post) in zip(staff, places, strict=True)
    )
    if staff:
        audit.record(
            "organization.body.make_staff",
            body,
            by=by,
            at=at,
            label=body.name,
            body=body.code,
            details={"count": len(staff), "on": str(on)},
        )
    return staff


def _posts_for(unit: Unit, body: Body, rng: Random) -> Iterator[Post]:
    posts = {post.code: post for post in Post.objects.filter(body=body)}
    codes = list(_POSTS[Unit.Level(unit.level)])
    if unit.level == Unit.Level.DIVISION:
        codes += [rng.choice(_CLERKS) for _ in range(rng.randint(FEWEST_CLERKS, MOST_CLERKS))]
    return (posts[code] for code in codes if code in posts)


def _member(body: Body, number: int, name: str, kana: str) -> StaffMember:
    code = f"{body.code[:5]}{number:05d}"
    return StaffMember(body=body, number=code, name=name, kana=kana, email=f"s{code}@{body.slug}.example.jp")


@cache
def _hashed(password: str) -> str:
    return make_password(password)


def _give_accounts(staff: list[StaffMember], password: str) -> None:
    # One hash for all: stretching it a few thousand times over would take minutes, and the password is public anyway.
    hashed = _hashed(password)
    users = User.objects.bulk_create(
        User(email=member.email, name=member.name, kind=User.Kind.STAFF, password=hashed) for member in staff
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    for member, user in zip(staff, users, strict=True):
        member.user = user

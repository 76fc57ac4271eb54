"""Bodies, units, posts, staff, routes, procedures, seals: what a history needs to stand on."""

import random
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from allauth.account.models import EmailAddress
from django.conf import settings
from yaml import CSafeLoader

from kencho.accounts.models import User
from kencho.approvals import services as approvals
from kencho.foundation import actors
from kencho.organization import queries as organization_queries
from kencho.organization import services as organization
from kencho.organization.models import Body, RoleAssignment, StaffMember, Unit
from kencho.organization.services import make_staff, read_names
from kencho.procedures import services as procedures
from kencho.procedures.definition import parse
from kencho.records.classifications import load_classifications
from kencho.records.office_seals import make_demo_seals

SETUP = actors.system("setup")
PASSWORD = "demo-kencho-2026"  # noqa: S105  # printed by the command on purpose; demo accounts hold nothing real
RESIDENT_EMAIL = "resident@example.jp"
PREFECTURE = "240001"
DIGITAL_DIVISION = "03009"
CLERK_DIVISION = "情報公開課"
SEEDS: Path = settings.BASE_DIR / "seeds"


@cache
def _yaml(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(
        (SEEDS / name).read_text(encoding="utf-8"), Loader=CSafeLoader
    )  # a safe loader
    return loaded


def set_up(*, on: date, at: datetime, seed: int = 406) -> Body:
    """Load the organisation as of a day and publish the procedures; returns the prefecture. May be run again."""
    organization.load_organization(SEEDS / "organization", by=SETUP, at=at)
    prefecture = Body.objects.get(code=PREFECTURE)
    names = read_names(SEEDS / "organization" / "names.yaml")
    rng = random.Random(seed)  # noqa: S311  # made-up people, the same each time
    for body in Body.objects.order_by("code"):
        make_staff(body=body, on=on, names=names, rng=rng, password=PASSWORD, by=SETUP, at=at)
        load_classifications(body=body, data=_yaml("classifications.yaml"), by=SETUP, at=at)
        approvals.load_routes(
            body=body,
            data={**_yaml("organization/routes.yaml"), **_yaml("organization/delegated_decisions.yaml")},
            by=SETUP,
            at=at,
        )
    for file in sorted((SEEDS / "procedures").glob("*.yaml")):
        data = parse(file.read_text(encoding="utf-8"))
        data["office"] = division_before(prefecture, data["office"], on).code
        procedures.load_definition(body=prefecture, data=data, in_force_from=at, by=SETUP, at=at)
    make_demo_seals([prefecture], at=at)
    _give_roles(prefecture, on)
    _make_resident()
    return prefecture


def division_before(body: Body, code: str, day: date) -> Unit:
    """The division that has this code today, or the one whose work on that day it has taken over since."""
    divisions = list(organization_queries.divisions_on(body, day))
    return next(
        (one for one in divisions if one.code == code),
        next(one for one in divisions if organization_queries.successor_on(one, date.max).code == code),
    )


def _give_roles(body: Body, on: date) -> None:
    """The head of the digital division holds all roles, so that a first look shows every page."""
    administrator = StaffMember.objects.get(
        assignments__unit=division_before(body, DIGITAL_DIVISION, on),
        assignments__post__code="DIVISION_DIRECTOR",
    )
    RoleAssignment.objects.bulk_create(
        [
            RoleAssignment(staff=administrator, role=role, valid_from=on)
            for role in RoleAssignment.Role.values
        ],
        ignore_conflicts=True,
    )


def _make_resident() -> None:
    user, created = User.objects.get_or_create(
        email=RESIDENT_EMAIL, defaults={"name": "見本 花子", "kind": User.Kind.RESIDENT}
    )
    if created:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def somebody(body: Body, post: str, division: str) -> StaffMember | None:
    """Who holds a post in a division today and can sign in."""
    return (
        StaffMember.objects.filter(
            body=body,
            assignments__post__code=post,
            assignments__unit__name=division,
            assignments__valid_to__isnull=True,
            user__isnull=False,
        )
        .select_related("user")
        .order_by("number")
        .first()
    )


def sign_ins() -> list[str]:
    """Lines that tell how to sign in to the demo; empty when this is not the demo."""
    body = Body.objects.filter(code=PREFECTURE).first()
    if body is None or not User.objects.filter(email=RESIDENT_EMAIL).exists():
        return []
    people = [
        ("担当者", somebody(body, "CLERK", CLERK_DIVISION)),
        ("班長", somebody(body, "SECTION_CHIEF", CLERK_DIVISION)),
        ("課長", somebody(body, "DIVISION_DIRECTOR", CLERK_DIVISION)),
        ("管理者", somebody(body, "DIVISION_DIRECTOR", "デジタル戦略企画課")),
    ]
    lines = [
        f"{title}  {one.user.email}（{one.name}）\n" for title, one in people if one is not None and one.user
    ]
    return [*lines, f"県民  {RESIDENT_EMAIL}\n", f"パスワード  {PASSWORD}\n"]

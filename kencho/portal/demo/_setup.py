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
from kencho.organization import services as organization
from kencho.organization.models import Body, RoleAssignment, StaffMember
from kencho.organization.services import make_staff, read_names
from kencho.procedures import services as procedures
from kencho.procedures.definition import parse
from kencho.records.classifications import load_classifications
from kencho.records.office_seals import make_demo_seals

SETUP = actors.system("setup")
PASSWORD = "demo-kencho-2026"  # noqa: S105  # printed by the command on purpose; demo accounts hold nothing real
RESIDENT_EMAIL = "resident@example.jp"
PREFECTURE = "240001"
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
        procedures.load_definition(
            body=prefecture, data=parse(file.read_text(encoding="utf-8")), in_force_from=at, by=SETUP, at=at
        )
    make_demo_seals(list(Body.objects.all()), at=at)
    _give_roles(prefecture, on)
    _make_resident()
    return prefecture


def _give_roles(body: Body, on: date) -> None:
    """The first clerk of the digital division holds all roles, so that a first look shows every page."""
    administrator = (
        _somebody(body, "DIVISION_DIRECTOR", "デジタル戦略企画課")
        or StaffMember.objects.filter(body=body).first()
    )
    if administrator is None:
        return
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


def _somebody(body: Body, post: str, division: str) -> StaffMember | None:
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
        ("担当者", _somebody(body, "CLERK", "情報公開課")),
        ("班長", _somebody(body, "SECTION_CHIEF", "情報公開課")),
        ("課長", _somebody(body, "DIVISION_DIRECTOR", "情報公開課")),
        ("管理者", _somebody(body, "DIVISION_DIRECTOR", "デジタル戦略企画課")),
    ]
    lines = [
        f"{title}  {one.user.email}（{one.name}）\n" for title, one in people if one is not None and one.user
    ]
    return [*lines, f"県民  {RESIDENT_EMAIL}\n", f"パスワード  {PASSWORD}\n"]

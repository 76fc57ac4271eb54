"""The fixed cast of every permission test: two bodies, their units, and the people who work there."""

from dataclasses import dataclass, field
from datetime import date

from django.test import Client

from kencho.accounts.models import User
from kencho.accounts.testing.people import PASSWORD, make_user
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization.models import Assignment, Body, Post, RoleAssignment, StaffMember, Unit
from kencho.organization.queries import Desk, actor_of, desk_of

__all__ = [
    "FIRST_DAY",
    "PASSWORD",
    "POSTS",
    "Cast",
    "actor",
    "desk",
    "grant",
    "make_body",
    "make_cast",
    "make_resident",
    "make_staff",
    "make_unit",
    "make_user",
    "sign_in",
    "sign_in_user",
]
FIRST_DAY = date(2026, 4, 1)
# code, name, rank (lower is higher), head of a unit, level; the codes are those of seeds/organization/posts.yaml
POSTS = (
    ("HEAD", "知事", 10, True, Unit.Level.EXECUTIVE),
    ("DEPUTY_HEAD", "副知事", 20, False, Unit.Level.EXECUTIVE),
    ("DEPARTMENT_DIRECTOR", "部長", 30, True, Unit.Level.DEPARTMENT),
    ("DEPARTMENT_DEPUTY", "次長", 40, False, Unit.Level.DEPARTMENT),
    ("DIVISION_DIRECTOR", "課長", 50, True, Unit.Level.DIVISION),
    ("DIVISION_DEPUTY", "課長補佐", 60, False, Unit.Level.DIVISION),
    ("SECTION_CHIEF", "班長", 70, False, Unit.Level.DIVISION),
    ("SENIOR_CLERK", "主査", 80, False, Unit.Level.DIVISION),
    ("CLERK", "主事", 90, False, Unit.Level.DIVISION),
)


def make_body(
    code: str = "240001",
    slug: str = "mie",
    name: str = "三重県",
    *,
    kind: str = Body.Kind.PREFECTURE,
    head_title: str = "知事",
    accepts_online: bool = True,
) -> Body:
    """A body with the posts of ``POSTS``."""
    body = Body.objects.create(
        code=code, slug=slug, name=name, kind=kind, head_title=head_title, accepts_online=accepts_online
    )
    Post.objects.bulk_create(
        Post(
            body=body,
            code=post_code,
            name=head_title if post_code == "HEAD" else title,
            rank=rank,
            is_head=is_head,
            level=level,
        )
        for post_code, title, rank, is_head, level in POSTS
    )
    return body


def make_unit(
    body: Body,
    code: str,
    name: str,
    *,
    level: str = Unit.Level.DIVISION,
    parent: Unit | None = None,
    valid_from: date = FIRST_DAY,
    valid_to: date | None = None,
    document_symbol: str = "",
) -> Unit:
    """A unit, by default a division."""
    return Unit.objects.create(
        body=body,
        code=code,
        name=name,
        level=level,
        parent=parent,
        valid_from=valid_from,
        valid_to=valid_to,
        document_symbol=document_symbol,
    )


def make_staff(
    unit: Unit,
    number: str,
    name: str,
    *,
    post: str = "CLERK",
    roles: tuple[str, ...] = (),
    day: date = FIRST_DAY,
    with_user: bool = True,
) -> StaffMember:
    """A staff member with a post in a unit and an account (password ``PASSWORD``)."""
    body = unit.body
    email = f"{number.lower()}@{body.slug}.example.jp"
    user = make_user(email, name, User.Kind.STAFF) if with_user else None
    staff = StaffMember.objects.create(body=body, user=user, number=number, name=name, email=email)
    Assignment.objects.create(
        staff=staff, unit=unit, post=Post.objects.get(body=body, code=post), valid_from=day
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(staff=staff, role=role, valid_from=day) for role in roles
    )
    return staff


def make_resident(email: str = "resident@example.jp", name: str = "県民 花子") -> User:
    """A resident's account with password ``PASSWORD``."""
    return make_user(email, name)


@dataclass(frozen=True)
class Cast:
    """Everybody a test about permissions needs; ``other_body`` people must see nothing of ``body``."""

    day: date
    body: Body
    other_body: Body
    department: Unit
    division: Unit
    other_division: Unit
    foreign_division: Unit
    executive: Unit
    clerk: StaffMember
    chief: StaffMember
    head: StaffMember
    governor: StaffMember
    other_division_clerk: StaffMember
    other_body_clerk: StaffMember
    org_admin: StaffMember
    resident: User
    posts: dict[str, Post] = field(default_factory=dict)

    def staff(self) -> dict[str, StaffMember]:
        """All staff by the name of their part."""
        return {
            name: getattr(self, name)
            for name in (
                "clerk",
                "chief",
                "head",
                "governor",
                "other_division_clerk",
                "other_body_clerk",
                "org_admin",
            )
        }


def make_cast(day: date = FIRST_DAY) -> Cast:
    """Make the cast as it stands from ``day`` on."""
    body = make_body()
    other_body = make_body("242012", "tsu", "津市", kind=Body.Kind.CITY, head_title="市長")
    executive = make_unit(body, "000", "知事", level=Unit.Level.EXECUTIVE, valid_from=day)
    department = make_unit(body, "030", "総務部", level=Unit.Level.DEPARTMENT, valid_from=day)
    division = make_unit(
        body, "03009", "デジタル戦略企画課", parent=department, valid_from=day, document_symbol="デ企"
    )
    other_division = make_unit(
        body, "03004", "人事課", parent=department, valid_from=day, document_symbol="人"
    )
    foreign_division = make_unit(other_body, "0101", "総務課", valid_from=day, document_symbol="津総")
    return Cast(
        day=day,
        body=body,
        other_body=other_body,
        department=department,
        division=division,
        other_division=other_division,
        foreign_division=foreign_division,
        executive=executive,
        clerk=make_staff(division, "S0001", "担当 一郎", day=day),
        chief=make_staff(division, "S0002", "課長 二郎", post="DIVISION_DIRECTOR", day=day),
        head=make_staff(department, "S0003", "部長 三子", post="DEPARTMENT_DIRECTOR", day=day),
        governor=make_staff(executive, "S0004", "知事 四郎", post="HEAD", day=day),
        other_division_clerk=make_staff(other_division, "S0005", "人事 五郎", day=day),
        other_body_clerk=make_staff(foreign_division, "T0001", "津 六子", day=day),
        org_admin=make_staff(
            other_division,
            "S0006",
            "管理 七子",
            post="SECTION_CHIEF",
            day=day,
            roles=(RoleAssignment.Role.ORGANIZATION_ADMIN,),
        ),
        resident=make_resident(),
        posts={post.code: post for post in Post.objects.filter(body=body)},
    )


def grant(staff: StaffMember, *roles: str, day: date = FIRST_DAY) -> None:
    """Give roles from a day on, without audit: set-up of tests only."""
    RoleAssignment.objects.bulk_create(
        RoleAssignment(staff=staff, role=role, valid_from=day) for role in roles
    )


def desk(staff: StaffMember, day: date | None = None) -> Desk:
    """The working place of a staff member of the cast; raises AssertionError when they have none."""
    found = desk_of(staff.user, day or FIRST_DAY) if staff.user else None
    if found is None:
        raise AssertionError(f"{staff} has no desk")
    return found


def actor(staff: StaffMember) -> Actor:
    """The staff member as the actor of services."""
    return actor_of(staff)


def sign_in_user(client: Client, user: User) -> Client:
    """Sign an account in as if by password and one-time code, without the pages."""
    client.force_login(user)
    session = client.session
    # The second factor is what the desk asks for; allauth keeps the ways of this sign-in in the session.
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": clock.now().timestamp()}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def sign_in(client: Client, staff: StaffMember) -> Client:
    """Sign a staff member in."""
    if staff.user is None:
        raise AssertionError(f"{staff} has no account")
    return sign_in_user(client, staff.user)

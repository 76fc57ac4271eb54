"""The cast of this app's tests: an owner, an administrator, a reader of another division, the approvers, a procedure."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from kencho.approvals import queries as approval_queries
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest, StepRole
from kencho.foundation import actors, clock
from kencho.organization import testing
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.procedures import editor, services
from kencho.procedures.definition import parse
from kencho.procedures.models import ProcedureVersion

SEEDS = Path(settings.BASE_DIR) / "seeds" / "procedures"
SEED_CODES = sorted(file.stem for file in SEEDS.glob("*.yaml"))
SETUP = actors.system("setup")
AT = datetime(2026, 6, 1, 10, 0, tzinfo=clock.JST)
CODE = "seminar"


@dataclass(frozen=True)
class Office:
    """Everybody who has to do with procedures."""

    cast: testing.Cast
    owner: StaffMember
    admin: StaffMember
    other_owner: StaffMember
    foreign_owner: StaffMember

    @property
    def reader(self) -> StaffMember:
        """Works in the division without a role."""
        return self.cast.clerk

    @property
    def chief(self) -> StaffMember:
        """Decides."""
        return self.cast.chief


def make_office(cast: testing.Cast | None = None) -> Office:
    """課長 decides on publication."""
    cast = cast or testing.make_cast()
    by = testing.actor(cast.org_admin)
    matter = approvals.save_matter(
        body=cast.body, code="procedure_publication", name="手続の公開", by=by, at=AT
    )
    approvals.set_rule(
        matter=matter,
        post=cast.posts["DIVISION_DIRECTOR"],
        valid_from=testing.FIRST_DAY,
        by=by,
        at=AT,
    )
    approvals.save_route(
        matter=matter,
        code="publication",
        name="公開",
        is_default=True,
        steps=[approvals.StepSpec(1, StepRole.DECIDE)],
        by=by,
        at=AT,
    )
    role = RoleAssignment.Role
    return Office(
        cast=cast,
        owner=testing.make_staff(cast.division, "S0101", "手続 作子", roles=(role.PROCEDURE_OWNER,)),
        admin=testing.make_staff(cast.other_division, "S0102", "手続 管子", roles=(role.PROCEDURE_ADMIN,)),
        other_owner=testing.make_staff(
            cast.other_division, "S0103", "他所 作子", roles=(role.PROCEDURE_OWNER,)
        ),
        foreign_owner=testing.make_staff(
            cast.foreign_division, "T0101", "津 作子", roles=(role.PROCEDURE_OWNER,)
        ),
    )


def definition(office: Office, /, **changes: Any) -> dict[str, Any]:
    """A definition without errors."""
    return {**editor.skeleton(CODE, "セミナーの申込み", office.cast.division.code), **changes}


def seed(code: str, office: Office) -> dict[str, Any]:
    """A definition of the seeds in the charge of the division."""
    data = parse((SEEDS / f"{code}.yaml").read_bytes())
    return {**data, "office": office.cast.division.code}


def start(office: Office, /, at: datetime = AT, **changes: Any) -> ProcedureVersion:
    """A procedure in work, made by the owner."""
    return services.start_procedure(
        division=office.cast.division,
        data=definition(office, **changes),
        by=testing.actor(office.owner),
        at=at,
    )


def load(office: Office, /, at: datetime = AT, **changes: Any) -> ProcedureVersion:
    """A procedure in force, by the loader."""
    found = services.load_definition(
        body=office.cast.body, data=definition(office, **changes), in_force_from=at, by=SETUP, at=at
    )
    if found is None:
        raise AssertionError("in force already")
    return found


def submit(office: Office, version: ProcedureVersion, at: datetime = AT, **more: Any) -> ApprovalRequest:
    """The owner asks for approval."""
    given = {"in_force_on": None, "reason": "新設", "url": "/x/", **more}
    return services.submit_version(version=version, **given, by=testing.actor(office.owner), at=at)


def decide(office: Office, request: ApprovalRequest, at: datetime = AT) -> ApprovalRequest:
    """The chief decides."""
    digest = approval_queries.round_of(request).digest
    return approvals.approve(request=request, digest=digest, by=testing.actor(office.chief), at=at)

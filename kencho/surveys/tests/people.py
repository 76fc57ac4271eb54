"""The cast of this app's tests: a body of five divisions, one of them with three people, and an owner of surveys."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kencho.foundation import actors
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.organization import testing
from kencho.organization.models import Body, RoleAssignment, StaffMember, Unit
from kencho.surveys import demo, services
from kencho.surveys.models import Cycle, Questionnaire, SurveyProgram

YEAR = FiscalYear(2026)
TERMS = demo.terms_of(YEAR, opens_on=testing.FIRST_DAY + timedelta(days=61))
OPENS = TERMS.opens_at
DURING = OPENS + timedelta(days=1)
CLOSES = TERMS.closes_at
SYSTEM = actors.system("test")
SIZES = {"10101": 12, "10102": 8, "10103": 3, "10201": 20, "10202": 10}
MAIN = "q_smart_progress_felt"


@dataclass(frozen=True)
class Office:
    """Everything a survey needs. The departments are 101 and 102."""

    cast: testing.Cast
    body: Body
    owner: StaffMember
    staff: dict[str, list[StaffMember]]
    program: SurveyProgram
    questionnaire: Questionnaire

    @property
    def by(self) -> Actor:
        """The owner as the actor of services."""
        return testing.desk(self.owner).actor

    @property
    def somebody(self) -> StaffMember:
        """A clerk of the first division."""
        return self.staff["10101"][0]


def make_office(*, with_users: bool = False) -> Office:
    """The shared cast plus two departments with their divisions."""
    cast = testing.make_cast()
    staff = {}
    for department in ("101", "102"):
        above = testing.make_unit(cast.body, department, f"第{department}部", level=Unit.Level.DEPARTMENT)
        for code, size in SIZES.items():
            if code.startswith(department):
                unit = testing.make_unit(cast.body, code, f"{code}課", parent=above)
                staff[code] = [
                    testing.make_staff(
                        unit,
                        f"{code}-{n}",
                        f"職員 {code} {n}",
                        with_user=with_users or (code, n) == ("10101", 0),
                    )
                    for n in range(size)
                ]
    owner = testing.make_staff(cast.division, "S0100", "企画 百子", roles=(RoleAssignment.Role.PLANNER,))
    questionnaire = demo.load_seed(body=cast.body, by=SYSTEM, at=OPENS - timedelta(days=60))
    return Office(cast, cast.body, owner, staff, questionnaire.program, questionnaire)


def open_cycle(office: Office, **changes: object) -> Cycle:
    """A cycle that takes answers."""
    terms = services.CycleTerms(**{**TERMS.__dict__, **changes})
    return demo.open_one(body=office.body, program=office.program, terms=terms, by=SYSTEM)


def token(cycle: Cycle, staff: StaffMember) -> bytes:
    """The token of somebody."""
    return services.token_for(cycle=cycle, staff=staff)


def answers(felt: str = "strongly_felt", **more: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """A complete set of answers."""
    return {
        MAIN: (felt,),
        "q_used": ("web_meeting",),
        "q_hours": ("less",),
        "q_training": ("enough",),
        "q_security": ("yes_very",),
        "q_age": ("thirties",),
        **more,
    }


def answer(
    cycle: Cycle,
    staff: StaffMember,
    felt: str = "strongly_felt",
    *,
    receipt: str = "",
    at: datetime = DURING,
    **more: tuple[str, ...],
) -> services.Outcome:
    """Answer as somebody."""
    from kencho.surveys.anonymity import new_receipt

    return services.answer(
        cycle=cycle,
        token=token(cycle, staff),
        receipt=receipt or new_receipt(),
        answers=answers(felt, **more),
        at=at,
    )


def everybody_answers(office: Office, cycle: Cycle, felt: dict[str, int]) -> None:
    """All staff of the divisions answer; in each that many feel it, the others do not."""
    from kencho.surveys.anonymity import new_receipt

    ballots = [
        (
            token(cycle, person),
            new_receipt(),
            answers("somewhat_felt" if n < felt.get(code, 0) else "not_felt"),
        )
        for code, people in office.staff.items()
        for n, person in enumerate(people)
    ]
    services.answer_many(cycle=cycle, ballots=ballots, at=DURING)


def close(cycle: Cycle) -> Cycle:
    """Close it."""
    return services.close_cycle(cycle=cycle, by=SYSTEM, at=CLOSES)

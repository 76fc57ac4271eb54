"""A staff survey with a cycle that takes answers, one that is counted, and one whose results are published."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from kencho.foundation import actors, clock
from kencho.foundation.fiscal import FiscalYear
from kencho.organization.testing import Cast, make_staff, make_unit
from kencho.surveys import demo, services
from kencho.surveys.models import Cycle, Questionnaire, SurveyProgram
from kencho.surveys.services import CycleTerms

SETUP = actors.system("setup")
# Few, but enough that answers to closed questions of both divisions may be shown.
SIZES = {"03021": 12, "03022": 6}
FREE = "q_free"


@dataclass(frozen=True)
class Surveys:
    """One of each thing of staff surveys."""

    program: SurveyProgram
    in_use: Questionnaire
    in_work: Questionnaire
    taking: Cycle
    counted: Cycle
    published: Cycle


def _terms(days_ago: int, *, is_official: bool) -> CycleTerms:
    opens_on = clock.day_of(clock.now()) - timedelta(days=days_ago)
    return replace(demo.terms_of(FiscalYear.of(opens_on), opens_on=opens_on), is_official=is_official)


def _counted(cast: Cast, program: SurveyProgram, days_ago: int, *, is_official: bool) -> Cycle:
    """Everybody answered, in words too; it is closed and sealed."""
    cycle = demo.open_one(
        body=cast.body, program=program, terms=_terms(days_ago, is_official=is_official), by=SETUP
    )
    made = demo.ballots_of(cycle, Random(1), 1.0, 0.5)
    ballots = [
        (token, receipt, {**answers, FREE: ("会議が短くなりました。",)}) for token, receipt, answers in made
    ]
    services.answer_many(cycle=cycle, ballots=ballots, at=cycle.opens_at + timedelta(hours=1))
    with clock.simulated(cycle.closes_at):
        return services.close_cycle(cycle=cycle, by=SETUP, at=cycle.closes_at)


def make_surveys(cast: Cast) -> Surveys:
    """Through the real services, in simulated time."""
    for code, size in SIZES.items():
        unit = make_unit(cast.body, code, f"{code}課", parent=cast.department)
        for number in range(size):
            make_staff(unit, f"{code}-{number}", f"回答 {code} {number}", with_user=False)
    begun_at = clock.now() - timedelta(days=100)
    in_use = demo.load_seed(body=cast.body, by=SETUP, at=begun_at)
    program = in_use.program
    closed = _counted(cast, program, 60, is_official=True)
    published_at = closed.closes_at + timedelta(days=1)
    with clock.simulated(published_at):
        published = services.publish_cycle(cycle=closed, by=SETUP, at=published_at)
    counted = _counted(cast, program, 30, is_official=False)
    taking = demo.open_one(body=cast.body, program=program, terms=_terms(1, is_official=False), by=SETUP)
    in_work = services.begin_version(program=program, by=SETUP, at=clock.now())
    return Surveys(program, in_use, in_work, taking, counted, published)


def _program(s: Surveys) -> dict[str, Any]:
    return {"code": s.program.code}


def _in_work(s: Surveys) -> dict[str, Any]:
    return {**_program(s), "version": s.in_work.version}


def _question(s: Surveys) -> dict[str, Any]:
    return {**_in_work(s), "question": s.in_work.definition.closed[0].code}


def _in_use(s: Surveys) -> dict[str, Any]:
    return {**_program(s), "version": s.in_use.version}


def _taking(s: Surveys) -> dict[str, Any]:
    return {"key": s.taking.key}


def _published(s: Surveys) -> dict[str, Any]:
    return {"key": s.published.key}


THINGS: dict[str, Callable[[Surveys], dict[str, Any]]] = {
    **{
        f"surveys:{name}": _program
        for name in ("program_show", "program_trend", "version_begin", "cycle_create")
    },
    **{f"surveys:questionnaire_{name}": _in_use for name in ("show", "export")},
    **{f"surveys:questionnaire_{verb}": _in_work for verb in ("edit", "import")},
    "surveys:question_add": _in_work,
    **{f"surveys:question_{verb}": _question for verb in ("edit", "move")},
    **{f"surveys:survey_{name}": _taking for name in ("answer", "thanks")},
    **{
        f"surveys:cycle_{verb}": _taking
        for verb in ("manage", "approve", "take_back", "open", "remind", "close")
    },
    "surveys:cycle_publish": lambda s: {"key": s.counted.key},
    "surveys:text_review": lambda s: {"key": s.counted.key},
    **{
        f"surveys:{name}": _published
        for name in ("receipt_check", "receipt_list", "survey_results", "results_export")
    },
}

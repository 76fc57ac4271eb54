"""Driving a whole survey through its services in simulated time: for demonstrations, measurements and tests."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml
from django.conf import settings

from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.organization.models import Assignment, Body
from kencho.organization.queries import valid_on
from kencho.surveys import queries, services
from kencho.surveys.anonymity import new_receipt, token_of
from kencho.surveys.definition import Definition, Question, visible_on
from kencho.surveys.models import Cycle, Questionnaire, SurveyProgram
from kencho.surveys.services import CycleTerms

__all__ = ["FOLDER", "answers_of", "ballots_of", "load_seed", "open_one", "run_cycle", "terms_of"]

FOLDER = Path(settings.BASE_DIR) / "seeds" / "surveys"
OPENS = (12, 1)
DAYS_OPEN = 14
DAYS_TO_PUBLISH = 30
REMARKS = (
    "Web会議が増えて、出張が減りました。",
    "紙と電子の両方で作業する手続が残っています。",
    "電子決裁で、在宅でも確認が進むようになりました。",
    "RPAを使いたいが、頼む先が分かりません。",
    "研修の回数を増やしてほしいです。",
)


def load_seed(
    *, body: Body, by: Actor, at: datetime, code: str = "smart-government-staff-survey"
) -> Questionnaire:
    """The questionnaire of a seed file, loaded into a body."""
    data: Mapping[str, Any] = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return services.load_program(body=body, data=data, by=by, at=at)


def terms_of(
    year: FiscalYear, *, title: str = "", opens_on: date | None = None, cuts: tuple[str, ...] = ("q_age",)
) -> CycleTerms:
    """The usual terms of a year: two weeks in December."""
    day = opens_on or date(year.start_year, *OPENS)
    opens_at = datetime.combine(day, time(9), clock.JST)
    return CycleTerms(
        fiscal_year=year,
        title=title or f"{year.label} 職員アンケート",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=DAYS_OPEN),
        cuts=cuts,
    )


def run_cycle(
    *,
    body: Body,
    program: SurveyProgram,
    year: FiscalYear,
    rng: Random,
    by: Actor,
    response_rate: float = 0.7,
    felt_share: float = 0.4,
    opens_on: date | None = None,
    cuts: tuple[str, ...] = ("q_age",),
) -> Cycle:
    """A whole official cycle of a year: plan, decide, open, answers, close, publish. Nobody is sent a message.

    ``response_rate`` and ``felt_share`` (of the first question with positive options) are what is aimed at; divisions
    differ around them. ``by`` must own surveys. Uses the newest version of the questionnaire.
    """
    cycle = open_one(body=body, program=program, terms=terms_of(year, opens_on=opens_on, cuts=cuts), by=by)
    answered_at = cycle.opens_at + timedelta(hours=1)
    services.answer_many(
        cycle=cycle, ballots=ballots_of(cycle, rng, response_rate, felt_share), at=answered_at
    )
    with clock.simulated(cycle.closes_at):
        services.close_cycle(cycle=cycle, by=by, at=cycle.closes_at)
    published_at = cycle.closes_at + timedelta(days=DAYS_TO_PUBLISH)
    with clock.simulated(published_at):
        return services.publish_cycle(cycle=cycle, by=by, at=published_at)


def open_one(*, body: Body, program: SurveyProgram, terms: CycleTerms, by: Actor) -> Cycle:
    """A cycle with these terms that takes answers."""
    planned_at = terms.opens_at - timedelta(days=30)
    newest = Questionnaire.objects.filter(program=program).select_related("program__body").first()
    if newest is None:
        raise ValueError(f"{program.code} has no questionnaire")
    with clock.simulated(planned_at):
        cycle = services.create_cycle(
            program=program, questionnaire=newest, terms=terms, by=by, at=planned_at
        )
        services.approve_cycle(cycle=cycle, by=by, at=planned_at)
    with clock.simulated(terms.opens_at):
        return services.open_cycle(cycle=cycle, by=by, at=terms.opens_at, announce=False)


def ballots_of(
    cycle: Cycle, rng: Random, response_rate: float, felt_share: float
) -> Iterator[tuple[bytes, str, dict[str, tuple[str, ...]]]]:
    """Made-up answers of those who are asked, as ``answer_many`` takes them."""
    keys, definition = queries.keys_of(cycle), cycle.questionnaire.definition
    day = clock.day_of(cycle.opened_at or cycle.opens_at)
    held = (
        Assignment.objects.filter(valid_on(day), unit__body=cycle.body, is_concurrent=False)
        .exclude(staff__retired_on__lte=day)
        .order_by("unit__code", "staff__number")
        .values_list("staff__number", "unit_id")
    )
    mood: dict[int, float] = {}
    seen: set[str] = set()
    for number, unit_id in held:
        share = mood.setdefault(unit_id, min(0.97, max(0.03, rng.gauss(felt_share, 0.12))))
        if number not in seen and rng.random() < response_rate:
            yield token_of(keys, number), new_receipt(), answers_of(definition, rng, share)
        seen.add(number)


def answers_of(definition: Definition, rng: Random, felt_share: float) -> dict[str, tuple[str, ...]]:
    """One made-up, complete set of answers."""
    answers: dict[str, tuple[str, ...]] = {}
    main = next((question.code for question in definition.closed if question.positive), "")
    for page in definition.pages:
        for question in visible_on(definition, answers, page):
            chosen = _chosen(question, rng, felt_share if question.code == main else 0.5)
            if chosen:
                answers[question.code] = chosen
    return answers


def _chosen(question: Question, rng: Random, share: float) -> tuple[str, ...]:
    if question.is_text:
        return (rng.choice(REMARKS),) if rng.random() < 0.05 else ()
    if question.kind == "multi":
        # The last one is usually "none of them".
        return tuple(code for code in question.codes[:-1] if rng.random() < 0.4) or question.codes[-1:]
    if not question.positive:
        return (rng.choice(question.codes),)
    is_positive = rng.random() < share
    return (rng.choice([code for code in question.codes if (code in question.positive) == is_positive]),)

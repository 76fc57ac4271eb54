"""Planning a cycle, deciding on it, calling for answers, keeping its times."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from kencho.audit import services as audit
from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.surveys import definition as forms_data
from kencho.surveys import queries
from kencho.surveys.definition import Kind
from kencho.surveys.events import CycleReminded
from kencho.surveys.models import Cut, Cycle, CycleState, Questionnaire, SurveyProgram
from kencho.surveys.models._cycles import SMALLEST_K
from kencho.surveys.services._closing import close_cycle
from kencho.surveys.services._errors import Reason, UnableTo, require_owner
from kencho.surveys.services._opening import open_cycle

log = logging.getLogger(__name__)
PAUSE = timedelta(days=1)


class UnableToChangeCycle(UnableTo):
    """What was asked does not fit the rules or the state."""


@dataclass(frozen=True)
class CycleTerms:
    """How a cycle is to be held. ``cuts`` are codes of questions by whose answers the others are counted too."""

    fiscal_year: FiscalYear
    title: str
    opens_at: datetime
    closes_at: datetime
    is_official: bool = True
    k: int = 5
    k_text: int = 10
    days_kept: int = 90
    cuts: Sequence[str] = ()


def create_cycle(
    *, program: SurveyProgram, questionnaire: Questionnaire, terms: CycleTerms, by: Actor, at: datetime
) -> Cycle:
    """実施回を作る。クロス集計は、ここで決めたものだけになる。Raises UnableToChangeCycle."""
    require_owner(by, program.body)
    _check_terms(program, questionnaire, terms)
    try:
        with transaction.atomic():
            return _create(program, questionnaire, terms, by, at)
    except IntegrityError as taken:
        raise UnableToChangeCycle(Reason.OFFICIAL_TAKEN) from taken


def _create(
    program: SurveyProgram, questionnaire: Questionnaire, terms: CycleTerms, by: Actor, at: datetime
) -> Cycle:
    cycle = Cycle.objects.create(
        body=program.body,
        program=program,
        questionnaire=questionnaire,
        fiscal_year=terms.fiscal_year.start_year,
        title=terms.title,
        is_official=terms.is_official,
        opens_at=terms.opens_at,
        closes_at=terms.closes_at,
        k=terms.k,
        k_text=terms.k_text,
        days_kept=terms.days_kept,
        created_at=at,
    )
    Cut.objects.bulk_create(
        Cut(cycle=cycle, question=code, declared_at=at) for code in sorted(set(terms.cuts))
    )
    _record("surveys.cycle.create", cycle, by, at, k=terms.k, cuts=sorted(set(terms.cuts)))
    return cycle


def _check_terms(program: SurveyProgram, questionnaire: Questionnaire, terms: CycleTerms) -> None:
    if questionnaire.program_id != program.pk:
        raise UnableToChangeCycle(Reason.OTHER_PROGRAM)
    if min(terms.k, terms.k_text) < SMALLEST_K:
        raise UnableToChangeCycle(Reason.K_TOO_SMALL)
    if terms.closes_at <= terms.opens_at:
        raise UnableToChangeCycle(Reason.WRONG_PERIOD)
    inside = all(terms.fiscal_year.contains(moment) for moment in (terms.opens_at, terms.closes_at))
    if terms.is_official and not inside:
        raise UnableToChangeCycle(Reason.OUTSIDE_YEAR)
    asked = {q.code: q for q in questionnaire.definition.closed if q.kind in (Kind.SINGLE, Kind.SCALE)}
    if unknown := set(terms.cuts) - set(asked):
        raise UnableToChangeCycle(Reason.WRONG_CUT, "、".join(sorted(unknown)))


@transaction.atomic
def approve_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    """実施を決める。調査票はこの版で確定する。Raises UnableToChangeCycle."""
    row = _held(cycle, by, CycleState.DRAFT)
    if forms_data.findings(row.questionnaire.definition):
        raise UnableToChangeCycle(Reason.HAS_FINDINGS)
    Questionnaire.objects.filter(pk=row.questionnaire_id).update(is_frozen=True)
    row.state = CycleState.APPROVED
    row.save(update_fields=["state"])
    _record("surveys.cycle.approve", row, by, at, questionnaire=row.questionnaire.digest)
    return row


@transaction.atomic
def take_back_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    """開始前の実施回を準備に戻す。Raises UnableToChangeCycle."""
    row = _held(cycle, by, CycleState.APPROVED)
    row.state = CycleState.DRAFT
    row.save(update_fields=["state"])
    _record("surveys.cycle.take_back", row, by, at)
    return row


@transaction.atomic
def remind(*, cycle: Cycle, below: int, by: Actor, at: datetime) -> list[str]:
    """回答率が ``below`` パーセントに満たない所属の全員に呼びかける。誰が未回答かは、誰も知らない。

    Gives the codes of the reporting units. Raises UnableToChangeCycle.
    """
    row = _held(cycle, by, CycleState.OPEN)
    if row.reminded_at is not None and at - row.reminded_at < PAUSE:
        raise UnableToChangeCycle(Reason.TOO_SOON)
    rates = queries.group_rates(row)
    parents = {rate.group.parent_id for rate in rates}
    low = [
        rate.group.code
        for rate in rates
        if rate.group.pk not in parents and rate.percent < below and rate.returned < rate.group.headcount
    ]
    if not low:
        raise UnableToChangeCycle(Reason.NOBODY_TO_REMIND)
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    _record("surveys.cycle.remind", row, by, at, below=below)
    events.publish(CycleReminded(cycle_id=row.pk, groups=low, reminded_at=at), at=at, body=row.body.code)
    return low


def keep_time(*, by: Actor, at: datetime) -> int:
    """Open and close what is due; returns how many changed. One that cannot is logged and does not stop the others."""
    return sum(_keep_time(cycle, by, at) for cycle in queries.cycles_due(at))


def _keep_time(cycle: Cycle, by: Actor, at: datetime) -> bool:
    try:
        if cycle.is_open:
            close_cycle(cycle=cycle, by=by, at=at)
        elif cycle.closes_at > at:
            open_cycle(cycle=cycle, by=by, at=at)
        else:
            return False
    except UnableTo as refusal:
        log.exception("survey not moved cycle=%s reason=%s", cycle.key, refusal.reason.value)
        return False
    return True


def _held(cycle: Cycle, by: Actor, state: CycleState) -> Cycle:
    row = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("body", "program__body", "questionnaire")
        .get(pk=cycle.pk)
    )
    require_owner(by, row.body)
    if row.state != state:
        raise UnableToChangeCycle(Reason.WRONG_STATE, str(row.get_state_display()))
    return row


def _record(code: str, cycle: Cycle, by: Actor, at: datetime, **details: object) -> None:
    audit.record(code, cycle, by=by, at=at, label=cycle.title, body=cycle.body.code, details=details)

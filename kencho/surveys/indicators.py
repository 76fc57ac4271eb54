"""What surveys can tell the policy sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kencho.foundation import clock
from kencho.foundation.indicators import (
    Asked,
    EvidenceRow,
    Measure,
    Parameter,
    Reading,
    UnitReading,
    indicator,
)
from kencho.foundation.registry import Text
from kencho.surveys import queries
from kencho.surveys.definition import Question
from kencho.surveys.models import Cycle, ReportingUnit, SealedBatch, SurveyProgram

PERCENT = 100


def _programs(body: str) -> Sequence[tuple[str, Text]]:
    return list(SurveyProgram.objects.filter(body__code=body).order_by("code").values_list("code", "name"))


def _asked_questions(body: str) -> Iterator[Question]:
    for program in SurveyProgram.objects.filter(body__code=body).order_by("code"):
        newest = queries.latest_definition(program)
        if newest is not None:
            yield from (question for question in newest.closed if question.kind != "multi")


def _questions(body: str) -> Sequence[tuple[str, Text]]:
    return list({question.code: question.text for question in _asked_questions(body)}.items())


def _options(body: str) -> Sequence[tuple[str, Text]]:
    return list({o.code: o.label for question in _asked_questions(body) for o in question.options}.items())


PROGRAM = Parameter("program", _("アンケート"), _programs, is_required=True)
QUESTION = Parameter("question", _("設問"), _questions, is_required=True)
POSITIVE = Parameter(
    "positive_options", _("肯定的と数える選択肢"), _options, is_multiple=True, is_required=True
)


def _cycle(asked: Asked) -> Cycle | None:
    """The official cycle of the year, if it was closed within the days asked for and known by then."""
    program = next(iter(asked.chosen("program")), "")
    found = queries.official_cycle(asked.body, program, asked.year.start_year, asked.as_of)
    if found is None or found.closed_at is None:
        return None
    return found if asked.first <= clock.day_of(found.closed_at) < asked.end else None


def _notes(cycle: Cycle) -> tuple[tuple[Text, str], ...]:
    returned = cycle.returned or 0
    rate = queries.Share(returned, cycle.eligible)
    return (
        (_("対象者"), f"{cycle.eligible:,}"),
        (_("回答"), f"{returned:,}"),
        (_("回答率"), rate.text),
    )


def _readings(cycle: Cycle, asked: Asked) -> dict[str, Reading]:
    """By reporting unit; kept-back ones have no numerator. Empty when the year did not ask this."""
    question = cycle.questionnaire.definition.get(next(iter(asked.chosen("question")), ""))
    if question is None:
        return {}
    shares = queries.shares_of(cycle, question, frozenset(asked.chosen("positive_options")))
    return {code: _reading(share) for code, share in shares.items()}


def _reading(share: queries.Share) -> Reading:
    if share.part is None or share.whole is None:
        return Reading(None, doubts=(_("人数が少ないため、割合を出せません。"),))
    return Reading(Decimal(share.part), Decimal(share.whole))


def _whole(cycle: Cycle, asked: Asked) -> Reading:
    missing = Reading(None, doubts=(_("この年の調査票に、その設問がありません。"),))
    found = _readings(cycle, asked).get(cycle.body.code, missing)
    return replace(found, notes=_notes(cycle))


def positive_rows(asked: Asked) -> Iterator[EvidenceRow]:
    """The sealed batch behind the share: never a person, never a single ballot."""
    cycle = _cycle(asked)
    if cycle is None or cycle.closed_at is None:
        return
    reading = _whole(cycle, asked)
    if reading.numerator is None or reading.denominator is None:
        return
    yield EvidenceRow(
        id=f"surveys.batch:{cycle.key}",
        version=SealedBatch.objects.get(cycle=cycle).ballots_root,
        on=clock.day_of(cycle.closed_at),
        counts=reading.numerator,
        of=reading.denominator,
        label=cycle.title,
        url=reverse("surveys:survey_results", args=[cycle.key]),
    )


def positive_by_unit(asked: Asked) -> Sequence[UnitReading]:
    """The share of each reporting unit that is a division or a group of small ones; kept-back ones are not measured."""
    cycle = _cycle(asked)
    if cycle is None:
        return []
    leaves = ReportingUnit.objects.filter(cycle=cycle, children__isnull=True).order_by("order")
    readings = _readings(cycle, asked)
    return [
        UnitReading(group.code, group.name, readings[group.code])
        for group in leaves
        if group.code in readings
    ]


@indicator(
    "surveys.positive_share",
    title=_("アンケートの肯定的な回答の割合"),
    unit=_("％"),
    measure=Measure.RATIO,
    decimals=1,
    factor=PERCENT,
    parameters=(PROGRAM, QUESTION, POSITIVE),
    rows=positive_rows,
    by_unit=positive_by_unit,
    explanation=_(
        "その年度の正式な回（締切がその期間にあるもの）で、設問に有効に答えた人のうち、肯定的な選択肢を選んだ人の割合。"
        "無回答は含めない。所属別の数は、人数が少なくて公表できないものを除く。"
    ),
)
def positive_share(asked: Asked) -> Reading:
    """Positive answers of the valid ones in the official cycle of the year (rule BIND)."""
    cycle = _cycle(asked)
    return Reading(None) if cycle is None else _whole(cycle, asked)


@indicator(
    "surveys.response_rate",
    title=_("アンケートの回答率"),
    unit=_("％"),
    measure=Measure.RATIO,
    decimals=1,
    factor=PERCENT,
    parameters=(PROGRAM,),
    explanation=_("その年度の正式な回で、受付開始の日の対象者のうち、回答した人の割合。"),
)
def response_rate(asked: Asked) -> Reading:
    """Ballots of those who were asked, in the official cycle of the year."""
    cycle = _cycle(asked)
    if cycle is None or cycle.returned is None:
        return Reading(None)
    return Reading(Decimal(cycle.returned), Decimal(cycle.eligible))

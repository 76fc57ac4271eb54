"""Published figures: of one cycle, of a cut, over the years."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kencho.organization.models import Unit
from kencho.surveys.definition import NO_ANSWER, Question
from kencho.surveys.models import (
    ORGANIZATION,
    POSITIVE,
    RETURNED,
    VALID,
    Cell,
    Cycle,
    CycleState,
    FreeText,
    ReportingUnit,
    Roster,
    SurveyProgram,
    TextState,
)
from kencho.surveys.statistics import Interval, at_least, at_most, interval, percent


@dataclass(frozen=True)
class Share:
    """A published share: its figures, or its bound, or nothing."""

    part: int | None = None
    whole: int | None = None
    at_most: Decimal | None = None
    at_least: Decimal | None = None

    @property
    def percent(self) -> Decimal | None:
        """In per cent; None when it is kept back."""
        return percent(self.part, self.whole) if self.part is not None and self.whole is not None else None

    @property
    def text(self) -> str:
        """As printed: 「41.7%」「≤ 33.4%」「≥ 66.6%」, or × for what is kept back."""
        if self.percent is not None:
            return f"{self.percent}%"
        if self.at_most is not None:
            return f"≤ {self.at_most}%"
        if self.at_least is not None:
            return f"≥ {self.at_least}%"
        return HIDDEN


HIDDEN = "×"
"""The sign for a figure that is kept back（秘匿）; an empty group has the same."""


@dataclass(frozen=True)
class OptionResult:
    """One option of a question in one group."""

    code: str
    label: str
    share: Share
    is_positive: bool


@dataclass(frozen=True)
class GroupResult:
    """One group of one question."""

    code: str
    name: str
    depth: int
    valid: int | None
    positive: Share
    options: list[OptionResult]


@dataclass(frozen=True)
class QuestionResult:
    """One question: the whole with its interval, and the groups."""

    question: Question
    whole: GroupResult
    interval: Interval | None
    groups: list[GroupResult]


Cells = Mapping[tuple[str, str, str], Cell]


def _cells(cycle: Cycle, cut: str) -> Cells:
    return {(c.question, c.group, c.option): c for c in Cell.objects.filter(cycle=cycle, cut=cut)}


def results_of(cycle: Cycle) -> list[QuestionResult]:
    """All questions by reporting unit."""
    rows = ReportingUnit.objects.filter(cycle=cycle).order_by("order")
    groups = [(row.code, row.name, row.depth) for row in rows]
    return _results(cycle, ORGANIZATION, groups)


def cut_results(cycle: Cycle, by: Question) -> list[QuestionResult]:
    """All other questions by the answers to one."""
    groups = [("_all", by.text, 0), *((option.code, option.label, 1) for option in by.options)]
    if Cell.objects.filter(cycle=cycle, cut=by.code, group=NO_ANSWER).exists():
        groups.append((NO_ANSWER, str(_("無回答")), 1))
    return _results(cycle, by.code, groups)


def _results(cycle: Cycle, cut: str, groups: list[tuple[str, str, int]]) -> list[QuestionResult]:
    cells = _cells(cycle, cut)
    found = []
    for question in cycle.questionnaire.definition.closed:
        if question.code == cut:
            continue
        results = [_group(cells, question, *group) for group in groups]
        whole = results[0]
        share = whole.positive
        found.append(
            QuestionResult(
                question,
                whole,
                interval(share.part, share.whole, cycle.eligible)
                if share.part is not None and share.whole is not None
                else None,
                results,
            )
        )
    return found


def _group(cells: Cells, question: Question, code: str, name: str, depth: int) -> GroupResult:
    valid = cells[question.code, code, VALID].n
    positive = _share(cells[question.code, code, POSITIVE], valid) if question.positive else Share()
    options = [
        OptionResult(
            option.code,
            option.label,
            _share(cells[question.code, code, option.code], valid),
            option.code in question.positive,
        )
        for option in question.options
    ]
    return GroupResult(code, name, depth, valid, positive, options)


def _share(cell: Cell, valid: int | None) -> Share:
    if valid is None:
        return Share()
    return Share(
        part=cell.n,
        whole=valid,
        at_most=at_most(cell.at_most, valid) if cell.at_most is not None else None,
        at_least=at_least(cell.at_least, valid) if cell.at_least is not None else None,
    )


@dataclass(frozen=True)
class Line:
    """One figure as it is exported."""

    group_code: str
    group: str
    question: str
    text: str
    option: str
    label: str
    n: int | None
    at_most: int | None
    at_least: int | None


def result_lines(cycle: Cycle) -> Iterator[Line]:
    """All published figures of the cut by organisation, kept-back ones included without a number."""
    definition = cycle.questionnaire.definition
    special = {VALID: "回答した人", POSITIVE: "肯定的な回答"}
    names = {row.code: row.name for row in ReportingUnit.objects.filter(cycle=cycle)}
    for cell in Cell.objects.filter(cycle=cycle, cut=ORGANIZATION).order_by("question", "group", "option"):
        question = definition.get(cell.question)
        label = special.get(cell.option) or (question.label_of(cell.option) if question else cell.option)
        yield Line(
            group_code=cell.group,
            group=names.get(cell.group, cell.group),
            question=cell.question,
            text=question.text if question else "回答数",
            option=cell.option,
            label=label,
            n=cell.n,
            at_most=cell.at_most,
            at_least=cell.at_least,
        )


def official_cycle(body: str, program: str, year: int, as_of: datetime) -> Cycle | None:
    """The official cycle of a year whose results were public by then; what is only closed stays with its owner."""
    return (
        Cycle.objects.filter(
            body__code=body,
            program__code=program,
            fiscal_year=year,
            is_official=True,
            state=CycleState.PUBLISHED,
            published_at__lte=as_of,
        )
        .select_related("questionnaire", "body", "program")
        .first()
    )


def shares_of(cycle: Cycle, question: Question, positive: frozenset[str]) -> dict[str, Share]:
    """The share of these options in every reporting unit, as far as it is published."""
    cells: dict[str, dict[str, Cell]] = {}
    for cell in Cell.objects.filter(cycle=cycle, cut=ORGANIZATION, question=question.code):
        cells.setdefault(cell.group, {})[cell.option] = cell
    return {group: _share_in(options, question, positive) for group, options in cells.items()}


def _share_in(cells: Mapping[str, Cell], question: Question, positive: frozenset[str]) -> Share:
    valid = cells[VALID].n
    if valid is None:
        return Share()
    if positive == frozenset(question.positive):
        return _share(cells[POSITIVE], valid)
    parts = [cells[code].n for code in positive if code in cells]
    if any(part is None for part in parts) or len(parts) != len(positive):
        return Share(whole=valid)
    return Share(part=sum(part for part in parts if part is not None), whole=valid)


def free_texts(cycle: Cycle, *, released: bool) -> QuerySet[FreeText]:
    """Free texts in the order of their random identifiers; for readers only those that were released."""
    found = FreeText.objects.filter(cycle=cycle).order_by("question", "pk")
    return found.filter(state=TextState.RELEASED) if released else found


@dataclass(frozen=True)
class TrendRow:
    """One group over the years; a year in which it cannot be shown has None."""

    code: str
    name: str
    shares: list[Share]


def trend_of(program: SurveyProgram, question: str) -> tuple[list[Cycle], list[TrendRow]]:
    """The share of positive answers of published official cycles, for the reporting units of the newest one.

    An older year is shown for a group only where that year had published a group of exactly the same divisions (or
    of those that they followed): no new number of an old cycle is ever made, so nothing can be subtracted.
    """
    cycles = list(
        Cycle.objects.filter(program=program, is_official=True, state=CycleState.PUBLISHED)
        .select_related("questionnaire")
        .order_by("fiscal_year")
    )
    if not cycles:
        return [], []
    groups = list(ReportingUnit.objects.filter(cycle=cycles[-1]).order_by("order"))
    maps = [_same_groups(cycles[-1], cycle) for cycle in cycles]
    shares = [_shares(cycle, question) for cycle in cycles]
    rows = [
        TrendRow(
            group.code,
            group.name,
            [of.get(same.get(group.code, ""), Share()) for same, of in zip(maps, shares, strict=True)],
        )
        for group in groups
    ]
    return cycles, rows


def _shares(cycle: Cycle, question: str) -> dict[str, Share]:
    if cycle.questionnaire.definition.get(question) is None:
        return {}
    cells = {
        (cell.group, cell.option): cell
        for cell in Cell.objects.filter(cycle=cycle, cut=ORGANIZATION, question=question)
        if cell.option in (VALID, POSITIVE)
    }
    return {
        group: _share(cell, valid.n)
        for (group, option), cell in cells.items()
        if option == POSITIVE and (valid := cells.get((group, VALID))) is not None
    }


def _same_groups(newest: Cycle, older: Cycle) -> dict[str, str]:
    """By the code of a group of the newest cycle: the group of an older cycle with the same divisions."""
    day = newest.opened_at
    if newest.pk == older.pk or day is None:
        return {
            code: code for code in ReportingUnit.objects.filter(cycle=newest).values_list("code", flat=True)
        }
    ahead, old = _followers(older), _units(older)
    by_units = {units: code for code, units in reversed(old.items())}
    everything = frozenset[int]().union(*old.values())
    found = {}
    for code, units in _units(newest).items():
        # All divisions of then whose work lies in the group now, and no others.
        before = frozenset(unit for unit in everything if ahead.get(unit, unit) in units)
        if before in by_units:
            found[code] = by_units[before]
    return found


def _units(cycle: Cycle) -> dict[str, frozenset[int]]:
    """The divisions of each group, those of the groups below it included."""
    rows = {row.pk: row for row in ReportingUnit.objects.filter(cycle=cycle)}
    found: dict[str, set[int]] = {row.code: set() for row in rows.values()}
    for unit_id, group_id in Roster.objects.filter(cycle=cycle).values_list("unit_id", "group_id"):
        pk: int | None = group_id
        while pk is not None:
            found[rows[pk].code].add(unit_id)
            pk = rows[pk].parent_id
    return {code: frozenset(units) for code, units in found.items()}


def _followers(cycle: Cycle) -> dict[int, int]:
    """Units of an older cycle and the ones that took over their work."""
    successor = dict(
        Unit.objects.filter(body=cycle.body_id, successor__isnull=False).values_list("pk", "successor_id")
    )
    found = {}
    for unit in successor:
        last, seen = unit, {unit}
        while (ahead := successor.get(last)) is not None and ahead not in seen:
            last = ahead
            seen.add(last)
        found[unit] = last
    return found


def returned_cells(cycle: Cycle) -> dict[str, int | None]:
    """The published number of ballots by reporting unit."""
    rows = Cell.objects.filter(cycle=cycle, cut=ORGANIZATION, question=RETURNED)
    return dict(rows.values_list("group", "n"))

"""From ballots to cells: counted for every reporting unit and every declared cut, then kept back where needed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kencho.surveys.definition import Kind, Question
from kencho.surveys.models import (
    ORGANIZATION,
    POSITIVE,
    RETURNED,
    VALID,
    Ballot,
    Cell,
    Cycle,
    ReportingUnit,
)
from kencho.surveys.suppression import GroupNode, Published, Tally, open_groups, publish

WHOLE = "_all"
"""The code of all ballots in a cut by a question."""


def cells_of(cycle: Cycle, ballots: Sequence[Ballot]) -> Iterator[Cell]:
    """All cells of a closed cycle."""
    tree, parents = _tree(cycle)
    by_leaf = _by_group(ballots, (ballot.group for ballot in ballots), parents)
    definition = cycle.questionnaire.definition
    returned = {code: len(by_leaf.get(code, ())) for code in parents}
    among = open_groups(tree, {code: (n,) for code, n in returned.items()}, cycle.k)
    for code, n in returned.items():
        yield _cell(cycle, ORGANIZATION, code, RETURNED, VALID, n if code in among else None)
    for question in definition.closed:
        yield from _of_question(cycle, ORGANIZATION, tree, by_leaf, question, among)
    for cut in cycle.cuts.all():
        by = definition.get(cut.question)
        if by is not None:
            yield from _of_cut(cycle, by, ballots)


def _of_cut(cycle: Cycle, by: Question, ballots: Sequence[Ballot]) -> Iterator[Cell]:
    """Everybody who answered the dividing question, by what they answered."""
    parents: dict[str, str | None] = {WHOLE: None, **dict.fromkeys(by.codes, WHOLE)}
    tree = GroupNode(WHOLE, tuple(GroupNode(code) for code in by.codes))
    chosen = [ballot for ballot in ballots if ballot.answers.get(by.code)]
    groups = _by_group(chosen, (ballot.answers[by.code][0] for ballot in chosen), parents)
    for question in cycle.questionnaire.definition.closed:
        if question.code != by.code:
            yield from _of_question(cycle, by.code, tree, groups, question, None)


def _tree(cycle: Cycle) -> tuple[GroupNode, dict[str, str | None]]:
    rows = list(ReportingUnit.objects.filter(cycle=cycle).select_related("parent").order_by("order"))
    parents = {row.code: row.parent.code if row.parent else None for row in rows}
    below: dict[str | None, list[str]] = {}
    for code, parent in parents.items():
        below.setdefault(parent, []).append(code)

    def node(code: str) -> GroupNode:
        return GroupNode(code, tuple(node(child) for child in below.get(code, ())))

    return node(rows[0].code), parents


def _by_group(
    ballots: Iterable[Ballot], codes: Iterable[str], parents: Mapping[str, str | None]
) -> dict[str, list[Ballot]]:
    """The ballots of each group, those of the groups below it included."""
    found: dict[str, list[Ballot]] = {}
    for ballot, leaf in zip(ballots, codes, strict=True):
        code: str | None = leaf
        while code is not None:
            found.setdefault(code, []).append(ballot)
            code = parents[code]
    return found


def _of_question(
    cycle: Cycle,
    cut: str,
    tree: GroupNode,
    groups: Mapping[str, Sequence[Ballot]],
    question: Question,
    among: frozenset[str] | None,
) -> Iterator[Cell]:
    tallies = {node.code: _tally(groups.get(node.code, ()), question) for node in tree.walk()}
    shown = publish(
        tree,
        tallies,
        k=cycle.k,
        positive=[question.codes.index(code) for code in question.positive],
        is_multi=question.kind == Kind.MULTI,
        among=among,
    )
    for code, published in shown.items():
        yield from _cells(cycle, cut, code, question, published)


def _tally(ballots: Sequence[Ballot], question: Question) -> Tally:
    counts = dict.fromkeys(question.codes, 0)
    valid = 0
    for ballot in ballots:
        chosen = ballot.answers.get(question.code)
        if chosen:
            valid += 1
            for code in chosen:
                counts[code] += 1
    return Tally(valid=valid, options=tuple(counts.values()))


def _cells(cycle: Cycle, cut: str, group: str, question: Question, shown: Published) -> Iterator[Cell]:
    yield _cell(cycle, cut, group, question.code, VALID, shown.valid)
    if question.positive:
        cell = _cell(cycle, cut, group, question.code, POSITIVE, shown.positive)
        if shown.bound is not None:
            if shown.bound.is_most:
                cell.at_most = shown.bound.n
            else:
                cell.at_least = shown.bound.n
        yield cell
    for index, code in enumerate(question.codes):
        yield _cell(cycle, cut, group, question.code, code, shown.options.get(index))


def _cell(cycle: Cycle, cut: str, group: str, question: str, option: str, n: int | None) -> Cell:
    return Cell(cycle=cycle, cut=cut, group=group, question=question, option=option, n=n)

"""From ballots to cells: counted for every reporting unit and every declared cut, then kept back where needed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kencho.surveys.definition import NO_ANSWER, Condition, Definition, Kind, Question
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
from kencho.surveys.suppression import Bound, GroupNode, Published, Tally, open_groups, publish

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
    shown: dict[str, dict[str, Published]] = {}
    for question in sorted(definition.closed, key=lambda each: each.page):
        inside = among if question.when is None else among & _asked_among(question.when, definition, shown)
        shown[question.code] = _published(cycle, tree, by_leaf, question, inside)
        yield from _cells(cycle, ORGANIZATION, question, shown[question.code])
    for cut in cycle.cuts.all():
        by = definition.get(cut.question)
        if by is not None:
            yield from _of_cut(cycle, by, ballots, shown[by.code][tree.code])


def _asked_among(
    when: Condition, definition: Definition, shown: Mapping[str, Mapping[str, Published]]
) -> frozenset[str]:
    """Where a question may be published that is asked only after certain answers: how many answered it is how many
    gave those answers, so only where exactly these numbers are published themselves.
    """
    before = definition.get(when.question)
    if before is None or (before.kind == Kind.MULTI and len(when.any_of) > 1):
        return frozenset()
    places = [before.codes.index(code) for code in when.any_of]
    groups = shown[before.code]
    return frozenset(code for code in groups if all(place in groups[code].options for place in places))


def _of_cut(cycle: Cycle, by: Question, ballots: Sequence[Ballot], whole: Published) -> Iterator[Cell]:
    """All ballots, by what was answered to the dividing question; who did not answer it is a group as well.

    Groups whose number is kept back in the question's own table are kept back here.
    """
    is_always_answered = by.required and by.when is None
    codes = by.codes if is_always_answered else (*by.codes, NO_ANSWER)
    parents: dict[str, str | None] = {WHOLE: None, **dict.fromkeys(codes, WHOLE)}
    tree = GroupNode(WHOLE, tuple(GroupNode(code) for code in codes))
    leaves = [(ballot.answers.get(by.code) or [NO_ANSWER])[0] for ballot in ballots]
    groups = _by_group(ballots, leaves, parents)
    among = frozenset({WHOLE} | {by.codes[place] for place in whole.options})
    for question in cycle.questionnaire.definition.closed:
        if question.code != by.code:
            inside = among if question.when is None else frozenset[str]()
            yield from _cells(cycle, by.code, question, _published(cycle, tree, groups, question, inside))


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


def _published(
    cycle: Cycle,
    tree: GroupNode,
    groups: Mapping[str, Sequence[Ballot]],
    question: Question,
    among: frozenset[str],
) -> dict[str, Published]:
    return publish(
        tree,
        {node.code: _tally(groups.get(node.code, ()), question) for node in tree.walk()},
        k=cycle.k,
        positive=[question.codes.index(code) for code in question.positive],
        is_multi=question.kind == Kind.MULTI,
        among=among,
    )


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


def _cells(cycle: Cycle, cut: str, question: Question, groups: Mapping[str, Published]) -> Iterator[Cell]:
    for group, shown in groups.items():
        yield _cell(cycle, cut, group, question.code, VALID, shown.valid)
        if question.positive:
            yield _positive(_cell(cycle, cut, group, question.code, POSITIVE, shown.positive), shown.bound)
        for index, code in enumerate(question.codes):
            yield _cell(cycle, cut, group, question.code, code, shown.options.get(index))


def _positive(cell: Cell, bound: Bound | None) -> Cell:
    if bound is not None and bound.is_most:
        cell.at_most = bound.n
    elif bound is not None:
        cell.at_least = bound.n
    return cell


def _cell(cycle: Cycle, cut: str, group: str, question: str, option: str, n: int | None) -> Cell:
    return Cell(cycle=cycle, cut=cut, group=group, question=question, option=option, n=n)

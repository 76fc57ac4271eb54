"""Which column of a table is which item of a standard? By name, synonym, abbreviation and content."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from kencho.catalog.standards.content import SPECIFIC, fit, text_of
from kencho.catalog.standards.library import all_standards, get
from kencho.catalog.standards.names import SYNONYM_CORE, core, likeness
from kencho.catalog.standards.shapes import Item, Match, Standard, Suggestion

__all__ = ["map_columns", "missing_required", "suggest_standard"]

LEAST: Final = 0.5
"""Below this confidence a column is left without an item: a person chooses."""
LEAST_CONTENT_ALONE: Final = 0.5
OTHERS: Final = 3
Samples = Mapping[str, Sequence[Any]]


class _Pair(NamedTuple):
    score: float
    column: int
    item: int
    reason: str


def map_columns(
    columns: Sequence[str], standard: Standard | str, samples: Samples | None = None
) -> list[Match]:
    """One match for each column, in their order; every item is given at most once, the surest pairs first.

    `samples` are some values of each column; with them, codes, coordinates, dates and the like decide where
    headers are unclear, and a header that its values contradict loses.
    """
    chosen = get(standard) if isinstance(standard, str) else standard
    return _mapped(columns, chosen, _Fits(samples or {}))


class _Fits:
    """How well each column's values are of each content; worked out once."""

    def __init__(self, samples: Samples) -> None:
        self._samples = {name: text_of(values) for name, values in samples.items()}
        self._known: dict[tuple[str, str], float | None] = {}

    def of(self, column: str, content: str) -> float | None:
        """See `content.fit`."""
        key = (column, content)
        if key not in self._known:
            self._known[key] = fit(content, self._samples.get(column, ()))
        return self._known[key]


def _mapped(columns: Sequence[str], chosen: Standard, fits: _Fits) -> list[Match]:
    pairs = _pairs(columns, chosen.items, fits, _subject_names(chosen))
    taken_columns: dict[int, _Pair] = {}
    taken_items: set[int] = set()
    for pair in sorted(pairs, key=lambda each: (-each.score, each.column, each.item)):
        if pair.score < LEAST or pair.column in taken_columns or pair.item in taken_items:
            continue
        taken_columns[pair.column] = pair
        taken_items.add(pair.item)
    by_column: list[list[_Pair]] = [[] for _column in columns]
    for pair in pairs:
        by_column[pair.column].append(pair)
    return [
        _match(name, taken_columns.get(index), by_column[index], chosen.items)
        for index, name in enumerate(columns)
    ]


def missing_required(matches: Sequence[Match], standard: Standard) -> tuple[str, ...]:
    """Required items that no column was matched to."""
    there = {each.item for each in matches}
    return tuple(name for name in standard.required if name not in there)


def suggest_standard(columns: Sequence[str], samples: Samples | None = None) -> list[Suggestion]:
    """The standards that the table looks like, best first; none when no table fits.

    What all tables share (ID, 名称, address, coordinates) hardly counts: it is the items of few tables that tell.
    """
    tables = all_standards()
    spread: dict[str, int] = {}
    for each in tables:
        for item in each.items:
            spread[item.name] = spread.get(item.name, 0) + 1
    found = []
    fits = _Fits(samples or {})
    for each in tables:
        matches = [match for match in _mapped(columns, each, fits) if match.item]
        weight = sum(match.confidence / spread[match.item] for match in matches)
        share = sum(match.confidence for match in matches) / max(1, len(columns))
        required = each.required
        met = sum(name in {match.item for match in matches} for name in required) / max(1, len(required))
        score = 0.5 * share + 0.3 * min(1.0, weight / 2) + 0.2 * met
        if matches and share >= 0.3:
            found.append(Suggestion(each.code, each.title, round(score, 3), len(matches)))
    return sorted(found, key=lambda each: (-each.score, each.code))


def _subject_names(standard: Standard) -> str:
    """What the table lists, in its title: a 医療機関名 in 医療機関一覧 is the name of the thing itself."""
    return core(standard.title.removesuffix("一覧"))


def _is_name_of_subject(column: str, subject: str) -> bool:
    plain = core(column)
    stem = plain.removesuffix("名称") if plain.endswith("名称") else plain.removesuffix("名")
    return stem != plain and len(stem) >= 2 and stem in subject


def _pairs(columns: Sequence[str], items: Sequence[Item], fits: _Fits, subject: str) -> list[_Pair]:
    name_item = next(
        (number for number, item in enumerate(items) if item.required and item.content == "text"), -1
    )
    found = []
    for index, name in enumerate(columns):
        for number, item in enumerate(items):
            place = 1 - abs(index / max(1, len(columns)) - number / max(1, len(items)))
            score, reason = _score(name, item, fits.of(name, item.content), place)
            if number == name_item and score < SYNONYM_CORE and _is_name_of_subject(name, subject):
                score, reason = SYNONYM_CORE, "synonym"
            if score > 0:
                found.append(_Pair(score, index, number, reason))
    return found


def _score(column: str, item: Item, share: float | None, place: float) -> tuple[float, str]:
    by_name, reason = likeness(column, item)
    if share is None:
        return by_name, reason
    worth = SPECIFIC.get(item.content, 0.0)
    if share >= 0.8 and worth:
        # Alone, content decides only between items of one kind; their usual order breaks the tie.
        alone = (worth * share - 0.05 + 0.05 * place, "content")
        together = (min(1.0, by_name + 0.12 * share), reason)
        return max(together, alone) if by_name >= 0.2 else alone
    if share < 0.2 and (worth or item.content in {"integer", "number"}):
        return by_name * 0.55, reason
    return by_name, reason


def _match(name: str, pair: _Pair | None, pairs: Sequence[_Pair], items: Sequence[Item]) -> Match:
    rest = sorted((each for each in pairs if each != pair), key=lambda each: -each.score)[:OTHERS]
    others = tuple((items[each.item].name, round(each.score, 2)) for each in rest if each.score >= 0.3)
    if pair is None:
        return Match(name, others=others)
    return Match(name, items[pair.item].name, round(pair.score, 2), pair.reason, others)

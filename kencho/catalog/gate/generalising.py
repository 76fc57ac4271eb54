"""Making data coarser until nobody stands alone: generalisation and k-anonymity for views over the office's work."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

__all__ = ["Anonymised", "Rule", "UnknownRule", "generalise", "generalise_rows", "k_anonymous"]

Row = Mapping[str, Any]
_MUNICIPALITY: Final = re.compile(
    "(?:(?:東京都|北海道|京都府|大阪府|.{2,3}県))?(?:.{1,4}郡.{1,5}?[町村]|.{1,6}?市(?:.{1,3}区)?|.{1,4}?[区町村])"
)
_TWO_MARKETS: Final = re.compile(
    "(?:三重県)?四日市市|(?:千葉県)?市川市|(?:千葉県)?市原市|(?:滋賀県)?野々市市|(?:石川県)?野々市市|(?:広島県)?廿日市市"
)
FISCAL_START: Final = 4


class UnknownRule(Exception):
    """No generalisation has this name, or a value cannot be made coarser in this way."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one column is made coarser.

    `how`: `year`, `month`, `fiscal_year` (dates; also ISO text), `band` (numbers: `width`, `bottom`, `top`), `top`
    (numbers: everything from `at` on is one), `prefix` (texts: the first `length` characters), `municipality`
    (addresses), `all` (nothing is told).
    """

    column: str
    how: str
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Anonymised:
    """Rows of which every group of equal traits has at least k members.

    `dropped` rows are left out, `levels` says how far each column was made coarser (0: not), `smallest` is the size
    of the smallest group, 0 without rows.
    """

    rows: tuple[dict[str, Any], ...]
    dropped: int
    levels: Mapping[str, int]
    smallest: int


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise UnknownRule("date") from error


def _year(value: Any, params: Mapping[str, Any]) -> Any:
    return _day(value).year


def _month(value: Any, params: Mapping[str, Any]) -> Any:
    return f"{_day(value):%Y-%m}"


def _fiscal_year(value: Any, params: Mapping[str, Any]) -> Any:
    day = _day(value)
    return day.year - (day.month < FISCAL_START)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise UnknownRule("number") from error


def _text(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _band(value: Any, params: Mapping[str, Any]) -> Any:
    """[0, 10) is 「0〜9」 for whole numbers of width 10; open ends are 「60以上」 and 「20未満」."""
    number, width = _number(value), _number(params["width"])
    top, bottom = params.get("top"), params.get("bottom")
    if top is not None and number >= top:
        return f"{_text(top)}以上"
    if bottom is not None and number < bottom:
        return f"{_text(bottom)}未満"
    start = (number // width) * width
    return (
        f"{_text(start)}〜{_text(start + width - 1)}"
        if width == int(width)
        else f"{_text(start)}〜{_text(start + width)}"
    )


def _top(value: Any, params: Mapping[str, Any]) -> Any:
    return f"{_text(params['at'])}以上" if _number(value) >= params["at"] else value


def _prefix(value: Any, params: Mapping[str, Any]) -> Any:
    return str(value)[: params["length"]]


def _municipality(value: Any, params: Mapping[str, Any]) -> Any:
    text = str(value)
    found = _TWO_MARKETS.match(text) or _MUNICIPALITY.match(text)
    return found[0] if found else None


def _all(value: Any, params: Mapping[str, Any]) -> Any:
    return None


_WAYS: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], Any]]] = {
    "year": _year,
    "month": _month,
    "fiscal_year": _fiscal_year,
    "band": _band,
    "top": _top,
    "prefix": _prefix,
    "municipality": _municipality,
    "all": _all,
}


def generalise(value: Any, how: str, **params: Any) -> Any:
    """One value made coarser; nothing stays nothing. Raises `UnknownRule`."""
    if how not in _WAYS:
        raise UnknownRule(how)
    return None if value is None or value == "" else _WAYS[how](value, params)


def generalise_rows(rows: Sequence[Row], rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Copies of the rows with every rule applied once."""
    found = [dict(row) for row in rows]
    for rule in rules:
        for row in found:
            row[rule.column] = generalise(row.get(rule.column), rule.how, **rule.params)
    return found


def k_anonymous(
    rows: Sequence[Row],
    quasi: Sequence[str],
    k: int,
    *,
    ladders: Mapping[str, Sequence[Rule]] | None = None,
    most_dropped: float = 0.02,
) -> Anonymised:
    """Makes columns coarser step by step until at most `most_dropped` of the rows are in groups smaller than k.

    `ladders`: for a column, rules from fine to coarse, each applied to the value as it was. Each time the step is
    taken that brings the most rows into large groups. What is still alone then is left out, whatever its share:
    the result never holds a group smaller than k.
    """
    steps = {column: list(rules) for column, rules in (ladders or {}).items() if column in quasi}
    levels = dict.fromkeys(quasi, 0)
    columns = {column: [row.get(column) for row in rows] for column in quasi}
    while _small(columns, k) > most_dropped * len(rows):
        step = _best_step(rows, columns, steps, levels, k)
        if step is None:
            break
        column, values = step
        levels[column] += 1
        columns[column] = values
    sizes = _sizes(columns)
    kept = (
        [index for index, key in enumerate(_keys(columns)) if sizes[key] >= k] if quasi else _whole(rows, k)
    )
    found = tuple({**rows[index], **{name: columns[name][index] for name in quasi}} for index in kept)
    smallest = min((size for size in sizes.values() if size >= k), default=0) if quasi else len(found)
    return Anonymised(found, len(rows) - len(found), levels, smallest)


def _whole(rows: Sequence[Row], k: int) -> list[int]:
    return list(range(len(rows))) if len(rows) >= k else []


def _keys(columns: Mapping[str, Sequence[Any]]) -> list[tuple[Hashable, ...]]:
    return list(zip(*columns.values(), strict=True))


def _sizes(columns: Mapping[str, Sequence[Any]]) -> Counter[tuple[Hashable, ...]]:
    return Counter(_keys(columns))


def _small(columns: Mapping[str, Sequence[Any]], k: int) -> int:
    return sum(size for size in _sizes(columns).values() if size < k)


def _best_step(
    rows: Sequence[Row],
    columns: Mapping[str, Sequence[Any]],
    steps: Mapping[str, Sequence[Rule]],
    levels: Mapping[str, int],
    k: int,
) -> tuple[str, list[Any]] | None:
    best: tuple[int, str, list[Any]] | None = None
    for column, rules in steps.items():
        if levels[column] >= len(rules):
            continue
        rule = rules[levels[column]]
        values = [generalise(row.get(column), rule.how, **rule.params) for row in rows]
        small = _small({**columns, column: values}, k)
        if best is None or small < best[0]:
            best = (small, column, values)
    return None if best is None else (best[1], best[2])

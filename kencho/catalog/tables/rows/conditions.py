"""Filters and words as SQL conditions with bound values. Column names are quoted, values are never written into SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows.searching import Alphabet, folded_words
from kencho.foundation.text import fold

_COMPARED: Final[dict[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "eq": ("=", lambda a, b: bool(a == b)),
    "ne": ("<>", lambda a, b: bool(a != b)),
    "lt": ("<", lambda a, b: bool(a < b)),
    "lte": ("<=", lambda a, b: bool(a <= b)),
    "gt": (">", lambda a, b: bool(a > b)),
    "gte": (">=", lambda a, b: bool(a >= b)),
}


def named(column: str) -> str:
    """A column name as SQL has it."""
    return '"' + column.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL with the values of its question marks."""

    sql: str
    values: Sequence[Any] = field(default_factory=list)

    @property
    def is_all(self) -> bool:
        """Whether it holds for every row."""
        return self.sql == "true"


ALL: Final = Condition("true")
NONE: Final = Condition("false")


def all_of(parts: Sequence[Condition]) -> Condition:
    """All of them together."""
    parts = [part for part in parts if not part.is_all]
    if not parts:
        return ALL
    return Condition(
        " AND ".join(part.sql for part in parts), [value for part in parts for value in part.values]
    )


def any_of(parts: Sequence[Condition]) -> Condition:
    """At least one of them."""
    parts = [part for part in parts if part.sql != "false"]
    if not parts:
        return NONE
    return Condition(
        "(" + " OR ".join(part.sql for part in parts) + ")",
        [value for part in parts for value in part.values],
    )


class Conditions:
    """Makes conditions on one table, of which it knows the types, the values of columns that have few, and the
    characters of the other text columns."""

    def __init__(
        self,
        types: Mapping[str, str],
        values: Mapping[str, list[str]] | None = None,
        alphabets: Mapping[str, Alphabet] | None = None,
    ) -> None:
        self._types = types
        self._values = values or {}
        self._alphabets = alphabets or {}
        self._folded = {name: [fold(value) for value in kinds] for name, kinds in self._values.items()}

    def of(self, column: str, op: str, value: Any) -> Condition:
        """The condition of one filter. Raises `Refused`."""
        name = named(column)
        if op == "null":
            return Condition(f"{name} IS {'' if value else 'NOT '}NULL")
        if column in self._values:
            return self._among(column, _predicate(op, value))
        if op == "contains":
            return Condition(f"contains({name}, ?)", [value])
        if op == "starts":
            return Condition(f"starts_with({name}, ?)", [value])
        cast = f"CAST(? AS {self._types[column]})"
        if op == "in":
            return Condition(f"{name} IN ({', '.join([cast] * len(value))})", list(value)) if value else NONE
        if op not in _COMPARED:
            raise Refused("bad_operator", operator=op[:20])
        return Condition(f"{name} {_COMPARED[op][0]} {cast}", [value])

    def _in_few(self, column: str, word: str) -> Condition:
        return self._among(column, lambda each: word in each, self._folded[column])

    def search(self, text: str) -> list[Condition]:
        """One condition per word: it stands in some text column, in whichever shape its characters have there."""
        return [
            any_of(
                [self._in_few(name, word) for name in self._values]
                + [self._in_text(name, alphabet, word) for name, alphabet in self._alphabets.items()]
            )
            for word in folded_words(text)
        ]

    def _in_text(self, column: str, alphabet: Alphabet, word: str) -> Condition:
        shapes = alphabet.shapes(word)
        if isinstance(shapes, str):
            return Condition(f"regexp_matches({named(column)}, ?)", [shapes])
        return any_of([Condition(f"contains({named(column)}, ?)", [shape]) for shape in shapes])

    def _among(
        self, column: str, fits: Callable[[str], bool], kinds: Sequence[str] | None = None
    ) -> Condition:
        """The values of a column with few of them that fit."""
        values = self._values[column]
        found = [value for value, kind in zip(values, kinds or values, strict=True) if fits(kind)]
        if not found:
            return NONE
        if len(found) == len(values):
            return Condition(f"{named(column)} IS NOT NULL")
        # Literals, as only those are compared as numbers; they are values of the table, quoted.
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in found)
        return Condition(f"{named(column)} IN ({listed})")


def _predicate(op: str, value: Any) -> Callable[[str], bool]:
    if op == "contains":
        return lambda each: value in each
    if op == "starts":
        return lambda each: each.startswith(value)
    if op == "in":
        return set(map(str, value)).__contains__
    if op not in _COMPARED:
        raise Refused("bad_operator", operator=op[:20])
    # As DuckDB compares texts: by their bytes.
    compare, bound = _COMPARED[op][1], str(value).encode()
    return lambda each: compare(each.encode(), bound)

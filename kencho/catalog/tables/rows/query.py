"""What is asked of a table, as plain values: from the parameters of an address and back. Loads nothing heavy."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import orjson

from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.schema import Column, Schema

OPERATORS: Final = ("eq", "ne", "lt", "lte", "gt", "gte", "contains", "starts", "in", "null")
MOST_FILTERS: Final = 20
MOST_VALUES: Final = 200
MOST_TEXT: Final = 500
MOST_ROWS: Final = 10_000
USUAL_ROWS: Final = 100
_TEXT_ONLY: Final = {"contains", "starts"}
_YES: Final = {"1", "true", "yes"}
_NO: Final = {"0", "false", "no"}


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a column. `value` is a typed value, a tuple of them for `in`, a truth value for `null`."""

    column: str
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows, in which order, from where on.

    `search`: words that must all stand in some text column. `sort`: columns, each with whether it descends; rows
    without a value come last, rows that are alike keep the order of the file. `after` is the `next_key` of the page
    before; `offset` counts rows instead.
    """

    filters: tuple[Filter, ...] = ()
    search: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int = USUAL_ROWS
    after: str = ""
    offset: int = 0
    columns: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """As JSON has it, for the child."""
        return {
            "filters": [[each.column, each.op, _plain(each.value)] for each in self.filters],
            "search": self.search,
            "sort": [list(each) for each in self.sort],
            "limit": self.limit,
            "after": key_of(self.after) if self.after else None,
            "offset": self.offset,
            "columns": list(self.columns),
        }

    @property
    def selection(self) -> str:
        """Which rows are meant, as a key: the same for every page and order of the same rows."""
        filters = sorted(([each.column, each.op, _plain(each.value)] for each in self.filters), key=repr)
        return orjson.dumps([filters, self.search], default=str).decode()


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, their numbers in the table (from 1), the exact number of all rows meant, and where the next page begins.

    `next_key` is empty on the last page. `is_cut`: rows of an SQL answer were left out.
    """

    columns: tuple[str, ...]
    rows: list[list[Any]]
    total: int
    next_key: str = ""
    numbers: list[int] = field(default_factory=list)
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """How often each value occurs, the most frequent first; `others` rows have values that are not listed."""

    column: str
    values: list[tuple[Any, int]]
    others: int
    distinct: int


def query_from(pairs: Iterable[tuple[str, str]], schema: Schema) -> Query:
    """The query of an address.

    ``列=値`` or ``列__gte=値`` (see `OPERATORS`; several values of ``in`` are parted by commas), ``_search``,
    ``_sort`` (columns parted by commas, a hyphen in front for descending), ``_limit``, ``_after``, ``_offset``,
    ``_columns``. Raises `Refused`.
    """
    filters: list[Filter] = []
    special: dict[str, str] = {}
    for name, value in pairs:
        if len(value) > MOST_TEXT * 10:
            raise Refused("too_long", limit=MOST_TEXT)
        if name.startswith("_") and name not in schema.names:
            special[name] = value
        else:
            filters.append(filter_from(name, value, schema))
    made = Query(
        filters=tuple(filters),
        search=special.pop("_search", "").strip(),
        sort=tuple(_sort(special.pop("_sort", ""))),
        limit=_number("_limit", special.pop("_limit", str(USUAL_ROWS))),
        after=special.pop("_after", ""),
        offset=_number("_offset", special.pop("_offset", "0")),
        columns=tuple(each for each in special.pop("_columns", "").split(",") if each),
    )
    if special:
        raise Refused("unknown_column", column=next(iter(special))[:80])
    check(made, schema)
    return made


def pairs_of(query: Query) -> list[tuple[str, str]]:
    """The parameters that `query_from` makes this query of."""
    pairs = [
        (each.column if each.op == "eq" else f"{each.column}__{each.op}", _written(each.value))
        for each in query.filters
    ]
    if query.search:
        pairs.append(("_search", query.search))
    if query.sort:
        pairs.append(("_sort", ",".join(f"-{name}" if down else name for name, down in query.sort)))
    if query.limit != USUAL_ROWS:
        pairs.append(("_limit", str(query.limit)))
    if query.offset:
        pairs.append(("_offset", str(query.offset)))
    if query.after:
        pairs.append(("_after", query.after))
    if query.columns:
        pairs.append(("_columns", ",".join(query.columns)))
    return pairs


def filter_from(name: str, value: str, schema: Schema) -> Filter:
    """The filter that one parameter of an address states. Raises `Refused`."""
    column, _, op = name.rpartition("__")
    if name in schema.names or not column:
        column, op = name, "eq"
    if op not in OPERATORS:
        raise Refused("bad_operator", operator=op[:20])
    of = schema.column(column)
    if op == "null":
        if value.lower() not in _YES | _NO:
            raise Refused("bad_value", column=column, value=value[:80])
        return Filter(column, op, value.lower() in _YES)
    if op == "in":
        parts = value.split(",")
        if len(parts) > MOST_VALUES:
            raise Refused("too_long", limit=MOST_VALUES)
        return Filter(column, op, tuple(typed_value(of, each) for each in parts))
    return Filter(column, op, value if op in _TEXT_ONLY else typed_value(of, value))


def typed_value(column: Column, value: Any) -> Any:
    """A value as typed by a person or sent by a program, in the column's type. Raises `Refused("bad_value")`."""
    try:
        match column.type:
            case "integer" | "year":
                return _integer(value)
            case "number":
                made = float(value)
                if made - made != 0:
                    raise ValueError(value)
                return made
            case "boolean":
                return _truth(value)
            case "date":
                return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
            case "datetime":
                return datetime.fromisoformat(str(value)).replace(tzinfo=None).isoformat()
            case _:
                return str(value)
    except (ValueError, TypeError, OverflowError):
        raise Refused("bad_value", column=column.name, value=str(value)[:80]) from None


def _integer(value: Any) -> int:
    made = int(value) if isinstance(value, int | str) else int(float(value))
    if not -(2**63) <= made < 2**63:
        raise ValueError(value)
    return made


def _truth(value: Any) -> bool:
    text = str(value).lower()
    if text not in _YES | _NO:
        raise ValueError(value)
    return text in _YES


def check(query: Query, schema: Schema) -> None:
    """Raises `Refused` for a query that the table cannot answer, also for one that was made by a program."""
    if len(query.filters) > MOST_FILTERS:
        raise Refused("too_many_filters", limit=MOST_FILTERS)
    if not 0 <= query.limit <= MOST_ROWS:
        raise Refused("bad_limit", limit=MOST_ROWS)
    if query.offset < 0:
        raise Refused("bad_limit", limit=MOST_ROWS)
    texts = [query.search, *(each.value for each in query.filters if isinstance(each.value, str))]
    if any(len(text) > MOST_TEXT for text in texts):
        raise Refused("too_long", limit=MOST_TEXT)
    for each in query.filters:
        column = schema.column(each.column)
        if each.op not in OPERATORS or (each.op in _TEXT_ONLY and column.type != "string"):
            raise Refused("bad_operator", operator=each.op[:20])
    for name in (*(name for name, _down in query.sort), *query.columns):
        schema.column(name)
    if query.after:
        key_of(query.after)


def next_key(values: list[Any], number: int) -> str:
    """An opaque key for the place behind a row: its sort values and its number."""
    return base64.urlsafe_b64encode(orjson.dumps([values, number])).decode().rstrip("=")


def key_of(text: str) -> list[Any]:
    """What `next_key` was given. Raises `Refused("bad_key")`."""
    try:
        if len(text) > 20 * MOST_TEXT:
            raise ValueError(text)
        made = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        values, number = made
        if not isinstance(values, list) or not isinstance(number, int) or number < 0:
            raise ValueError(text)
    except (ValueError, TypeError, binascii.Error):
        raise Refused("bad_key") from None
    return [values, number]


def _sort(text: str) -> list[tuple[str, bool]]:
    return [(part.removeprefix("-"), part.startswith("-")) for part in text.split(",") if part]


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Refused("bad_value", column=name, value=text[:80])
    return int(text)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(_written(each) for each in value)
    return str(value)


def page_from(data: Mapping[str, Any]) -> Page:
    """A page as a child gave it."""
    return Page(
        columns=tuple(data["columns"]),
        rows=list(data["rows"]),
        total=int(data["total"]),
        next_key=next_key(*data["next"]) if data.get("next") else "",
        numbers=list(data.get("numbers") or ()),
        is_cut=bool(data.get("is_cut")),
    )

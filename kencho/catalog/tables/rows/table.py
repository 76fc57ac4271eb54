"""One stored table in DuckDB: answered from the Parquet file at once, and from memory as soon as it is loaded.

In memory, text columns with few values become enumerations, so that a condition on them is worked out once per value
and compared as a number; rows are found by an index on their number. What is left to read for a search is told by the
characters that occur in a column at all.
"""

# ruff: noqa: S608  # names in the SQL of this file are quoted, values are bound

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows.conditions import Condition, Conditions, all_of, named
from kencho.catalog.tables.rows.searching import Alphabet, alphabet_of
from kencho.catalog.tables.schema import Schema

NUMBER: Final = "file_row_number"
FEW_VALUES: Final = 1000
SMALL: Final = 300_000
"""Cells of a table that is loaded while it is opened."""

MOST_MATCHES: Final = 32
DIRECT: Final = 2000
DATABASE_MEMORY: Final = "900MB"

Places = npt.NDArray[np.int64]


def open_limited(path: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that can read this one file and nothing else, and whose settings are locked."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": _threads(),
            "memory_limit": DATABASE_MEMORY,
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_unsigned_extensions": "false",
            "python_enable_replacements": "false",
        },
    )
    connection.execute(f"SET allowed_paths = [{text(str(path))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _threads() -> str:
    import os

    return os.environ.get("POLARS_MAX_THREADS", "1")


def text(value: str) -> str:
    """A text as SQL has it."""
    return "'" + value.replace("'", "''") + "'"


class Table:
    """A table that answers. Not for several threads at once, but for its own that loads it."""

    def __init__(self, path: Path, schema: Schema, *, room: int) -> None:
        """`room`: most bytes that it may take in memory; a larger one is answered from its file throughout."""
        self._schema = schema
        self._connection = open_limited(path)
        self._source = f"read_parquet({text(str(path))}, file_row_number = true)"
        self._run = self._connection.execute
        self._run(f"CREATE VIEW cold AS SELECT * FROM {self._source}")
        described = self._run("DESCRIBE SELECT * FROM cold").fetchall()
        self._columns = [str(row[0]) for row in described if row[0] != NUMBER]
        self._types = {str(row[0]): str(row[1]) for row in described}
        self.count_all = int(self._fetched("SELECT count(*) FROM cold")[0][0])
        self._conditions = Conditions(self._types)
        self._from = "cold"
        self._matches: OrderedDict[str, Places] = OrderedDict()
        self._thread: threading.Thread | None = None
        estimate = self._estimate()
        self._is_loadable = estimate <= room
        self.bytes = estimate if self._is_loadable else 0
        self.is_small = self.count_all * len(self._columns) <= SMALL
        self.asked = 0

    @property
    def is_warm(self) -> bool:
        """Whether it has been loaded, as far as it will be."""
        return self._thread is not None and not self._thread.is_alive()

    def start_warming(self) -> None:
        """Begin to load it, if that has not begun; a small table is loaded on return."""
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._warm, daemon=True)
        self._thread.start()
        if self.is_small:
            self._thread.join()

    def wait_until_warm(self) -> None:
        """Return when it is loaded."""
        self.start_warming()
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        """Give its memory back."""
        self._connection.interrupt()
        if self._thread is not None:
            self._thread.join()
        self._connection.close()

    @contextlib.contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Queries inside are given up after this time. Raises `Refused`."""
        with limited(self._connection, seconds):
            yield

    # Loading

    def _texts(self) -> list[str]:
        return [name for name in self._columns if self._types[name] == "VARCHAR"]

    def _estimate(self) -> int:
        """Bytes in memory, from the lengths of the first texts."""
        texts = self._texts()
        width = 8.0 * (len(self._columns) - len(texts)) + 24
        if texts:
            lengths = ", ".join(f"avg(strlen({named(name)}))" for name in texts)
            row = self._fetched(f"SELECT {lengths} FROM (SELECT * FROM cold LIMIT 10000)")[0]
            width += sum(17 + (float(length or 0) if (length or 0) > 12 else 0) for length in row)
        return int(self.count_all * width)

    def _warm(self) -> None:
        cursor = self._connection.cursor()
        # A table that was closed meanwhile is of no interest, and a failed load leaves the file to answer.
        with contextlib.suppress(duckdb.Error), cursor:
            values = self._load(cursor) if self._is_loadable else {}
            texts = [name for name in self._texts() if name not in values]
            source = "warm" if self._is_loadable else "cold"
            alphabets: dict[str, Alphabet] = {
                name: alphabet_of(cursor, source, name, NUMBER, self.count_all) for name in texts
            }
            self._conditions = Conditions(self._types, values, alphabets)
            self._from = source

    def _load(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
        """Copy the file into a table in memory; gives the values of the columns that became enumerations."""
        values = self._few_values(cursor)
        parts = [named(name) for name in self._columns]
        for place, name in enumerate(self._columns):
            if name in values:
                listed = ", ".join(text(value) for value in values[name])
                cursor.execute(f"CREATE TYPE kinds_{place} AS ENUM ({listed})")
                parts[place] = f"{named(name)}::kinds_{place} AS {named(name)}"
        cursor.execute(f"CREATE TABLE warm AS SELECT {', '.join(parts)}, {NUMBER} FROM {self._source}")
        cursor.execute(f"CREATE UNIQUE INDEX warm_numbers ON warm ({NUMBER})")
        return values

    def _few_values(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
        """The text columns with few values, each with its values in the order of their code points."""
        texts = self._texts()
        if not texts or not self.count_all:
            return {}
        # The head tells which columns are hopeless; the others are looked at whole.
        counts = ", ".join(f"count(DISTINCT {named(name)})" for name in texts)
        head = cursor.execute(f"SELECT {counts} FROM (SELECT * FROM cold LIMIT 20000)").fetchone() or ()
        found: dict[str, list[str]] = {}
        for name, count in zip(texts, head, strict=True):
            if 0 < count <= FEW_VALUES:
                rows = cursor.execute(
                    f"SELECT DISTINCT {named(name)} FROM cold WHERE {named(name)} IS NOT NULL LIMIT {FEW_VALUES + 1}"
                ).fetchall()
                if len(rows) <= FEW_VALUES:
                    found[name] = sorted((str(row[0]) for row in rows), key=lambda value: value.encode())
        return found

    # Answers

    def page(self, query: Mapping[str, Any], total: int | None) -> dict[str, Any]:
        """A page of rows; `total` is the number of all rows meant when it is known already."""
        sort = [(str(name), bool(down)) for name, down in query["sort"]]
        condition = self._where(query)
        if sort:
            places, following = self._sorted(query, condition, sort)
            if total is None:
                total = self._counted(query, condition)
        else:
            places, following, total = self._in_order(query, condition)
        columns = [str(name) for name in query["columns"]] or self._columns
        return {
            "columns": columns,
            "rows": self._at(places, columns),
            "numbers": [place + 1 for place in places],
            "total": total,
            "next": following,
        }

    def count(self, query: Mapping[str, Any]) -> int:
        """How many rows are meant."""
        return self._counted(query, self._where(query))

    def facet(self, query: Mapping[str, Any], column: str, limit: int) -> dict[str, Any]:
        """The most frequent values of a column."""
        condition = self._where(query)
        rows = self._fetched(
            f"SELECT v, c, count(*) OVER (), sum(c) OVER () FROM (SELECT {named(column)} AS v, count(*) AS c"
            f" FROM {self._from} WHERE {condition.sql} GROUP BY 1) ORDER BY c DESC, v NULLS LAST LIMIT {limit}",
            condition.values,
        )
        listed = sum(int(row[1]) for row in rows)
        return {
            "values": [[row[0], row[1]] for row in rows],
            "others": int(rows[0][3]) - listed if rows else 0,
            "distinct": rows[0][2] if rows else 0,
        }

    def stats(self, column: str) -> dict[str, Any]:
        """What a column holds."""
        name = named(column)
        asked = ["count(*)", f"count({name})", f"count(DISTINCT {name})", f"min({name})", f"max({name})"]
        is_number = self._types[column] in {"BIGINT", "DOUBLE", "INTEGER"}
        if is_number:
            asked += [f"avg({name})", f"quantile_cont({name}, [0.25, 0.5, 0.75])"]
        row = self._fetched(f"SELECT {', '.join(asked)} FROM {self._from}")[0]
        made = {"count": row[0], "nulls": row[0] - row[1], "distinct": row[2], "min": row[3], "max": row[4]}
        if is_number:
            made |= {"mean": row[5], "quantiles": list(row[6] or ())}
        return made

    def row(self, number: int) -> dict[str, Any]:
        """One row by its number from 1."""
        places = [number - 1] if 0 < number <= self.count_all else []
        return {"columns": self._columns, "rows": self._at(places, self._columns)}

    # Finding rows

    def _where(self, query: Mapping[str, Any]) -> Condition:
        parts = [self._conditions.of(str(name), str(op), value) for name, op, value in query["filters"]]
        parts += self._conditions.search(str(query["search"]))
        return all_of(parts)

    def _in_order(
        self, query: Mapping[str, Any], condition: Condition
    ) -> tuple[list[int], list[Any] | None, int]:
        """The places of a page in the order of the file, the key of the next and the number of all."""
        after = query["after"]
        limit, offset = int(query["limit"]), int(query["offset"])
        # Numbers in keys count from 1, so the row behind number n has the place n.
        if condition.is_all:
            begin = (int(after[1]) if after else 0) + offset
            places = list(range(min(begin, self.count_all), min(begin + limit, self.count_all)))
            has_more, total = begin + limit < self.count_all, self.count_all
        else:
            matches = self._matching(query, condition)
            begin = (int(np.searchsorted(matches, int(after[1]))) if after else 0) + offset
            places = matches[begin : begin + limit].tolist()
            has_more, total = begin + limit < len(matches), len(matches)
        return places, [[], places[-1] + 1] if has_more and places else None, total

    def _matching(self, query: Mapping[str, Any], condition: Condition) -> Places:
        """The places of all rows meant, ascending; kept for the next pages of the same."""
        key = repr((query["filters"], query["search"]))
        if (known := self._matches.get(key)) is None:
            found = self._run(f"SELECT {NUMBER} FROM {self._from} WHERE {condition.sql}", condition.values)
            known = np.sort(found.fetchnumpy()[NUMBER].astype(np.int64))
            self._matches[key] = known
            while len(self._matches) > MOST_MATCHES or sum(map(len, self._matches.values())) > 4_000_000:
                self._matches.popitem(last=False)
                if not self._matches:
                    break
        return known

    def _counted(self, query: Mapping[str, Any], condition: Condition) -> int:
        if condition.is_all:
            return self.count_all
        known = self._matches.get(repr((query["filters"], query["search"])))
        if known is not None:
            return len(known)
        return int(
            self._fetched(f"SELECT count(*) FROM {self._from} WHERE {condition.sql}", condition.values)[0][0]
        )

    def _sorted(
        self, query: Mapping[str, Any], condition: Condition, sort: Sequence[tuple[str, bool]]
    ) -> tuple[list[int], list[Any] | None]:
        """The places of a page in a given order, and the key of the next."""
        limit, offset = int(query["limit"]), int(query["offset"])
        parts = [condition]
        if query["after"]:
            parts.append(self._behind(sort, *query["after"]))
        where = all_of(parts)
        order = [f"{named(name)} {'DESC' if down else 'ASC'} NULLS LAST" for name, down in sort]
        shown = ", ".join(named(name) for name, _down in sort)
        rows = self._fetched(
            f"SELECT {NUMBER}, {shown} FROM {self._from} WHERE {where.sql}"
            f" ORDER BY {', '.join(order)}, {NUMBER} LIMIT {limit + 1} OFFSET {offset}",
            where.values,
        )
        following = None
        if len(rows) > limit > 0:
            following = [list(rows[limit - 1][1:]), int(rows[limit - 1][0]) + 1]
        return [int(row[0]) for row in rows[:limit]], following

    def _behind(self, sort: Sequence[tuple[str, bool]], values: Sequence[Any], number: int) -> Condition:
        """Rows that come behind a row with these sort values and this number (from 1)."""
        if len(values) != len(sort):
            raise Refused("bad_key")
        parts: list[Condition] = []
        same: list[Condition] = []
        for (name, down), value in zip(sort, values, strict=True):
            if value is not None:
                beyond = self._conditions.of(name, "lt" if down else "gt", value)
                parts.append(
                    all_of([*same, Condition(f"({beyond.sql} OR {named(name)} IS NULL)", beyond.values)])
                )
                same.append(self._conditions.of(name, "eq", value))
            else:
                same.append(Condition(f"{named(name)} IS NULL"))
        parts.append(all_of([*same, Condition(f"{NUMBER} >= {int(number)}")]))
        return Condition(
            "(" + " OR ".join(f"({part.sql})" for part in parts) + ")",
            [value for part in parts for value in part.values],
        )

    def _at(self, places: Sequence[int], columns: Sequence[str]) -> list[list[Any]]:
        """The rows at these places, in their order."""
        if not places:
            return []
        listed = ", ".join(map(str, places))
        bounds = f"{NUMBER} BETWEEN {min(places)} AND {max(places)}"
        where = f"{NUMBER} IN ({listed})" if len(places) <= DIRECT else bounds
        if len(places) == max(places) - min(places) + 1:
            where = bounds
        elif self._from == "cold" or len(places) > DIRECT:
            where = f"{bounds} AND {NUMBER} IN ({listed})"
        shown = ", ".join(named(name) for name in columns)
        rows = self._fetched(f"SELECT {NUMBER}, {shown} FROM {self._from} WHERE {where}")
        by_place = {int(row[0]): list(row[1:]) for row in rows}
        return [by_place[place] for place in places]

    def _fetched(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._run(sql, list(values)).fetchall()


@contextlib.contextmanager
def limited(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what runs on the connection after this time. Raises `Refused`."""
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        raise Refused("query_timed_out", seconds=seconds) from None
    except duckdb.OutOfMemoryException:
        raise Refused("query_too_large") from None
    finally:
        timer.cancel()

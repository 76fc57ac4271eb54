"""One SELECT of a stranger over one table: taken apart before it runs, and run where there is nothing to reach.

What a statement may name is the view ``data`` and its own WITH tables. The walls behind that: a database in memory
without files, extensions, network or settings that could be changed, in a process without any of those either.
"""

# ruff: noqa: S608  # names in the SQL of this file are quoted, values are bound

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb

from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows.table import limited, text

TABLE_FUNCTIONS: Final = frozenset({"unnest", "generate_series", "range"})
# Functions that look outside of the data: at settings, other statements, the machine, or that stall.
_REFUSED: Final = frozenset(
    {"getenv", "getvariable", "current_setting", "current_query", "current_user", "current_database",
     "current_catalog", "current_schema", "current_schemas", "version", "nextval", "currval", "query", "query_table",
     "read_text", "read_blob", "read_csv", "read_csv_auto", "read_parquet", "parquet_scan", "read_json",
     "read_json_auto", "read_ndjson", "read_duckdb", "glob", "sniff_csv", "pg_sleep", "sleep", "sleep_ms",
     "json_execute_serialized_sql", "from_substrait", "which_secret", "write_log", "parse_duckdb_log_message",
     "add_parquet_key", "in_search_path", "checkpoint", "force_checkpoint", "txid_current", "error"}
)  # fmt: skip
_REFUSED_BEGINNINGS: Final = ("duckdb_", "pragma_", "pg_", "parquet_", "read_", "scan_", "iceberg_", "delta_",
                              "current_", "json_execute", "which_", "enable_", "disable_")  # fmt: skip
MOST_DEPTH: Final = 60


class SqlTable:
    """A table for statements."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection = connection
        self._hidden = str(path)
        connection.execute(f"CREATE VIEW data AS SELECT * FROM read_parquet({text(str(path))})")

    def close(self) -> None:
        """Give its memory back."""
        self._connection.close()

    def run(self, statement: str, limit: int, seconds: float) -> dict[str, Any]:
        """The rows of a statement, cut at `limit`. Raises `Refused`: `sql_refused`, `sql_error`, `query_timed_out`."""
        self._vet(statement)
        with limited(self._connection, seconds):
            try:
                found = self._connection.execute(statement)
                columns = [str(each[0]) for each in found.description or ()]
                rows = found.fetchmany(limit + 1)
            except (duckdb.InterruptException, duckdb.OutOfMemoryException):
                raise
            except duckdb.Error as error:
                raise Refused("sql_error", message=self._told(error)) from None
        kept = [[_plain(value) for value in row] for row in rows[:limit]]
        return {"columns": columns, "rows": kept, "total": len(kept), "is_cut": len(rows) > limit}

    def _told(self, error: Exception) -> str:
        return str(error).replace(self._hidden, "data").split("\n\n")[0][:500]

    def _vet(self, statement: str) -> None:
        """Raises `Refused` unless this is one SELECT that names nothing but the data."""
        try:
            statements = self._connection.extract_statements(statement)
        except duckdb.Error as error:
            raise Refused("sql_error", message=self._told(error)) from None
        if len(statements) != 1:
            raise Refused("sql_refused", why="one statement")
        if statements[0].type != duckdb.StatementType.SELECT:
            raise Refused("sql_refused", why="only SELECT")
        row = self._connection.execute("SELECT json_serialize_sql(?)", [statement]).fetchone()
        tree = json.loads(row[0]) if row else {"error": True}
        if tree.get("error"):
            # Statements that count as SELECT but are none: PRAGMA, SHOW, DESCRIBE, SUMMARIZE.
            raise Refused("sql_refused", why="only SELECT")
        nodes = list(_nodes(tree))
        names = {str(key) for node in nodes for key in _with_names(node)}
        for node in nodes:
            _vet_node(node, names)


def _nodes(tree: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > MOST_DEPTH * 6:
        raise Refused("sql_refused", why="depth")
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value, depth + 1)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value, depth + 1)


def _with_names(node: dict[str, Any]) -> list[Any]:
    found = node.get("cte_map")
    listed = found.get("map") if isinstance(found, dict) else None
    return [each.get("key") for each in listed] if isinstance(listed, list) else []


def _vet_node(node: dict[str, Any], names: set[str]) -> None:
    kind = node.get("type")
    if kind == "BASE_TABLE":
        name = str(node.get("table_name", ""))
        if (
            node.get("schema_name")
            or node.get("catalog_name")
            or (name.lower() != "data" and name not in names)
        ):
            raise Refused("sql_refused", why=f"table {name}"[:80])
    elif kind == "TABLE_FUNCTION":
        function = node.get("function") or {}
        name = str(function.get("function_name", "")).lower()
        if name not in TABLE_FUNCTIONS:
            raise Refused("sql_refused", why=f"function {name}"[:80])
    elif kind in {"SHOW_REF", "COLUMN_DATA", "DELIM_GET"}:
        raise Refused("sql_refused", why="only SELECT")
    if node.get("class") == "FUNCTION":
        name = str(node.get("function_name", "")).lower()
        if name in _REFUSED or name.startswith(_REFUSED_BEGINNINGS):
            raise Refused("sql_refused", why=f"function {name}"[:80])


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

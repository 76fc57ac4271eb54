"""The children of the pool: one entry for row queries, one for SQL. DuckDB is loaded here, behind the walls."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kencho.catalog.tables.guarded import Say
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows.statements import SqlTable
from kencho.catalog.tables.rows.table import Table, open_limited
from kencho.catalog.tables.schema import Schema

MOST_TABLES = 24
"""Tables that stay open; the one that was not asked for the longest goes first."""

MOST_BYTES = 500 * 1024 * 1024
"""How much the warm tables of one child may take together, by their own estimate."""

_tables: OrderedDict[str, Table] = OrderedDict()
_sql_tables: OrderedDict[str, SqlTable] = OrderedDict()


def rows(message: Mapping[str, Any], _say: Say) -> dict[str, Any]:
    """One question about rows."""
    digest, verb = str(message["digest"]), message["do"]
    if verb == "open":
        _tables[digest] = table = Table(_path(digest), Schema.from_data(message["schema"]), room=MOST_BYTES)
        dropped = _drop(_tables)
        if table.is_small:
            table.start_warming()
        return {"dropped": dropped, "is_warm": table.is_warm}
    table = _tables[digest]
    _tables.move_to_end(digest)
    if verb == "warm":
        table.wait_until_warm()
        return {"answer": None}
    table.asked += 1
    if table.asked == 2:
        # One that is looked at once is answered from its file; it is not worth loading.
        table.start_warming()
    with table.limited(float(message["seconds"])):
        return {"answer": _answered(table, verb, message)}


def _answered(table: Table, verb: str, message: Mapping[str, Any]) -> Any:
    match verb:
        case "rows":
            return table.page(message["query"], message["total"])
        case "count":
            return table.count(message["query"])
        case "facet":
            return table.facet(message["query"], message["column"], message["limit"])
        case "stats":
            return table.stats(message["column"])
        case "row":
            return table.row(int(message["number"]))
    raise Refused("crashed", during=str(verb))


def sql(message: Mapping[str, Any], _say: Say) -> dict[str, Any]:
    """One statement of a stranger."""
    digest = str(message["digest"])
    if message["do"] == "open":
        _sql_tables[digest] = SqlTable(open_limited(_path(digest)), _path(digest))
        return {"dropped": _drop(_sql_tables)}
    _sql_tables.move_to_end(digest)
    return {"answer": _sql_tables[digest].run(message["text"], message["limit"], float(message["seconds"]))}


def _path(digest: str) -> Path:
    return Path.cwd() / f"{digest}.parquet"


def _drop(tables: "OrderedDict[str, Any]") -> list[str]:
    """Close tables while there are too many; the newest stays."""
    dropped = []
    while len(tables) > 1 and (
        len(tables) > MOST_TABLES or sum(getattr(each, "bytes", 0) for each in tables.values()) > MOST_BYTES
    ):
        digest, table = tables.popitem(last=False)
        table.close()
        dropped.append(digest)
    return dropped

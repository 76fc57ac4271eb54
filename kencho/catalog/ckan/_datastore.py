"""Rows in the manner of CKAN's DataStore."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest

from kencho.catalog import asking
from kencho.catalog.ckan import _asked
from kencho.catalog.ckan._asked import Asked
from kencho.catalog.ckan._errors import Busy, Invalid, NotFound
from kencho.catalog.ckan._ids import number_of
from kencho.catalog.models import Dataset, Resource
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows import Filter, Page, Query
from kencho.catalog.wording import asking as wording

MOST_RECORDS: Final = 10_000
USUAL_RECORDS: Final = 100
TYPES: Final = {
    "string": "text",
    "integer": "int8",
    "number": "float8",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamp",
    "year": "int4",
}
_FROM: Final = re.compile(r'"([0-9a-fA-F-]{36})"')


def find_table(text: str) -> tuple[Resource, int]:
    """A table on show by the id of any of its resources. Raises NotFound."""
    found = number_of("resource", text)
    row = (
        Resource.objects.filter(pk=found[0], dataset__state=Dataset.State.PUBLISHED)
        .select_related("live__data__body", "dataset__body", "dataset__division")
        .first()
        if found
        else None
    )
    if row is None or found is None:
        raise NotFound("Not found")
    return row, found[1]


def _asked_of(asked: Asked) -> tuple[asking.Asked, str]:
    text = _asked.text(asked, "resource_id") or _asked.text(asked, "id")
    if not text:
        raise Invalid("resource_id", "Missing value")
    table, _form = find_table(text)
    if table.live is None:
        raise NotFound(f'Resource "{text[:40]}" was not found.')
    table.live.resource = table
    return asking.Asked(table.dataset, table, table.live), text


def _told(refused: Refused, name: str) -> Invalid | Busy:
    if wording.status_of(refused) == 503:
        return Busy(wording.sentence(refused))
    return Invalid(name, wording.sentence(refused))


def _query(asked: Asked, found: asking.Asked) -> Query:
    filters = [Filter(column, *_condition(value)) for column, value in _mapping(asked, "filters").items()]
    words = _asked.structure(asked, "q") or ""
    if isinstance(words, Mapping):
        filters += [Filter(str(column), "contains", str(value)) for column, value in words.items()]
        words = ""
    return Query(
        filters=tuple(_typed(each, found) for each in filters),
        search=str(words),
        sort=tuple(_sort(_asked.text(asked, "sort"))),
        limit=_asked.whole(asked, "limit", USUAL_RECORDS, MOST_RECORDS),
        offset=_asked.whole(asked, "offset", 0, 1 << 40),
        columns=tuple(_asked.names(asked, "fields")),
    )


def _mapping(asked: Asked, name: str) -> Mapping[str, Any]:
    value = _asked.structure(asked, name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Invalid(name, "Must be a JSON object")
    return value


def _condition(value: Any) -> tuple[str, Any]:
    if isinstance(value, list):
        return "in", tuple(value)
    return ("null", True) if value is None else ("eq", value)


def _typed(condition: Filter, found: asking.Asked) -> Filter:
    from kencho.catalog.tables.rows.query import typed_value

    column = found.schema.column(condition.column)
    if condition.op == "in":
        return Filter(condition.column, "in", tuple(typed_value(column, each) for each in condition.value))
    if condition.op == "eq":
        return Filter(condition.column, "eq", typed_value(column, condition.value))
    return condition


def _sort(text: str) -> list[tuple[str, bool]]:
    made = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _blank, way = part.rpartition(" ")
        is_way = way.lower() in {"asc", "desc"} and bool(name)
        column = (name if is_way else part).strip().strip('"')
        made.append((column, is_way and way.lower() == "desc"))
    return made


def datastore_search(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Rows with filters, words, order, limit and offset; ``_id`` is the number of the row."""
    found, text = _asked_of(asked)
    try:
        query = _query(asked, found)
        page = asking.rows(found, query)
    except Refused as refused:
        raise _told(refused, "filters") from refused
    return {
        "resource_id": text,
        "include_total": True,
        "records_format": "objects",
        "fields": [{"id": "_id", "type": "int"}, *fields_of(found, page.columns)],
        "records": _records(page),
        "total": page.total,
        "total_was_estimated": False,
        "limit": query.limit,
        "offset": query.offset,
        "_links": {
            "start": f"{request.path}?resource_id={text}",
            "next": f"{request.path}?resource_id={text}&offset={query.offset + query.limit}",
        },
    }


def _records(page: Page) -> list[dict[str, Any]]:
    numbers = page.numbers or range(1, len(page.rows) + 1)
    return [
        {"_id": number, **dict(zip(page.columns, row, strict=True))}
        for number, row in zip(numbers, page.rows, strict=True)
    ]


def fields_of(found: asking.Asked, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Columns with their types in PostgreSQL's words, and what is known of them."""
    known = {each.name: each for each in found.schema.columns}
    made = []
    for name in columns:
        column = known.get(name)
        info = {"label": column.title or name, "notes": column.description} if column else {}
        made.append({"id": name, "type": TYPES[column.type] if column else "text", "info": info})
    return made


def datastore_search_sql(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """One SELECT that names the table by the id of its resource."""
    statement = _asked.text(asked, "sql")
    ids = set(_FROM.findall(statement))
    if len(ids) != 1:
        raise Invalid("sql", 'The statement must name one resource, as in SELECT * FROM "<resource_id>"')
    text = ids.pop()
    found, _text = _asked_of({"resource_id": text})
    try:
        page = asking.sql(found, statement.replace(f'"{text}"', "data"), limit=MOST_RECORDS)
    except Refused as refused:
        raise _told(refused, "query") from refused
    return {
        "sql": statement,
        "fields": fields_of(found, page.columns),
        "records": [dict(zip(page.columns, row, strict=True)) for row in page.rows],
        "records_truncated": page.is_cut,
    }


def datastore_info(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """How many rows there are, and the columns."""
    found, text = _asked_of(asked)
    return {
        "meta": {
            "id": text,
            "count": found.version.rows,
            "table_type": "BASE TABLE",
            "size": found.version.data.size,
        },
        "fields": fields_of(found, found.schema.names),
    }

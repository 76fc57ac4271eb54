"""The OpenAPI document of one table: its columns as parameters, its rows as a schema."""

from typing import Any

from django.utils.translation import gettext as _

from kencho.catalog.asking import Asked
from kencho.catalog.tables.schema import Column

_TYPES = {"integer": "integer", "year": "integer", "number": "number", "boolean": "boolean"}
_FORMATS = {"date": "date", "datetime": "date-time"}
_ORDERED = ("lt", "lte", "gt", "gte")


def _schema_of(column: Column) -> dict[str, Any]:
    """JSON Schema 2020-12 of a value; an empty cell is null."""
    made: dict[str, Any] = {"type": [_TYPES.get(column.type, "string"), "null"]}
    if column.type in _FORMATS:
        made["format"] = _FORMATS[column.type]
    if column.title and column.title != column.name:
        made["title"] = column.title
    told = "、".join(part for part in (column.description, _unit(column)) if part)
    if told:
        made["description"] = told
    if column.enum:
        made["examples"] = list(column.enum)[:5]
    return made


def _unit(column: Column) -> str:
    return _("単位：%(unit)s") % {"unit": column.unit} if column.unit else ""


def _parameters(column: Column) -> list[dict[str, Any]]:
    kind = _TYPES.get(column.type, "string")
    ways = ["", "ne", "in", "null"]
    ways += ["contains", "starts"] if column.type == "string" else [*_ORDERED]
    made = []
    for way in ways:
        name = f"{column.name}__{way}" if way else column.name
        shown = "boolean" if way == "null" else "string" if way == "in" else kind
        made.append({"name": name, "in": "query", "required": False, "schema": {"type": shown}})
    return made


def _common() -> list[dict[str, Any]]:
    told = (
        ("_search", "string", _("どれかの列に含まれる言葉")),
        ("_sort", "string", _("並べる列。- を付けると大きい順")),
        ("_limit", "integer", _("行数")),
        ("_after", "string", _("前のページの next")),
        ("_columns", "string", _("返す列。コンマ区切り")),
        ("as_of", "string", _("この日に公開していた版")),
    )
    return [
        {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": kind}}
        for name, kind, text in told
    ]


def document_of(asked: Asked, server: str) -> dict[str, Any]:
    """OpenAPI 3.1; `server` is the absolute address of the table in the API."""
    dataset, columns = asked.dataset, asked.schema.columns
    parameters = [each for column in columns for each in _parameters(column)]
    problem = {"description": _("誤り（RFC 9457）"), "content": {"application/problem+json": {}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": dataset.title,
            "version": str(asked.version.number),
            "description": dataset.description,
            "license": {"name": str(dataset.get_license_display())},
        },
        "servers": [{"url": server}],
        "paths": {
            "/rows": {
                "get": {
                    "operationId": "rows",
                    "summary": _("行"),
                    "parameters": [*parameters, *_common()],
                    "responses": {
                        "200": {
                            "description": _("行の一ページ"),
                            "content": {
                                "application/json": {"schema": {"$ref": "#/components/schemas/Page"}}
                            },
                        },
                        "422": problem,
                    },
                }
            },
            "/sql": {
                "get": {
                    "operationId": "sql",
                    "summary": _("SQLで読む"),
                    "parameters": [
                        {
                            "name": "q",
                            "in": "query",
                            "required": True,
                            "schema": {"type": "string", "examples": ["SELECT count(*) AS n FROM data"]},
                        }
                    ],
                    "responses": {"200": {"description": _("答え")}, "422": problem},
                }
            },
        },
        "components": {
            "schemas": {
                "Row": {"type": "object", "properties": {each.name: _schema_of(each) for each in columns}},
                "Page": {
                    "type": "object",
                    "required": ["version", "total", "columns", "items", "next"],
                    "properties": {
                        "version": {"type": "integer"},
                        "total": {"type": "integer"},
                        "columns": {"type": "array", "items": {"type": "string"}},
                        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
                        "next": {"type": ["string", "null"]},
                    },
                },
            }
        },
    }

"""Rows of published tables: filters, search, exact counts, facets, statistics and SQL that only reads."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from kencho.catalog import asking, comparing, queries, services
from kencho.catalog.api._catalog import Code, Slug, found_or_404
from kencho.catalog.api._document import document_of
from kencho.catalog.api._schemas import DiffOut, FacetOut, RowOut, RowPage, SqlIn, SqlOut, StatsOut
from kencho.catalog.models import UsageDay
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows import default_pool
from kencho.catalog.wording import asking as wording
from kencho.foundation import clock
from kencho.foundation.api import Limit, json_answer, problems, refuse

READS = Limit("opendata", token=600, address=240)
SQLS = Limit("opendata-sql", token=60, address=30)
COMPARISONS = Limit("opendata-diff", token=60, address=30)
_TABLE = "/opendata/{body}/datasets/{code}/tables/{table}"
router = Router(tags=["オープンデータ"], throttle=READS)
Column = Annotated[str, Query(alias="_column", max_length=300, description="列の名前")]
AsOf = Annotated[
    str,
    Query(
        max_length=40, description="この日（またはこの時刻）に公開していた版を読む", examples=["2026-04-01"]
    ),
]
Version = Annotated[str, Query(alias="_version", max_length=9, description="この番号の版を読む")]
F = TypeVar("F", bound=Callable[..., Any])
# Beyond what `problems` documents everywhere: names that are not there.
STATUSES = problems(404)


def _told(operation: F) -> F:
    """Refusals of the tables as problem details."""

    @wraps(operation)
    def asked(*args: Any, **kwargs: Any) -> Any:
        try:
            return operation(*args, **kwargs)
        except Refused as refused:
            refuse(wording.status_of(refused), refused.code, wording.sentence(refused))

    return cast("F", asked)


def _found(body: str, code: str, table: str, as_of: str = "", version: str = "") -> asking.Asked:
    found = found_or_404(body, code, table, as_of=as_of, number=version)
    services.count_use(dataset=found.dataset, kind=UsageDay.Kind.API, day=clock.day_of(clock.now()))
    return found


def _query(request: HttpRequest, found: asking.Asked, *without: str) -> Any:
    pairs = [(name, value) for name, values in request.GET.lists() for value in values if name not in without]
    return asking.query_of(found, pairs)


@router.get(
    f"{_TABLE}/rows",
    auth=None,
    response={200: RowPage, **STATUSES},
    operation_id="list_rows",
    summary="表の行",
)
@_told
def list_rows(
    request: HttpRequest,
    response: HttpResponse,
    body: Slug,
    code: Code,
    table: Code,
    as_of: AsOf = "",
    version: Version = "",
    search: Annotated[
        str, Query(alias="_search", max_length=500, description="どれかの列に含まれる言葉")
    ] = "",
    sort: Annotated[
        str, Query(alias="_sort", max_length=500, description="並べる列。- を付けると大きい順")
    ] = "",
    limit: Annotated[int, Query(alias="_limit", ge=0, le=10_000)] = 100,
    after: Annotated[str, Query(alias="_after", max_length=10_000, description="前のページの `next`")] = "",
    columns: Annotated[
        str, Query(alias="_columns", max_length=5000, description="返す列。コンマ区切り")
    ] = "",
    shape: Annotated[str, Query(alias="_shape", pattern="^(objects|arrays)$")] = "objects",
) -> dict[str, Any]:
    """列の名前をそのまま条件にできます。`市区町村=津市`、`利用者数__gte=10`、`名称__contains=図書館` のように書きます。

    比べ方は eq・ne・lt・lte・gt・gte・contains・starts・in（コンマ区切り）・null です。数はいつも正確です。
    """
    found = _found(body, code, table, as_of, version)
    page = asking.rows(found, _query(request, found))
    response["X-Total-Count"] = str(page.total)
    items: list[Any] = page.rows
    if shape == "objects":
        items = [dict(zip(page.columns, row, strict=True)) for row in page.rows]
    return {
        "version": found.version.number,
        "total": page.total,
        "columns": list(page.columns),
        "items": items,
        "next": page.next_key or None,
    }


@router.get(
    f"{_TABLE}/rows/{{number}}",
    auth=None,
    response={200: RowOut, **STATUSES},
    operation_id="get_row",
    summary="表の一行",
)
@_told
def get_row(
    request: HttpRequest,
    body: Slug,
    code: Code,
    table: Code,
    number: Annotated[int, Path(ge=1, le=2**53)],
    as_of: AsOf = "",
    version: Version = "",
) -> dict[str, Any]:
    """行の番号（1から）で一行を返します。"""
    found = _found(body, code, table, as_of, version)
    values = default_pool().row(queries.table_of(found.version), number)
    return {"version": found.version.number, "number": number, "values": values}


@router.get(
    f"{_TABLE}/facets",
    auth=None,
    response={200: FacetOut, **STATUSES},
    operation_id="get_facet",
    summary="値ごとの行の数",
)
@_told
def get_facet(
    request: HttpRequest,
    body: Slug,
    code: Code,
    table: Code,
    column: Column,
    as_of: AsOf = "",
    version: Version = "",
    limit: Annotated[int, Query(alias="_limit", ge=1, le=1000)] = 50,
) -> dict[str, Any]:
    """一つの列の値ごとに、行の数を多い順に返します。行の条件も付けられます。"""
    found = _found(body, code, table, as_of, version)
    facet = asking.facet(found, column, _query(request, found, "_limit", "_column"), limit=limit)
    return {
        "version": found.version.number,
        "column": column,
        "values": [{"value": value, "count": count} for value, count in facet.values],
        "others": facet.others,
        "distinct": facet.distinct,
    }


@router.get(
    f"{_TABLE}/stats",
    auth=None,
    response={200: StatsOut, **STATUSES},
    operation_id="get_stats",
    summary="列の要約",
)
@_told
def get_stats(
    request: HttpRequest,
    body: Slug,
    code: Code,
    table: Code,
    column: Column,
    as_of: AsOf = "",
    version: Version = "",
) -> dict[str, Any]:
    """数・空欄・種類・最小・最大と、数の列では平均と分位数を返します。"""
    found = _found(body, code, table, as_of, version)
    stats = default_pool().stats(queries.table_of(found.version), column)
    return {"version": found.version.number, "column": column, "stats": stats}


def _sql(found: asking.Asked, text: str, limit: int) -> dict[str, Any]:
    page = asking.sql(found, text, limit=limit)
    return {
        "version": found.version.number,
        "columns": list(page.columns),
        "rows": page.rows,
        "is_cut": page.is_cut,
    }


@router.get(
    f"{_TABLE}/sql",
    auth=None,
    throttle=SQLS,
    response={200: SqlOut, **STATUSES},
    operation_id="run_sql",
    summary="SQLで読む",
)
@_told
def run_sql(
    request: HttpRequest,
    body: Slug,
    code: Code,
    table: Code,
    q: Annotated[str, Query(max_length=10_000, examples=["SELECT count(*) AS n FROM data"])],
    limit: Annotated[int, Query(alias="_limit", ge=1, le=10_000)] = 1000,
    as_of: AsOf = "",
    version: Version = "",
) -> dict[str, Any]:
    """表 `data` を読むSELECT文を一つ実行します。書込み・ファイル・通信はできず、時間とメモリーに上限があります。"""
    return _sql(_found(body, code, table, as_of, version), q, limit)


@router.post(
    f"{_TABLE}/sql",
    auth=None,
    throttle=SQLS,
    response={200: SqlOut, **STATUSES},
    operation_id="post_sql",
    summary="SQLで読む（長い文）",
)
@_told
def post_sql(
    request: HttpRequest,
    body: Slug,
    code: Code,
    table: Code,
    asked: SqlIn,
    as_of: AsOf = "",
    version: Version = "",
) -> dict[str, Any]:
    """`run_sql` と同じです。アドレスに入らない長さの文のためにあります。"""
    return _sql(_found(body, code, table, as_of, version), asked.q, asked.limit)


@router.get(
    f"{_TABLE}/diff",
    auth=None,
    throttle=COMPARISONS,
    response={200: DiffOut, **problems(404, 409)},
    operation_id="compare_versions",
    summary="二つの版の違い",
)
@_told
def compare_versions(
    request: HttpRequest,
    body: Slug,
    code: Code,
    table: Code,
    before: Annotated[str, Query(max_length=9, description="前の版の番号")],
    after: Annotated[str, Query(max_length=9, description="後の版の番号。省略すると公開中の版")] = "",
) -> dict[str, Any]:
    """増えた行、なくなった行、変わった行を、数と、はじめの1,000行で返します。"""
    old = _found(body, code, table, version=before)
    new = found_or_404(body, code, table, number=after)
    if (
        not comparing.is_small(old.version, new.version)
        and not comparing.kept(old.version, new.version).is_made
    ):
        refuse(
            409,
            "not_compared_yet",
            _(
                "大きい表の違いは、先に準備が要ります。データセットの「版の違い」のページを一度開いてください。"
            ),
        )
    return comparing.compare(old.version, new.version)


@router.get(
    f"{_TABLE}/openapi.json",
    auth=None,
    response={200: dict[str, Any], **STATUSES},
    operation_id="get_table_document",
    summary="この表のAPIの文書（OpenAPI 3.1）",
)
def get_table_document(request: HttpRequest, body: Slug, code: Code, table: Code) -> HttpResponse:
    """この表の列を条件に書いた、この表だけのOpenAPI文書を返します。"""
    found = found_or_404(body, code, table)
    return json_answer(
        document_of(
            found, request.build_absolute_uri(f"/api/v1/opendata/{body}/datasets/{code}/tables/{table}")
        )
    )

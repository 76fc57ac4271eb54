"""Finding datasets, and what is known of one."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router

from kencho.catalog import asking, queries
from kencho.catalog.api._schemas import DatasetOut, DatasetPage, VersionList
from kencho.catalog.api._shown import dataset_line, dataset_out, version_out
from kencho.catalog.models import Dataset
from kencho.catalog.wording.facets import facet_values
from kencho.foundation.api import Limit, problems

READS = Limit("opendata", token=600, address=240)
router = Router(tags=["オープンデータ"], throttle=READS)
Slug = Annotated[str, Field(max_length=60)]
Code = Annotated[str, Field(max_length=100)]
Choice = Annotated[str, Query(max_length=30)]


def public_or_404(body: str, code: str) -> Dataset:
    """A dataset whose page the public may open."""
    dataset = queries.public_dataset(body, code)
    if dataset is None:
        raise Http404
    return dataset


@router.get(
    "/opendata/datasets",
    auth=None,
    response={200: DatasetPage, **problems()},
    operation_id="search_datasets",
    summary="データセットをさがす",
)
def search_datasets(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200, description="さがす言葉。空白で区切ると、全部を含むもの")] = "",
    body: Choice = "",
    theme: Choice = "",
    license: Choice = "",
    frequency: Choice = "",
    format: Choice = "",
    keyword: Annotated[str, Query(max_length=100)] = "",
    sort: Annotated[str, Query(pattern="^(relevance|newest|title)$")] = "relevance",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """公開しているデータセットを、全団体からさがします。表記のゆれ（全角・半角、かな、異体字）は同じものとして扱います。"""
    wanted = queries.Wanted(
        words=q,
        body=body,
        theme=theme,
        license=license,
        frequency=frequency,
        format=format,
        keyword=keyword,
        order=sort,
    )
    first = (page - 1) * limit
    found = queries.search(wanted, first=first, most=limit)
    items = queries.datasets_in_order(found.ids)
    return {
        "total": found.total,
        "items": [dataset_line(request, row) for row in items],
        "facets": {
            name: [
                {"value": each.value, "label": str(each.label), "count": each.count}
                for each in facet_values(name, values)
            ]
            for name, values in found.facets.items()
        },
        "next": page + 1 if first + limit < found.total else None,
    }


@router.get(
    "/opendata/{body}/datasets/{code}",
    auth=None,
    response={200: DatasetOut, **problems(404)},
    operation_id="get_dataset",
    summary="データセット",
)
def get_dataset(request: HttpRequest, body: Slug, code: Code) -> dict[str, Any]:
    """データセットの説明と、その表、ファイルの場所を返します。"""
    return dataset_out(request, public_or_404(body, code))


@router.get(
    "/opendata/{body}/datasets/{code}/tables/{table}/versions",
    auth=None,
    response={200: VersionList, **problems(404)},
    operation_id="list_versions",
    summary="表の版の一覧",
)
def list_versions(request: HttpRequest, body: Slug, code: Code, table: Code) -> dict[str, Any]:
    """公開した版を、新しい順に返します。取り下げた版は、理由だけを返します。"""
    dataset = public_or_404(body, code)
    resource = queries.resource_of(dataset, table)
    if resource is None or dataset.state != Dataset.State.PUBLISHED:
        raise Http404
    return {"items": [version_out(each) for each in queries.versions_of(resource)]}


def found_or_404(body: str, code: str, table: str, *, as_of: str = "", number: str = "") -> asking.Asked:
    """The version asked for."""
    try:
        return asking.find(body, code, table, as_of=as_of, number=number)
    except asking.NotOnShow:
        raise Http404 from None

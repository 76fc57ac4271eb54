"""The catalogue's rows as the facts that the feeds write."""

from collections.abc import Iterable, Sequence

from django.db.models import Max, Min, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kencho.catalog import exports, queries
from kencho.catalog.feeds import CatalogFacts, DatasetFacts, FileFacts, PageFacts
from kencho.catalog.feeds.dcat import Publisher
from kencho.catalog.models import Dataset, License, Resource
from kencho.catalog.wording.licenses import LICENSE_URLS
from kencho.organization.models import Body

PAGE_SIZE = 100


def with_tables(rows: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """The tables of all in one query more."""
    tables = Resource.objects.select_related("live__data").order_by("position", "id")
    return rows.prefetch_related(Prefetch("resources", tables, to_attr="tables"))


def shown_tables(dataset: Dataset) -> list[Resource]:
    """Those of `with_tables` that have something to show."""
    found: Iterable[Resource] = getattr(dataset, "tables", ())
    return [each for each in found if each.live is not None or each.link]


def publisher_of(request: HttpRequest, body: Body) -> Publisher:
    """A body as publisher."""
    home = request.build_absolute_uri(reverse("portal:body_home", args=[body.slug]))
    return Publisher(f"{home}#body", body.name, home, body.kind == Body.Kind.PREFECTURE, body.code)


def dataset_facts(request: HttpRequest, row: Dataset) -> DatasetFacts:
    """A published dataset of `with_tables`."""
    page = request.build_absolute_uri(reverse("catalog:dataset_show", args=[row.body.slug, row.code]))
    tables = shown_tables(row)
    live = next((each for each in tables if each.live is not None), None)
    api = (
        request.build_absolute_uri(f"/api/v1/opendata/{row.body.slug}/datasets/{row.code}/tables/{live.code}")
        if live
        else ""
    )
    return DatasetFacts(
        uri=f"{page}#dataset",
        page=page,
        identifier=f"{row.body.code}/{row.code}",
        title=row.title,
        description=row.description,
        publisher=publisher_of(request, row.body),
        contact_name=" ".join(
            each for each in (row.body.name, row.division.name if row.division else "") if each
        ),
        contact_url=request.build_absolute_uri(
            reverse("catalog:feedback_create", args=[row.body.slug, row.code])
        ),
        theme=row.theme,
        theme_label=str(row.get_theme_display()),
        frequency=row.frequency,
        keywords=tuple(row.keywords),
        issued=row.published_at,
        modified=row.modified_at,
        covers_from=row.covers_from,
        covers_to=row.covers_to,
        version=str(live.live.number) if live and live.live else "",
        files=tuple(each for table in tables for each in _files(request, row, table, page)),
        api_url=api,
        api_document=f"{api}/openapi.json" if api else "",
        source_page=row.external_url,
    )


def _files(request: HttpRequest, dataset: Dataset, table: Resource, page: str) -> list[FileFacts]:
    license_url = LICENSE_URLS.get(dataset.license, "")
    version = table.live
    if version is None:
        return [
            FileFacts(
                uri=f"{page}#table-{table.code}",
                title=table.title or dataset.title,
                access_url=table.link,
                format=table.format,
                license_url=license_url,
            )
        ]
    made = []
    for form in exports.forms_of(version):
        url = request.build_absolute_uri(
            reverse("catalog:table_file", args=[dataset.body.slug, dataset.code, table.code, form.file_name])
        )
        is_parquet = form.code == "parquet"
        made.append(
            FileFacts(
                uri=f"{url}#file",
                title=form.label,
                access_url=page,
                download_url=url,
                format=form.short,
                media_type=form.media_type,
                license_url=license_url,
                sha256=version.data.digest if is_parquet else "",
                size=version.data.size if is_parquet else None,
                modified=version.published_at,
            )
        )
    return made


def catalog_facts(request: HttpRequest, ending: str, number: int) -> CatalogFacts | None:
    """A page of the catalogue, from 1; None past the last one."""
    rows = queries.published().order_by("id")
    totals = rows.aggregate(first=Min("published_at"), last=Max("modified_at"))
    total = rows.count()
    last = max(1, -(-total // PAGE_SIZE))
    if not 1 <= number <= last:
        return None
    shown = with_tables(rows)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    home = request.build_absolute_uri(reverse("catalog:opendata_search"))
    feed = request.build_absolute_uri(reverse("catalog:feed_catalog", args=[ending]))

    def at(wanted: int) -> str:
        return f"{feed}?page={wanted}"

    page = PageFacts(
        uri=at(number),
        first=at(1),
        last=at(last),
        next=at(number + 1) if number < last else "",
        previous=at(number - 1) if number > 1 else "",
        total=total,
    )
    return CatalogFacts(
        uri=f"{home}#catalog",
        title=_("オープンデータ カタログ"),
        description=_("県と市町が公開しているデータの目録です。"),
        homepage=home,
        publisher=publisher_of(request, _keeper()),
        license_url=LICENSE_URLS[License.CC_BY_4],
        issued=totals["first"],
        modified=totals["last"],
        page=page,
        datasets=facts_of_all(request, shown),
    )


def facts_of_all(request: HttpRequest, rows: Iterable[Dataset]) -> Sequence[DatasetFacts]:
    """Several datasets of `with_tables`."""
    return tuple(dataset_facts(request, row) for row in rows)


def _keeper() -> Body:
    """Who keeps the catalogue: the prefecture, or in an installation without one its first body."""
    found = Body.objects.filter(kind=Body.Kind.PREFECTURE).first() or Body.objects.first()
    if found is None:
        raise Body.DoesNotExist
    return found

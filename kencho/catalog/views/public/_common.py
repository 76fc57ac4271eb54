"""What the public pages share: the way to a page, the version that is meant, links that keep what was chosen."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kencho.catalog import asking, queries, services
from kencho.catalog.models import Dataset, UsageDay
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.wording import asking as wording
from kencho.foundation import clock
from kencho.foundation.ui import Crumb, Tab
from kencho.organization.models import Body

V = TypeVar("V", bound=Callable[..., Any])


def crumbs(body: Body | None, *more: Crumb) -> list[Crumb]:
    """Home › オープンデータ › the body › …; the last one is the page itself."""
    way = [Crumb(_("ホーム"), "/"), Crumb(_("オープンデータ"), reverse("catalog:opendata_search"))]
    if body is not None:
        way.append(Crumb(body.name, reverse("catalog:body_search", args=[body.slug])))
    way += more
    return [*way[:-1], Crumb(way[-1].label)]


def dataset_crumb(dataset: Dataset) -> Crumb:
    """The page of a dataset as a step of the way."""
    return Crumb(dataset.title, reverse("catalog:dataset_show", args=[dataset.body.slug, dataset.code]))


def dataset_or_404(body: str, code: str) -> Dataset:
    """A dataset whose page the public may open, also a withdrawn one."""
    dataset = queries.public_dataset(body, code)
    if dataset is None:
        raise Http404
    return dataset


def asked_or_404(request: HttpRequest, body: str, code: str, table: str) -> asking.Asked:
    """The version that the address means by ``as_of`` or ``_version``, else the live one."""
    try:
        return asking.find(
            body,
            code,
            table,
            as_of=request.GET.get("as_of", "")[:40],
            number=request.GET.get("_version", ""),
        )
    except asking.NotOnShow:
        raise Http404 from None


def told(view: V) -> V:
    """A question that cannot be answered gives a page that says why and what to do."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return cast("HttpResponse", view(request, *args, **kwargs))
        except Refused as refused:
            status = wording.status_of(refused)
            answer = render(
                request,
                "catalog/public/refused.html",
                {
                    "sentence": wording.sentence(refused),
                    "back": request.path,
                    "breadcrumbs": crumbs(None, Crumb(_("答えられません"))),
                },
                status=400 if status == 422 else status,
            )
            if status == 503:
                answer["Retry-After"] = "5"
            return answer

    return cast("V", shown)


def count(dataset: Dataset, kind: UsageDay.Kind) -> None:
    """Count one use today."""
    services.count_use(dataset=dataset, kind=kind, day=clock.day_of(clock.now()))


def kept_of(request: HttpRequest) -> dict[str, str]:
    """The parameters that say which version is read; every link within the table carries them on."""
    return {name: request.GET[name] for name in ("as_of", "_version") if request.GET.get(name)}


def with_query(url: str, pairs: Iterable[tuple[str, str]] | dict[str, str]) -> str:
    """The address with parameters, if there are any."""
    query = urlencode(list(pairs.items()) if isinstance(pairs, dict) else list(pairs))
    return f"{url}?{query}" if query else url


def table_tabs(request: HttpRequest, asked: asking.Asked, current: str) -> list[Tab]:
    """表 | グラフ | 地図 | 版: ways to look at one table; the map only where there are coordinates."""
    from kencho.catalog import exports

    names = [("table_show", _("表")), ("table_chart", _("グラフ"))]
    if exports.coordinates_of(asked.version):
        names.append(("table_map", _("地図")))
    names.append(("table_versions", _("版")))
    place = place_of(asked)
    return [
        Tab(
            text,
            with_query(reverse(f"catalog:{name}", args=place), kept_of(request)),
            current=name == current,
        )
        for name, text in names
    ]


def place_of(asked: asking.Asked) -> list[str]:
    """The names by which addresses say which table."""
    return [asked.dataset.body.slug, asked.dataset.code, asked.resource.code]


def table_title(asked: asking.Asked) -> str:
    """Of the only table the name of the dataset, of one of several its own too."""
    if asked.resource.title in ("", asked.dataset.title):
        return asked.dataset.title
    return f"{asked.dataset.title} {asked.resource.title}"


def page_context(request: HttpRequest, asked: asking.Asked, current: str, label: str) -> dict[str, Any]:
    """What every page of a table has."""
    return {
        "body": asked.dataset.body,
        "dataset": asked.dataset,
        "resource": asked.resource,
        "version": asked.version,
        "is_live": asked.is_live,
        "title": table_title(asked),
        "tabs": table_tabs(request, asked, current),
        "kept": kept_of(request),
        "breadcrumbs": crumbs(asked.dataset.body, dataset_crumb(asked.dataset), Crumb(label)),
    }

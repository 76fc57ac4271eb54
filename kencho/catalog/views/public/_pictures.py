"""A table as a chart and, where it has coordinates, as a map."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.catalog import asking, exports
from kencho.catalog.models import UsageDay
from kencho.catalog.pictures import Bar, Picture, Place, bars_chart, points_map, years_chart
from kencho.catalog.tables.rows import Filter
from kencho.catalog.tables.schema import Column
from kencho.catalog.views.public._common import asked_or_404, count, page_context, told
from kencho.catalog.views.public._table import text_of
from kencho.foundation.access import public
from kencho.foundation.ui import Cell, Row, Table
from kencho.foundation.ui import Column as Heading

MOST_BARS = 15
MOST_YEARS = 40
MOST_POINTS = 2000
MOST_LISTED = 200
CELLS = 40
"""Cells in each direction into which many places are gathered."""
HOWS = {"sum": "sum", "mean": "avg", "max": "max", "min": "min"}
NAMES = ("名称", "施設名", "name", "名前", "タイトル")


def _how_words() -> dict[str, str]:
    return {"sum": _("合計"), "mean": _("平均"), "max": _("最大"), "min": _("最小")}


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _labels(asked: asking.Asked) -> list[Column]:
    return [each for each in asked.schema.columns if each.type != "number"]


def _numbers(asked: asking.Asked) -> list[Column]:
    return [each for each in asked.schema.columns if each.type in {"integer", "number"}]


def first_label(asked: asking.Asked) -> Column:
    """What makes a sensible first picture: a choice, a place, a time; an id never."""
    columns = _labels(asked)
    best = [each for each in columns if each.enum] or [
        each for each in columns if each.name in {"市区町村", "市町", "年度", "年", "種別", "区分", "分類"}
    ]
    times = [each for each in columns if each.type in {"year", "date"}]
    others = [each for each in columns if not each.unique]
    return (best or times or others or columns)[0]


def chart_of(asked: asking.Asked, by: Column, of: Column | None, how: str) -> Picture:
    """Counted, or summed up, by a column; times from left to right, everything else by size. Raises Refused."""
    is_time = by.type in {"year", "date", "datetime"}
    key = f"year({quoted(by.name)})" if by.type in {"date", "datetime"} else quoted(by.name)
    value = f"{HOWS[how]}({quoted(of.name)})" if of else "count(*)"
    order, most = ("1 DESC", MOST_YEARS) if is_time else ("2 DESC NULLS LAST, 1", MOST_BARS)
    statement = (
        f"SELECT {key} AS k, {value} AS v FROM data WHERE {quoted(by.name)} IS NOT NULL "  # noqa: S608  # names are quoted, and the worker only reads
        f"GROUP BY 1 ORDER BY {order} LIMIT {most}"
    )
    page = asking.sql(asked, statement, limit=most)
    bars = [Bar(text_of(key), _decimal(value)) for key, value in page.rows]
    measure = f"{of.title or of.name}（{_how_words()[how]}）" if of else _("件数")
    name = by.title or by.name
    title = _("%(name)sごとの%(measure)s") % {"name": name, "measure": measure}
    if is_time:
        return years_chart("chart", title, name, measure, bars[::-1])
    return bars_chart("chart", title, name, measure, bars)


def _decimal(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        made = Decimal(str(round(value, 4) if isinstance(value, float) else value))
    except (InvalidOperation, ValueError):
        return None
    return made if made.is_finite() else None


@public("chart of a published table")
@require_safe
@told
def table_chart(request: HttpRequest, body: str, code: str, table: str) -> HttpResponse:
    """グラフ: by which column, of what."""
    asked = asked_or_404(request, body, code, table)
    count(asked.dataset, UsageDay.Kind.PAGE)
    labels, numbers = _labels(asked), _numbers(asked)
    context = page_context(request, asked, "table_chart", _("グラフ"))
    if labels:
        chosen = {each.name: each for each in labels}
        by = chosen.get(request.GET.get("by", "")) or first_label(asked)
        of = next((each for each in numbers if each.name == request.GET.get("of", "")), None)
        how = request.GET.get("how", "")
        how = how if how in HOWS else "sum"
        context |= {"picture": chart_of(asked, by, of, how), "by": by, "of": of, "how": how}
    return render(
        request,
        "catalog/public/table_chart.html",
        {**context, "labels": labels, "numbers": numbers, "hows": _how_words().items()},
    )


def _name_column(asked: asking.Asked) -> Column:
    columns = asked.schema.columns
    named = [each for name in NAMES for each in columns if each.name == name]
    texts = [each for each in columns if each.type == "string" and not each.unique]
    return (named or texts or list(columns))[0]


def _gathered(asked: asking.Asked, latitude: str, longitude: str) -> list[Place]:
    """Many places drawn as circles in a net of cells: how many lie in each. Raises Refused."""
    lat, lon = quoted(latitude), quoted(longitude)
    statement = (
        f"WITH p AS (SELECT {lat} AS a, {lon} AS o FROM data WHERE {lat} BETWEEN -85 AND 85 AND {lon} BETWEEN -180 AND 180), "  # noqa: S608  # names are quoted, and the worker only reads
        "b AS (SELECT min(a) AS a0, max(a) AS a1, min(o) AS o0, max(o) AS o1 FROM p) "
        "SELECT avg(a), avg(o), count(*) FROM p, b "
        f"GROUP BY floor((a - a0) / greatest((a1 - a0) / {CELLS}, 1e-9)), floor((o - o0) / greatest((o1 - o0) / {CELLS}, 1e-9))"
    )
    page = asking.sql(asked, statement, limit=(CELLS + 1) ** 2)
    return [Place(_("%(n)s地点") % {"n": f"{n:,}"}, a, o, n) for a, o, n in page.rows]


@public("map of a published table")
@require_safe
@told
def table_map(request: HttpRequest, body: str, code: str, table: str) -> HttpResponse:
    """地図: the places of the rows that are asked for."""
    asked = asked_or_404(request, body, code, table)
    places = exports.coordinates_of(asked.version)
    if places is None:
        raise Http404
    count(asked.dataset, UsageDay.Kind.PAGE)
    latitude, longitude = places
    name = _name_column(asked)
    given = [
        (key, str(value))
        for key, value in request.GET.items()
        if key not in {"_limit", "_offset", "_after", "_columns"}
    ]
    wanted = [("_columns", f"{name.name},{latitude},{longitude}"), ("_limit", str(MOST_POINTS))]
    query = asking.query_of(asked, [*given, *wanted], blanks=True)
    has_conditions = bool(query.filters or query.search)
    known = (Filter(latitude, "null", False), Filter(longitude, "null", False))
    page = asking.rows(asked, _with(query, known))
    points = [Place(text_of(row[0]), float(row[1]), float(row[2])) for row in page.rows]
    is_gathered = page.total > MOST_POINTS and not has_conditions
    drawn = _gathered(asked, latitude, longitude) if is_gathered else points
    title = _("%(title)sの地図") % {"title": asked.dataset.title}
    return render(
        request,
        "catalog/public/table_map.html",
        {
            **page_context(request, asked, "table_map", _("地図")),
            "map": points_map("map", title, drawn),
            "total": page.total,
            "shown": len(points),
            "is_gathered": is_gathered,
            "is_cut": page.total > len(points) and not is_gathered,
            "has_conditions": has_conditions,
            "table": _listed(name, points[:MOST_LISTED], title),
            "listed": min(len(points), MOST_LISTED),
        },
    )


def _with(query: Any, filters: tuple[Filter, ...]) -> Any:
    from dataclasses import replace

    return replace(query, filters=(*query.filters, *filters))


def _listed(name: Column, points: list[Place], title: str) -> Table:
    rows = [
        Row([Cell(each.name), Cell(f"{each.latitude:.6g}"), Cell(f"{each.longitude:.7g}")]) for each in points
    ]
    columns = [
        Heading(name.title or name.name),
        Heading(_("緯度"), number=True),
        Heading(_("経度"), number=True),
    ]
    return Table(title, columns, rows, hide_caption=True)

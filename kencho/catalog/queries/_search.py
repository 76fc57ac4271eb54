"""Search over what is published: every word must stand in the text; facets count the same set."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from kencho.catalog.models import Dataset, Resource
from kencho.foundation.text import fold
from kencho.organization.models import Body

FACETS = ("body", "theme", "format", "license", "frequency")
OWN_FORMATS = ("API", "CSV", "XLSX", "JSON", "Parquet")
"""What every table that is kept here can be had in."""
MOST_WORDS = 10
MOST_FOUND = 1_000_000
_COLUMNS = ("id", "body_id", "theme", "license", "frequency", "source_id", "modified_at")
# Each branch gives a part of the answer, a value, and a count (of an id: its place). Values that are counted together
# are parted by a bar: to group thousands of rows twice is quicker than five times, and few groups are left of them.
_STATEMENT = """
WITH found (id, body_id, theme, license, frequency, source_id, modified_at, rank) AS MATERIALIZED ({inner})
SELECT 'id', CAST(id AS text), row_number() OVER (ORDER BY {order}) FROM (
  SELECT id, modified_at, rank FROM found ORDER BY {order} LIMIT %s OFFSET %s
) AS page
UNION ALL SELECT 'choices', theme || '|' || license || '|' || frequency, count(*) FROM found
  GROUP BY theme, license, frequency
UNION ALL SELECT 'body', CAST(body_id AS text) || CASE WHEN source_id IS NULL THEN '|own' ELSE '|' END, count(*)
  FROM found GROUP BY 2
UNION ALL SELECT 'format', upper(format), count(DISTINCT dataset_id) FROM catalog_resource
  JOIN found ON found.id = dataset_id WHERE source_id IS NOT NULL AND format <> '' GROUP BY 2
"""
_BEST = "rank DESC, modified_at DESC, id DESC"
_BY_TITLE = "rank, id"


@dataclass(frozen=True)
class Wanted:
    """What is looked for. Empty fields do not narrow; `body` is its name in addresses, the others are codes."""

    words: str = ""
    body: str = ""
    theme: str = ""
    license: str = ""
    frequency: str = ""
    format: str = ""
    keyword: str = ""
    order: str = "relevance"

    @property
    def folded(self) -> list[str]:
        """The words as they stand in the text that is searched."""
        return [word for word in map(fold, self.words.split()) if word][:MOST_WORDS]


@dataclass(frozen=True)
class Found:
    """The ids of one page in order, how many were found in all, and how many by facet and value."""

    ids: Sequence[int] = ()
    total: int = 0
    facets: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)


def search_text_of(dataset: Dataset) -> str:
    """Everything a dataset may be found by, folded so that spellings of one word meet (表記ゆれ)."""
    parts = [dataset.title, dataset.description, *dataset.keywords, dataset.body.name, dataset.body.name_en]
    parts += [str(dataset.get_theme_display()), dataset.code]
    if dataset.division is not None:
        parts.append(dataset.division.name)
    if dataset.pk is not None:
        for title, description, schema in dataset.resources.values_list(
            "title", "description", "live__schema"
        ):
            parts += [title, description]
            parts += [each.get("name", "") for each in (schema or {}).get("fields", ())]
    return "\n".join(fold(part) for part in parts if part)


def search(wanted: Wanted, *, first: int = 0, most: int = MOST_FOUND) -> Found:
    """Published datasets that hold every word, best first: words in the title count before newness.

    `first` and `most` say which part of the ids is wanted; the counts are exact and of all. The texts are read once:
    whatever is counted or ordered is taken from what that reading found, and only the answer leaves the database.
    """
    words = wanted.folded
    rows = _narrowed(Dataset.objects.filter(state=Dataset.State.PUBLISHED), wanted, words)
    rank, order = (_rank(words) if wanted.order == "relevance" else Value(0)), _BEST
    if wanted.order == "title":
        rank, order = F("title"), _BY_TITLE
    try:
        inner, values = (
            rows.order_by().annotate(rank=rank).values_list(*_COLUMNS, "rank").query.sql_with_params()
        )
    except EmptyResultSet:
        return Found()
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.format(inner=inner, order=order), (*values, most, first))
        told: list[tuple[str, str, int]] = cursor.fetchall()
    parts: dict[str, list[tuple[str, int]]] = {}
    for part, value, count in told:
        parts.setdefault(part, []).append((value, count))
    return _found(parts)


def _body_of(value: str, count: int) -> tuple[int, bool, int]:
    """The body, whether the datasets are its own here or were collected, and how many."""
    pk, _bar, own = value.partition("|")
    return int(pk), bool(own), count


def _found(parts: Mapping[str, list[tuple[str, int]]]) -> Found:
    ids = [int(value) for value, _place in sorted(parts.get("id", ()), key=lambda pair: pair[1])]
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for values, n in parts.get("choices", ()):
        for name, value in zip(("theme", "license", "frequency"), values.split("|"), strict=True):
            counts[name][value] += n
    bodies = [_body_of(value, n) for value, n in parts.get("body", ())]
    slugs = dict(Body.objects.filter(pk__in={pk for pk, _own, _n in bodies}).values_list("pk", "slug"))
    for pk, _own, n in bodies:
        counts["body"][slugs[pk]] += n
    known = {each.upper(): each for each in OWN_FORMATS}
    kept_here = sum(n for _pk, is_own, n in bodies if is_own)
    if kept_here:
        # A table that is kept here can be had in all our formats.
        counts["format"].update(dict.fromkeys(OWN_FORMATS, kept_here))
    for kind, n in parts.get("format", ()):
        counts["format"][known.get(kind, kind)] += n
    total = sum(n for _pk, _own, n in bodies)
    return Found(ids, total, {name: counts[name].most_common() for name in FACETS})


def _rank(words: Sequence[str]) -> Combinable:
    """How many words stand in the title, which is the first line of the text; a title that is just them is first."""
    end = StrIndex("search_text", Value("\n"))
    hits: Combinable = Value(0)
    for word in words:
        hits += Case(When(GreaterThan(end, StrIndex("search_text", Value(word))), then=2), default=0)
    is_whole = When(search_text__startswith=" ".join(words) + "\n", then=1)
    return hits + Case(is_whole, default=0)


def _narrowed(rows: QuerySet[Dataset], wanted: Wanted, words: Sequence[str]) -> QuerySet[Dataset]:
    for word in words:
        rows = rows.filter(search_text__contains=word)
    for name, value in (
        ("body__slug", wanted.body),
        ("theme", wanted.theme),
        ("license", wanted.license),
        ("frequency", wanted.frequency),
    ):
        if value:
            rows = rows.filter(**{name: value})
    if wanted.format:
        linked = Resource.objects.filter(format__iexact=wanted.format).values("dataset")
        own = Q(source__isnull=True) if wanted.format in OWN_FORMATS else Q(pk__in=())
        rows = rows.filter(own | Q(pk__in=linked))
    if wanted.keyword:
        rows = rows.filter(search_text__contains=fold(wanted.keyword))
    return rows


def datasets_in_order(ids: Iterable[int]) -> list[Dataset]:
    """The rows of one page of ids, in their order."""
    wanted = list(ids)
    rows = Dataset.objects.select_related("body", "division", "source").in_bulk(wanted)
    return [rows[pk] for pk in wanted if pk in rows]

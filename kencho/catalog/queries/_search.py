"""Search over what is published: every word must stand in the text; facets count the same set."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact, GreaterThan

from kencho.catalog.models import Dataset, Resource
from kencho.foundation.text import fold
from kencho.organization.models import Body

FACETS = ("body", "theme", "format", "license", "frequency")
OWN_FORMATS = ("API", "CSV", "XLSX", "JSON", "Parquet")
"""What every table that is kept here can be had in."""
MOST_WORDS = 10
_COLUMNS = ("id", "body_id", "theme", "license", "frequency", "source_id")


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
    """All ids in order, and how many of them there are by facet and value."""

    ids: Sequence[int]
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many were found, exactly."""
        return len(self.ids)


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


def search(wanted: Wanted) -> Found:
    """Published datasets that hold every word, best first: words in the title count before newness."""
    words = wanted.folded
    rows = _narrowed(Dataset.objects.filter(state=Dataset.State.PUBLISHED), wanted, words)
    is_ranked = bool(words) and wanted.order == "relevance"
    columns = [*_COLUMNS, "rank"] if is_ranked else list(_COLUMNS)
    if is_ranked:
        rows = rows.annotate(rank=_rank(words))
    order = ("title", "id") if wanted.order == "title" else ("-modified_at", "-id")
    found = _fetched(rows.order_by(*order).values_list(*columns))
    if is_ranked:
        # The database reads the newest first from its index; sorting by rank there would cost more than finding.
        found.sort(key=lambda row: -row[6])
    if not found:
        return Found([], {name: [] for name in FACETS})
    ids, bodies, themes, licenses, frequencies = list(zip(*found, strict=True))[:5]
    slugs = dict(Body.objects.filter(pk__in=set(bodies)).values_list("pk", "slug"))
    valued = {
        "body": [slugs[pk] for pk in bodies],
        "theme": themes,
        "license": licenses,
        "frequency": frequencies,
    }
    facets = {name: Counter(values).most_common() for name, values in valued.items()}
    facets["format"] = _formats(found)
    return Found(ids, {name: facets[name] for name in FACETS})


def _fetched(rows: QuerySet[Dataset, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The plain rows of the columns: of thousands of finds, making Django's rows would take longer than finding them."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _rank(words: Sequence[str]) -> Combinable:
    """How many words stand in the title, which is the first line of the text; a title that is just them is first."""
    end = StrIndex("search_text", Value("\n"))
    hits: Combinable = Value(0)
    for word in words:
        hits += Case(When(GreaterThan(end, StrIndex("search_text", Value(word))), then=2), default=0)
    whole = StrIndex("search_text", Value(" ".join(words) + "\n"))
    return hits + Case(When(Exact(whole, 1), then=1), default=0)


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


def _formats(found: Sequence[tuple[object, ...]]) -> list[tuple[str, int]]:
    """Own tables can be had in all our formats; of collected ones each format is counted once for a dataset."""
    own = sum(row[5] is None for row in found)
    counts = Counter(dict.fromkeys(OWN_FORMATS, own) if own else {})
    collected = {row[0] for row in found if row[5] is not None}
    if collected:
        pairs = (
            Resource.objects.filter(dataset__source__isnull=False, dataset__state=Dataset.State.PUBLISHED)
            .exclude(format="")
            .values_list("dataset_id", "format")
            .distinct()
        )
        known = {each.upper(): each for each in OWN_FORMATS}
        seen = {(pk, known.get(kind.upper(), kind.upper())) for pk, kind in pairs if pk in collected}
        counts.update(kind for _pk, kind in seen)
    return counts.most_common()


def datasets_in_order(ids: Iterable[int]) -> list[Dataset]:
    """The rows of one page of ids, in their order."""
    wanted = list(ids)
    rows = Dataset.objects.select_related("body", "division", "source").in_bulk(wanted)
    return [rows[pk] for pk in wanted if pk in rows]

"""From names in an address to the version that is meant, and what is asked of it; the pages and the API share this."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kencho.catalog import queries
from kencho.catalog.models import Dataset, Resource, ResourceVersion
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows import Facet, Page, Query, default_pool, query_from
from kencho.catalog.tables.schema import Schema
from kencho.foundation.clock import JST

OURS = frozenset({"as_of", "_version", "_shape", "_facet", "language"})
"""Parameters of addresses that are no conditions on columns; a column of such a name is asked for as ``name__eq``."""


class NotOnShow(LookupError):
    """There is no such dataset, table or version for the public."""


@dataclass(frozen=True)
class Asked:
    """A published version of a table, and whether it is the one on show now."""

    dataset: Dataset
    resource: Resource
    version: ResourceVersion

    @property
    def is_live(self) -> bool:
        """Whether it is what is read without naming a moment."""
        return self.resource.live_id == self.version.pk

    @property
    def schema(self) -> Schema:
        """Its columns."""
        return Schema.from_data(self.version.schema)


def moment_of(text: str) -> datetime:
    """A day (its end, in Japan) or an instant; without an offset it is meant in Japan. Raises Refused."""
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), tzinfo=JST)
        made = datetime.fromisoformat(text)
        return made if made.tzinfo else made.replace(tzinfo=JST)
    except (ValueError, OverflowError):
        raise Refused("bad_moment") from None


def find(slug: str, code: str, table: str, *, as_of: str = "", number: str = "") -> Asked:
    """The version meant: the live one, that of a moment, or that of a number. Raises NotOnShow and Refused."""
    dataset = queries.public_dataset(slug, code)
    if dataset is None or dataset.state != Dataset.State.PUBLISHED:
        raise NotOnShow(code)
    resource = queries.resource_of(dataset, table)
    if resource is None:
        raise NotOnShow(table)
    version = _version(resource, as_of, number)
    if version is None:
        raise NotOnShow(table)
    # What hangs together is read once; nobody below asks the database for it again.
    resource.dataset = dataset
    version.resource = resource
    return Asked(dataset, resource, version)


def _version(resource: Resource, as_of: str, number: str) -> ResourceVersion | None:
    if number:
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise Refused("bad_value", column="_version", value=number[:80])
        return queries.version_numbered(resource, int(number))
    if as_of:
        return queries.version_as_of(resource, moment_of(as_of))
    return resource.live


def query_of(asked: Asked, pairs: Iterable[tuple[str, str]], *, blanks: bool = False) -> Query:
    """What the parameters ask for; with `blanks`, empty fields of a form are no conditions. Raises Refused."""
    kept = [
        (name, value)
        for name, value in pairs
        if name not in OURS and (value != "" or (not blanks and not name.startswith("_")))
    ]
    return query_from(kept, asked.schema)


def rows(asked: Asked, query: Query) -> Page:
    """One page of rows with the exact count. Raises Refused."""
    return default_pool().rows(queries.table_of(asked.version), query)


def facet(asked: Asked, column: str, query: Query, *, limit: int = 50) -> Facet:
    """How often each value occurs. Raises Refused."""
    return default_pool().facet(queries.table_of(asked.version), column, query, limit=limit)


def sql(asked: Asked, text: str, *, limit: int = 1000) -> Page:
    """The answer to a SELECT over ``data``. Raises Refused."""
    return default_pool().sql(queries.table_of(asked.version), text, limit=limit)

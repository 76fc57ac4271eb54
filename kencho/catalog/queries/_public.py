"""What the public may read: published datasets, their live tables, and versions as of a moment."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models import Q, QuerySet

from kencho.catalog.models import Dataset, Resource, ResourceVersion
from kencho.catalog.tables.schema import Schema
from kencho.files import store
from kencho.organization.models import Body

if TYPE_CHECKING:
    from kencho.catalog.tables.rows import TableRef

State = ResourceVersion.State
SHOWN = (State.LIVE, State.SUPERSEDED)
"""Versions whose data is handed out."""


def published(body: Body | None = None) -> QuerySet[Dataset]:
    """Published datasets, of one body or of all, newest first."""
    rows = Dataset.objects.filter(state=Dataset.State.PUBLISHED).select_related("body", "division", "source")
    return (rows if body is None else rows.filter(body=body)).order_by("-modified_at", "-id")


def dataset_by_code(body: Body, code: str) -> Dataset | None:
    """A dataset whose page the public may open: published, or withdrawn with its reason."""
    return (
        Dataset.objects.filter(
            body=body, code=code, state__in=(Dataset.State.PUBLISHED, Dataset.State.WITHDRAWN)
        )
        .select_related("body", "division", "post", "source")
        .first()
    )


def public_dataset(slug: str, code: str) -> Dataset | None:
    """`dataset_by_code` by the name of the body in addresses, in one query."""
    return (
        Dataset.objects.filter(
            body__slug=slug, code=code, state__in=(Dataset.State.PUBLISHED, Dataset.State.WITHDRAWN)
        )
        .select_related("body", "division", "post", "source")
        .first()
    )


def resources_of(dataset: Dataset) -> list[Resource]:
    """Its tables in order, those that have something to show: a live version, or a link that was collected."""
    found = dataset.resources.select_related("live__data__body").order_by("position", "id")
    return [each for each in found if each.live is not None or each.link]


def resource_of(dataset: Dataset, code: str) -> Resource | None:
    """One table that has, or had, a published version."""
    return (
        dataset.resources.filter(code=code, versions__published_at__isnull=False)
        .select_related("live__data__body", "dataset__body")
        .distinct()
        .first()
    )


def version_numbered(resource: Resource, number: int) -> ResourceVersion | None:
    """A version of the history whose data is handed out."""
    return (
        resource.versions.filter(number=number, state__in=SHOWN, published_at__isnull=False)
        .select_related("data__body", "resource__dataset__body")
        .first()
    )


def versions_of(resource: Resource) -> QuerySet[ResourceVersion]:
    """The history that the public sees, newest first: live, earlier and withdrawn versions."""
    return (
        resource.versions.filter(state__in=(*SHOWN, State.WITHDRAWN), published_at__isnull=False)
        .select_related("data")
        .order_by("-published_at", "-number")
    )


def live_version(resource: Resource) -> ResourceVersion | None:
    """The version on show."""
    return (
        ResourceVersion.objects.filter(resource=resource, state=State.LIVE)
        .select_related("data__body")
        .first()
    )


def version_as_of(resource: Resource, at: datetime) -> ResourceVersion | None:
    """The version that was on show at a moment, unless it was withdrawn since."""
    return (
        resource.versions.filter(state__in=SHOWN, published_at__lte=at)
        .filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=at))
        .select_related("data__body")
        .order_by("-published_at")
        .first()
    )


def table_of(version: ResourceVersion) -> "TableRef":
    """The table of a version for the query process; its file lies on this machine's disk."""
    from kencho.catalog.tables.rows import TableRef

    return TableRef(_path_of(version), version.data.digest, Schema.from_data(version.schema))


def _path_of(version: ResourceVersion) -> Path:
    kept = store.storage()
    if isinstance(kept, FileSystemStorage):
        return Path(kept.path(version.data.key))
    copy = Path(settings.CATALOG_CACHE) / "data" / f"{version.data.digest}.parquet"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        half = copy.with_suffix(f".{id(version)}.half")
        half.write_bytes(store.read(version.data.key))
        half.rename(copy)
    return copy

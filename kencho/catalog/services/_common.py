"""What the services share: rows held for writing, and lines of the audit log."""

from datetime import datetime

from kencho.audit import services as audit
from kencho.catalog.models import Dataset, Preparation, Resource, ResourceVersion
from kencho.foundation import actors
from kencho.foundation.actors import Actor

KENCHO = actors.system("catalog")
Row = Dataset | Resource | ResourceVersion | Preparation


def hold_dataset(dataset: Dataset) -> Dataset:
    """The row, locked."""
    return (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("body", "division__body", "source")
        .get(pk=dataset.pk)
    )


def hold_preparation(preparation: Preparation) -> Preparation:
    """The row, locked."""
    return (
        Preparation.objects.select_for_update(of=("self",))
        .select_related(
            "body", "division", "resource__dataset__body", "resource__dataset__division__body", "version"
        )
        .get(pk=preparation.pk)
    )


def hold_version(version: ResourceVersion) -> ResourceVersion:
    """The row, locked."""
    return (
        ResourceVersion.objects.select_for_update(of=("self",))
        .select_related("data__body", "resource__dataset__body", "resource__dataset__division__body")
        .get(pk=version.pk)
    )


def dataset_of(row: Row) -> Dataset:
    """The dataset that a row belongs to."""
    if isinstance(row, Dataset):
        return row
    if isinstance(row, Resource):
        return row.dataset
    return row.resource.dataset


def note_act(code: str, row: Row, *, by: Actor, at: datetime, **details: object) -> None:
    """One line in the audit log about a row of this app; ``details`` hold no personal data."""
    dataset = dataset_of(row)
    audit.record(code, row, by=by, at=at, label=dataset.code, body=dataset.body.code, details=details)

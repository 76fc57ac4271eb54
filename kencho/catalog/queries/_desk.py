"""What the desk shows: datasets and preparations of a division, the proposal of the fixer, what is due."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kencho.catalog.models import Dataset, Preparation, ResourceVersion
from kencho.files import store
from kencho.organization.queries import Desk


def datasets_of_desk(desk: Desk, *, whole_body: bool = False) -> QuerySet[Dataset]:
    """Own datasets of the division, or of the whole body."""
    rows = Dataset.objects.filter(body=desk.body, source__isnull=True)
    if not whole_body:
        rows = rows.filter(division=desk.division)
    return rows.select_related("body", "division").order_by("-modified_at", "-id")


def preparations_of_desk(desk: Desk) -> QuerySet[Preparation]:
    """Files that the division is working on, newest first."""
    return (
        Preparation.objects.filter(body=desk.body, division=desk.division)
        .exclude(state=Preparation.State.DROPPED)
        .select_related("resource__dataset", "version")
        .order_by("-started_at")
    )


def preparations_of_dataset(dataset: Dataset) -> QuerySet[Preparation]:
    """Files that are on their way to a version of a dataset, newest first."""
    return (
        Preparation.objects.filter(resource__dataset=dataset)
        .exclude(state=Preparation.State.DROPPED)
        .select_related("version")
        .order_by("-started_at")[:20]
    )


def due_datasets(on: date) -> QuerySet[Dataset]:
    """Published datasets whose next version is due by a day and whose owner was not reminded since."""
    return Dataset.objects.filter(
        state=Dataset.State.PUBLISHED, next_due_on__lte=on, source__isnull=True, reminded_on__isnull=True
    ).select_related("body", "division", "post")


def proposal_of(preparation: Preparation) -> dict[str, Any]:
    """The fixer's proposal: tables with a sample, changes, questions, notes; empty when there is none."""
    if preparation.proposal is None:
        return {"tables": [], "changes": [], "questions": [], "differences": [], "notes": []}
    content: dict[str, Any] = json.loads(store.read(preparation.proposal.key))
    return content


def change_lines(version: ResourceVersion) -> Iterator[dict[str, Any]]:
    """Every change that made the version from its file, in the order of the sheet."""
    if version.changes is None:
        return
    for line in store.read(version.changes.key).decode().splitlines():
        yield json.loads(line)

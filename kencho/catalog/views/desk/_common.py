"""What the desk's pages share: breadcrumbs, finding things of the own body, states in words."""

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kencho.catalog import permissions
from kencho.catalog.models import Dataset, Preparation, Resource, ResourceVersion
from kencho.foundation.ui import Crumb, Kind, Status
from kencho.organization.access import StaffRequest

Text = str | Promise
HOME = "catalog:dataset_list"
KIND_OF_VERSION = {
    ResourceVersion.State.READY: Kind.INFO,
    ResourceVersion.State.IN_APPROVAL: Kind.WARNING,
    ResourceVersion.State.APPROVED: Kind.INFO,
    ResourceVersion.State.LIVE: Kind.SUCCESS,
    ResourceVersion.State.WITHDRAWN: Kind.DANGER,
}
KIND_OF_PREPARATION = {
    Preparation.State.PROPOSED: Kind.WARNING,
    Preparation.State.READY: Kind.SUCCESS,
    Preparation.State.FAILED: Kind.DANGER,
}
KIND_OF_GATE = {
    ResourceVersion.Gate.STOPPED: Kind.DANGER,
    ResourceVersion.Gate.PASSED: Kind.SUCCESS,
    ResourceVersion.Gate.OVERRIDDEN: Kind.WARNING,
}


def crumbs(*steps: tuple[Text, str] | Text) -> list[Crumb]:
    """Breadcrumbs below the list of datasets."""
    first = Crumb(_("オープンデータ"), reverse(HOME) if steps else "")
    return [first, *(Crumb(step[0], step[1]) if isinstance(step, tuple) else Crumb(step) for step in steps)]


def link_to(dataset: Dataset) -> tuple[str, str]:
    """The dataset as a breadcrumb."""
    return dataset.title, reverse("catalog:dataset_desk", args=[dataset.pk])


def own_dataset(request: StaffRequest, pk: int, *, to_edit: bool = False) -> Dataset:
    """A dataset of the own body, and to edit one of the own division. Raises Http404."""
    found = (
        Dataset.objects.filter(pk=pk, body=request.desk.body, source__isnull=True)
        .select_related("body", "division__body", "post")
        .first()
    )
    if found is None or (to_edit and not permissions.may_edit(request.desk.actor, found)):
        raise Http404
    return found


def own_resource(request: StaffRequest, pk: int) -> Resource:
    """A table that this desk may prepare a file for. Raises Http404."""
    found = (
        Resource.objects.filter(pk=pk, dataset__body=request.desk.body)
        .select_related("dataset__body", "dataset__division__body")
        .first()
    )
    if found is None or not permissions.may_edit(request.desk.actor, found.dataset):
        raise Http404
    return found


def own_preparation(request: StaffRequest, pk: UUID) -> Preparation:
    """A file that this desk may work on. Raises Http404."""
    found = (
        Preparation.objects.filter(pk=pk, body=request.desk.body)
        .select_related(
            "body",
            "proposal__body",
            "version",
            "resource__dataset__body",
            "resource__dataset__division__body",
        )
        .first()
    )
    if found is None or not permissions.may_prepare(request.desk.actor, found):
        raise Http404
    return found


def own_version(request: StaffRequest, pk: int) -> ResourceVersion:
    """A version of the own body: all its staff may look, for approvers sit elsewhere. Raises Http404."""
    found = (
        ResourceVersion.objects.filter(pk=pk, resource__dataset__body=request.desk.body)
        .select_related(
            "data__body", "changes__body", "resource__dataset__body", "resource__dataset__division__body"
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def version_status(version: ResourceVersion) -> Status:
    """Its state as a tag."""
    state = ResourceVersion.State(version.state)
    return Status(state.label, KIND_OF_VERSION.get(state, Kind.NEUTRAL))


def preparation_status(preparation: Preparation) -> Status:
    """Its state as a tag."""
    state = Preparation.State(preparation.state)
    return Status(state.label, KIND_OF_PREPARATION.get(state, Kind.INFO))


def gate_status(version: ResourceVersion) -> Status:
    """What the gate said, as a tag."""
    gate = ResourceVersion.Gate(version.gate)
    return Status(gate.label, KIND_OF_GATE[gate])

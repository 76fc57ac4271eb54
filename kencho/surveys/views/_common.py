"""What the pages of surveys share."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from kencho.foundation.ui import Crumb, Kind, Status
from kencho.organization.access import StaffRequest
from kencho.surveys import permissions, queries
from kencho.surveys.models import Cycle, CycleState, SurveyProgram

KINDS = {
    CycleState.DRAFT: Kind.NEUTRAL,
    CycleState.APPROVED: Kind.INFO,
    CycleState.OPEN: Kind.WARNING,
    CycleState.CLOSED: Kind.INFO,
    CycleState.PUBLISHED: Kind.SUCCESS,
}


def crumbs(*more: Crumb) -> list[Crumb]:
    """From the list of surveys to the page."""
    return [Crumb(_("職員アンケート"), reverse("surveys:survey_list")), *more]


def owner_crumbs(program: SurveyProgram | None, *more: Crumb) -> list[Crumb]:
    """The same for the pages of their owner."""
    start = [Crumb(_("アンケートの実施"), reverse("surveys:program_list"))]
    if program is not None:
        start.append(Crumb(program.name, reverse("surveys:program_show", args=[program.code])))
    return crumbs(*start, *more)


def status_of(cycle: Cycle) -> Status:
    """The state of a cycle as a tag."""
    return Status(cycle.get_state_display(), KINDS[CycleState(cycle.state)])


def cycle_or_404(request: StaffRequest, key: uuid.UUID) -> Cycle:
    """The cycle of the own body."""
    found = queries.cycle_of(request.desk.body, key)
    if found is None:
        raise Http404
    return found


def managed_cycle(request: StaffRequest, key: uuid.UUID) -> Cycle:
    """The cycle, for its owner."""
    found = cycle_or_404(request, key)
    if not permissions.may_manage_cycle(request.desk, found):
        raise PermissionDenied
    return found


def program_or_404(request: StaffRequest, code: str) -> SurveyProgram:
    """The survey of the own body."""
    found = queries.program_of(request.desk.body, code)
    if found is None:
        raise Http404
    return found

"""Two people press the button at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kencho.approvals import queries, services
from kencho.approvals.models import ApprovalStep, RequestState, StepState
from kencho.approvals.services import Reason
from kencho.approvals.tests.people import AT, approve, draft, make_office
from kencho.foundation.models import Task
from kencho.organization.models import StaffMember
from kencho.organization.testing import actor, make_staff


@pytest.mark.django_db(transaction=True)
def test_a_case_is_decided_once_however_many_press_at_once() -> None:
    office = make_office()
    second_chief = make_staff(office.cast.division, "S0400", "課長 兼", post="DIVISION_DIRECTOR")
    request = draft(office)
    approve(request, office.deputy_chief)
    digest, start = queries.round_of(request).digest, Barrier(4)

    def press(staff: StaffMember) -> str:
        start.wait()
        try:
            services.approve(request=request, digest=digest, by=actor(staff), at=AT)
        except services.UnableToApprove as refusal:
            return refusal.reason.value
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(press, [office.chief, second_chief] * 2))
    assert outcomes == ["done", *[Reason.NOT_PENDING.value] * 3]
    request.refresh_from_db()
    assert request.state == RequestState.APPROVED
    assert ApprovalStep.objects.filter(role="decide", state=StepState.APPROVED).count() == 1
    assert Task.objects.filter(name="approvals.ApprovalGranted").count() == 1

"""The search box finds applications, and only those that the asker may see."""

from typing import Any

import pytest
from django.test import RequestFactory

from kencho.applications.models import Application
from kencho.applications.search import find_applications
from kencho.applications.testing import AT, apply, publish
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk


@pytest.fixture
def application(cast: Cast) -> Application:
    """An application of the cast's division."""
    return apply(publish(cast))


def find(staff: StaffMember | None, words: str) -> list[Any]:
    """What this person finds."""
    request = RequestFactory().get("/")
    request.desk = desk(staff, AT.date()) if staff else None  # type: ignore[attr-defined]  # set by the middleware
    return find_applications(request, words, 10)


def test_by_number_and_by_name(cast: Cast, application: Application) -> None:
    for words in (
        application.number,
        f" {application.number.replace('-', '－')} ",
        application.applicant_name,
    ):
        (hit,) = find(cast.clerk, words)
        assert application.number in str(hit.title)
        assert str(hit.url).endswith(f"/desk/applications/{application.pk}/")
        assert hit.note == application.procedure.title


def test_nothing_for_those_whom_it_does_not_concern(cast: Cast, application: Application) -> None:
    for stranger in (cast.other_division_clerk, cast.other_body_clerk, None):
        assert find(stranger, application.number) == []
        assert find(stranger, application.applicant_name) == []
    assert find(cast.clerk, "　") == []

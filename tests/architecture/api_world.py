"""What questions to the API find: cases in several states, tokens of the cast, and bodies that mean something."""

from dataclasses import dataclass
from typing import Any

from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kencho.applications import services
from kencho.applications.models import Application
from kencho.applications.testing import apply, publish
from kencho.catalog.testing import make_dataset
from kencho.foundation import clock
from kencho.organization.api_testing import make_token
from kencho.organization.models import Body
from kencho.organization.testing import Cast, desk, make_cast
from kencho.policy.models import SheetRevision, Snapshot
from kencho.procedures.models import ProcedureVersion
from tests.world import make_figure, open_sheet

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# What random bodies never hit: half of the requests carry these. None: the answers of an application.
GOOD_BODIES: dict[str, Any] = {
    "submit_application": None,
    "draft_decision": {"kind": "disclose"},
    "answer_checklist": {"findings": [{"standard_id": "rs_specified", "finding": "met"}]},
    "request_amendment": {"due_on": "2030-01-01", "message": "直してください", "items": []},
    "assign_case": {"staff_number": "S0001"},
    "transfer_case": {"division_code": "03004"},
    "post_sql": {"q": "SELECT count(*) AS n FROM data"},
}


def _reviewed(version: ProcedureVersion, cast: Cast, seed: int, *, drafted: bool) -> Application:
    application = apply(version, seed=seed)
    actor, now = desk(cast.clerk, clock.day_of(clock.now())).actor, clock.now()
    services.accept(application=application, by=actor, at=now)
    services.review(application=application, by=actor, at=now)
    if drafted:
        services.draft_decision(
            application=application, kind="disclose", grounds="", text="本文", by=actor, at=now
        )
    return application


def _published_figure(body: Body) -> Snapshot:
    """On a sheet that is published, without the way through the approval."""
    indicator, snapshot = make_figure(body)
    sheet = open_sheet(indicator.node, "confirmed")
    SheetRevision.objects.filter(pk=sheet.pk).update(
        state=SheetRevision.State.PUBLISHED, published_at=clock.now()
    )
    return snapshot


@dataclass(frozen=True)
class ApiWorld:
    """``places`` lead to something, by the name of the parameter; ``tokens`` by whose they are, empty for a guest."""

    places: dict[str, list[Any]]
    tokens: dict[str, str]
    answers: dict[str, Any]


def make_api_world() -> ApiWorld:
    """Made through the real services."""
    cast = make_cast()
    version = publish(cast)
    cases = [
        apply(version, seed=1),
        _reviewed(version, cast, 2, drafted=False),
        _reviewed(version, cast, 3, drafted=True),
    ]
    waiting = _reviewed(version, cast, 4, drafted=True)
    actor = desk(cast.clerk, clock.day_of(clock.now())).actor
    request = services.submit_for_approval(application=waiting, drafter=cast.clerk, by=actor, at=clock.now())
    snapshot = _published_figure(cast.body)
    dataset = make_dataset(cast).dataset
    staff = {"clerk": cast.clerk, "chief": cast.chief, "stranger": cast.other_division_clerk}
    return ApiWorld(
        places={
            "pk": [each.pk for each in (*cases, waiting)] + [request.pk],
            # Of an application, and of a frozen count.
            "number": [*(each.number for each in cases), snapshot.pk, snapshot.pk],
            "body": ["mie", "mie", "tsu"],
            "code": ["public-record-disclosure", snapshot.indicator.node.code, dataset.code],
            "table": ["data"],
            "row": ["row00", "row59"],
            "document": ["00000000-0000-4000-8000-000000000000"],
        },
        tokens={**{who: make_token(member) for who, member in staff.items()}, "guest": ""},
        answers=next(each.answers for each in (*cases, waiting) if not each.documents.exists()),
    )

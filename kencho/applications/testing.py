"""What tests of applications start from: a published procedure of the cast's division, and an application of it."""

import random
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kencho.applications import services
from kencho.applications.models import Application
from kencho.applications.samples import sample_answers
from kencho.approvals import services as approvals
from kencho.foundation import actors, clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import Body
from kencho.organization.testing import Cast
from kencho.procedures import queries as procedures
from kencho.procedures import services as procedure_services
from kencho.procedures.definition import parse
from kencho.procedures.models import ProcedureVersion

SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"
SETUP = actors.system("setup")
AT = datetime(2026, 6, 1, 10, 0, tzinfo=clock.JST)
GUEST = Actor(ActorKind.GUEST, "new", "")


@cache
def _seed(code: str) -> str:
    return (SEEDS / "procedures" / f"{code}.yaml").read_text(encoding="utf-8")


def seed_definition(code: str = "public-record-disclosure", *, office: str, **changes: Any) -> dict[str, Any]:
    """A definition of the seeds, in the charge of a division of the test, with a route that its cast can walk."""
    data = parse(_seed(code))
    return {**data, "office": office, "flow": {**data.get("flow", {}), "route": "standard"}, **changes}


def load_routes(body: Body) -> None:
    """The approval routes and the 専決規程 of the seeds."""
    data = {
        **yaml.safe_load((SEEDS / "organization" / "routes.yaml").read_text(encoding="utf-8")),
        **yaml.safe_load((SEEDS / "organization" / "delegated_decisions.yaml").read_text(encoding="utf-8")),
    }
    approvals.load_routes(body=body, data=data, by=SETUP, at=AT)


def publish(
    cast: Cast, code: str = "public-record-disclosure", *, routes: bool = True, **changes: Any
) -> ProcedureVersion:
    """A published procedure of the cast's division; ``changes`` replace parts of its definition."""
    if routes:
        load_routes(cast.body)
    start = AT - timedelta(days=30)
    version = procedure_services.load_definition(
        body=cast.body,
        data=seed_definition(code, office=cast.division.code, **changes),
        in_force_from=start,
        by=SETUP,
        at=start,
    )
    if version is None:
        raise AssertionError("published before")
    return version


def apply(
    version: ProcedureVersion, *, seed: int = 1, at: datetime = AT, by: Actor = GUEST, **more: Any
) -> Application:
    """An application with valid made-up answers."""
    plan = procedures.compiled_of(version)
    key = f"test-{version.pk}-{seed}"
    body = version.procedure.body
    answers = sample_answers(
        plan, random.Random(seed), body=body, owner=key, by=by, at=at, on=clock.day_of(at)
    )
    receipt = services.submit(version=version, body=body, answers=answers, key=key, by=by, at=at, **more)
    return receipt.application

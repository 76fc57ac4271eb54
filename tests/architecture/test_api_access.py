"""Every operation of the API says who may call it, documents its answers, and hides what is another's."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.api import api, operations_of
from kencho.accounts.models import ApiToken
from kencho.applications.models import Application
from kencho.applications.testing import apply, publish
from kencho.foundation import clock
from kencho.foundation.access import Access
from kencho.organization.api_auth import GuestOrToken, Scoped
from kencho.organization.api_testing import ROOT, ApiClient, by
from kencho.organization.testing import Cast, desk

# Operations that ask for nothing, each with its reason.
PUBLIC = {
    "list_procedures": "catalogue",
    "get_procedure": "catalogue",
    "list_measures": "published evaluation",
    "get_sheet": "published evaluation",
    "get_snapshot": "evidence of a published figure",
    "list_snapshot_rows": "evidence of a published figure, naming nobody",
    "get_row_proof": "evidence of a published figure, naming nobody",
    **dict.fromkeys(
        (
            "search_datasets",
            "get_dataset",
            "list_versions",
            "list_rows",
            "get_row",
            "get_facet",
            "get_stats",
            "run_sql",
            "post_sql",
            "compare_versions",
            "get_table_document",
        ),
        "open data",
    ),
}
ALWAYS = {400, 413, 422, 429, 500, 503, 507}
# A body that each operation takes, so that only the id can be at fault.
BODIES: dict[str, Any] = {
    "accept_case": None,
    "review_case": None,
    "complete_case": None,
    "refuse_case": {"grounds": "理由"},
    "assign_case": {"staff_number": None},
    "remark_on_case": {"text": "メモ"},
    "request_amendment": {"due_on": "2030-01-01", "message": "直してください"},
    "transfer_case": {"division_code": "03004"},
    "answer_checklist": {"findings": [{"standard_id": "rs_specified", "finding": "met"}]},
    "draft_decision": {"kind": "disclose", "text": "本文"},
    "submit_case_for_approval": None,
    "approve": {"digest": "0" * 64},
    "send_back": {"reason": "理由"},
}


def _operations() -> dict[str, tuple[str, str, Any]]:
    """id → (path, method, operation)."""
    schema = api.get_openapi_schema()
    paths = [
        (made["operationId"], path, method.upper())
        for path, methods in schema["paths"].items()
        for method, made in methods.items()
    ]
    return {
        name: (path, method, each)
        for (name, path, method), each in zip(paths, operations_of(api), strict=True)
    }


def test_every_operation_is_public_or_names_a_scope() -> None:
    known = {*ApiToken.Scope.values, "approvals.read", "approvals.write"}
    for name, (_path, _method, operation) in _operations().items():
        guards = [each for each in operation.auth_callbacks if isinstance(each, Scoped)]
        if name in PUBLIC:
            assert operation.auth_callbacks == [], name
            continue
        assert len(guards) == len(operation.auth_callbacks) == 1, name
        assert guards[0].scope in known, name


def test_writes_need_a_scope_to_write() -> None:
    for name, (_path, method, operation) in _operations().items():
        if name in PUBLIC:
            continue
        wanted = ".read" if method == "GET" else ".write"
        assert operation.auth_callbacks[0].scope.endswith(wanted), name


def test_nothing_of_the_desk_is_open_to_guests() -> None:
    for name, (path, _method, operation) in _operations().items():
        if "/desk/" in path:
            assert not any(isinstance(each, GuestOrToken) for each in operation.auth_callbacks), name


def test_every_operation_documents_its_problems() -> None:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, made in methods.items():
            answers = {int(status) for status in made["responses"]}
            assert answers >= ALWAYS, (method, path)
            assert made["summary"], (method, path)
            assert made["description"], (method, path)
            if made["security"]:
                assert answers >= {401, 403}, (method, path)
            for status, answer in made["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]


def test_every_operation_is_limited() -> None:
    assert [name for name, (_path, _method, each) in _operations().items() if not each.throttle_objects] == []


def test_the_document_is_openapi_3_1() -> None:
    schema = api.get_openapi_schema()
    assert schema["openapi"].startswith("3.1")
    assert schema["info"]["version"] == "v1"
    assert list(schema["components"]["securitySchemes"]) == ["token"]


def _api_patterns() -> list[URLPattern]:
    root = next(
        each
        for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and str(each.pattern) == "api/v1/"
    )
    return [each for each in root.url_patterns if isinstance(each, URLPattern)]


def test_every_address_of_the_api_is_marked() -> None:
    for pattern in _api_patterns():
        assert isinstance(getattr(pattern.callback, "access", None), Access), pattern


# Tenants


@pytest.fixture
def case(cast: Cast) -> Application:
    """An application of the division, under approval."""
    from kencho.applications import services

    version = publish(cast)
    application = apply(version)
    actor, now = desk(cast.clerk, clock.day_of(clock.now())).actor, clock.now()
    services.accept(application=application, by=actor, at=now)
    services.review(application=application, by=actor, at=now)
    services.draft_decision(
        application=application, kind="disclose", grounds="", text="本文", by=actor, at=now
    )
    services.submit_for_approval(application=application, drafter=cast.clerk, by=actor, at=now)
    return application


WITH_ID = sorted(name for name, (path, _method, _each) in _operations().items() if "{pk}" in path)


def test_the_matrix_knows_every_operation_that_takes_a_body() -> None:
    posts = {
        name for name, (path, method, _each) in _operations().items() if "{pk}" in path and method == "POST"
    }
    assert posts == set(BODIES)


@pytest.mark.parametrize("name", WITH_ID)
@pytest.mark.parametrize("who", ["other_division_clerk", "other_body_clerk"])
def test_ids_of_another_division_or_body_are_not_there(
    cast: Cast, case: Application, name: str, who: str
) -> None:
    path, method, _operation = _operations()[name]
    approval = approvals_pk(case)
    pk = approval if "/approvals/" in path else case.pk
    place = path.removeprefix(ROOT).replace("{pk}", str(pk)).replace("{document}", "x")
    stranger = by(getattr(cast, who))
    answer = stranger.get(place) if method == "GET" else stranger.post(place, BODIES[name])
    assert answer.status_code == 404, answer.content.decode()
    assert answer.json()["type"] == "urn:kencho:problem:not_found"
    # The same as for an id that nobody has: not even its existence is told.
    unknown = place.replace(str(pk), "987654321")
    other = stranger.get(unknown) if method == "GET" else stranger.post(unknown, BODIES[name])
    assert other.json() == answer.json()


def approvals_pk(case: Application) -> int:
    """The approval of the case."""
    case.refresh_from_db()
    pk: int = case.decision.approval_id or 0
    return pk


@pytest.mark.parametrize("name", WITH_ID)
def test_without_a_token_nothing_is_told(case: Application, name: str) -> None:
    path, method, _operation = _operations()[name]
    place = path.removeprefix(ROOT).replace("{pk}", str(case.pk)).replace("{document}", "x")
    answer = ApiClient().get(place) if method == "GET" else ApiClient().post(place, BODIES[name])
    assert answer.status_code == 401


def test_lists_hold_nothing_of_others(cast: Cast, case: Application) -> None:
    for who in (cast.other_division_clerk, cast.other_body_clerk):
        stranger = by(who)
        assert stranger.get("/desk/applications").json()["items"] == []
        assert stranger.get("/desk/approvals/waiting").json()["items"] == []
    assert Client().get(f"{ROOT}/applications/{case.number}").status_code == 404

"""The work of the desk through the API: the same services, the same rules, a program as the actor."""

from datetime import date, timedelta
from typing import Any

import pytest

from kencho.applications.models import Application, ChecklistAnswer, Status
from kencho.applications.tests.api.conftest import answers_for, new_key
from kencho.approvals.models import ApprovalRequest
from kencho.audit.models import Entry
from kencho.foundation import clock, queue
from kencho.organization.api_testing import ApiClient, by
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, grant
from kencho.procedures.models import ProcedureVersion
from kencho.records.office_seals import forget, make_demo_seals


@pytest.fixture
def clerk(cast: Cast) -> ApiClient:
    """The clerk's system."""
    return by(cast.clerk)


def _ok(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content.decode()
    return response.json()


def _code(response: Any, status: int) -> str:
    assert response.status_code == status, response.content.decode()
    return str(response.json()["title"])


def test_the_inbox_is_the_division_s(clerk: ApiClient, cast: Cast, application: Application) -> None:
    page = _ok(clerk.get("/desk/applications"))
    assert [row["number"] for row in page["items"]] == [application.number]
    assert page["next"] is None
    assert _ok(clerk.get("/desk/applications", status="accepted"))["items"] == []
    assert len(_ok(clerk.get("/desk/applications", words=application.number))["items"]) == 1
    assert (
        len(_ok(clerk.get("/desk/applications", procedure="public-record-disclosure", open="true"))["items"])
        == 1
    )
    assert _code(clerk.get("/desk/applications", procedure="no-such"), 404) == "not_found"
    assert _ok(by(cast.other_division_clerk).get("/desk/applications"))["items"] == []


def test_a_case_shows_everything(clerk: ApiClient, application: Application) -> None:
    shown = _ok(clerk.get(f"/desk/applications/{application.pk}"))
    assert shown["answers"] == application.answers
    assert [step["verb"] for step in shown["timeline"]] == ["submit"]
    assert {line["finding"] for line in shown["checklist"]} == {None}
    assert shown["decision"] is None


@pytest.mark.parametrize("pk", ["0", "-1", "9223372036854775808", "99999999999999999999999", "abc", "1.5"])
def test_numbers_that_are_none_are_refused(clerk: ApiClient, pk: str) -> None:
    assert _code(clerk.get(f"/desk/applications/{pk}"), 422) == "invalid"


def test_the_way_to_the_decision(
    clerk: ApiClient, cast: Cast, application: Application, settings: Any, tmp_path: Any
) -> None:
    settings.SEALS_DIR = tmp_path
    forget()
    make_demo_seals([cast.body], at=clock.now() - timedelta(days=400))
    case = f"/desk/applications/{application.pk}"
    assert _ok(clerk.post(f"{case}/accept"))["status"] == Status.ACCEPTED
    assert _code(clerk.post(f"{case}/accept"), 409) == "wrong_state"
    assert _ok(clerk.post(f"{case}/review"))["status"] == Status.IN_REVIEW
    assert _ok(clerk.post(f"{case}/assign", {"staff_number": "S0001"}))["assignee"] == "S0001"
    assert _ok(clerk.post(f"{case}/remark", {"text": "電話で確かめた"}), 201)["by_name"] == cast.clerk.name
    findings = [{"standard_id": "rs_specified", "finding": "met", "note": "特定できる"}]
    checked = _ok(clerk.post(f"{case}/checklist", {"findings": findings}))
    assert checked[0]["finding"] == ChecklistAnswer.Finding.MET
    drafted = _ok(clerk.post(f"{case}/decision", {"kind": "disclose"}))
    assert drafted["state"] == "draft"
    assert drafted["text"]
    started = _ok(clerk.post(f"{case}/submit-for-approval"), 201)
    assert started["application"]["status"] == Status.IN_APPROVAL
    assert _code(clerk.post(f"{case}/submit-for-approval"), 409) == "wrong_state"

    kinds = set(
        Entry.objects.filter(action="applications.application.accept").values_list("actor_kind", "actor_id")
    )
    assert kinds == {("api", "240001:S0001")}
    _approve(cast, started["approval_id"])
    queue.drain(strict=True)
    application.refresh_from_db()
    assert application.status == Status.ISSUED
    assert _ok(clerk.get(case))["notice"]["document_number"]


def _approve(cast: Cast, approval_id: int) -> None:
    for staff in (cast.chief, cast.head, cast.governor):
        system = by(staff)
        for row in _ok(system.get("/desk/approvals/waiting"))["items"]:
            place = f"/desk/approvals/{row['id']}"
            shown = _ok(system.get(place))
            assert shown["is_my_turn"] is True
            assert _code(system.post(f"{place}/approve", {"digest": "0" * 64}), 409) == "unable_to"
            assert (
                _ok(system.post(f"{place}/approve", {"digest": shown["digest"], "comment": "了"}))["id"]
                == approval_id
            )
    assert ApprovalRequest.objects.get(pk=approval_id).state == "approved"


def test_sending_back_resumes_the_review(clerk: ApiClient, cast: Cast, application: Application) -> None:
    case = f"/desk/applications/{application.pk}"
    for verb in ("accept", "review"):
        _ok(clerk.post(f"{case}/{verb}"))
    _ok(clerk.post(f"{case}/decision", {"kind": "disclose", "text": "開示します。"}))
    pk = _ok(clerk.post(f"{case}/submit-for-approval"), 201)["approval_id"]
    assert _code(clerk.post(f"/desk/approvals/{pk}/send-back", {"reason": "自分の案"}), 409) == "unable_to"
    system = next(
        each
        for each in map(by, (cast.chief, cast.head, cast.governor))
        if _ok(each.get("/desk/approvals/waiting"))["items"]
    )
    assert _code(system.post(f"/desk/approvals/{pk}/send-back", {"reason": ""}), 422) == "invalid"
    assert (
        _ok(system.post(f"/desk/approvals/{pk}/send-back", {"reason": "根拠を足すこと"}))["state"]
        == "returned"
    )
    queue.drain(strict=True)
    assert _ok(clerk.get(case))["status"] == Status.IN_REVIEW


def test_amendment_transfer_and_refusal(clerk: ApiClient, cast: Cast, application: Application) -> None:
    case = f"/desk/applications/{application.pk}"
    due = str(clock.day_of(clock.now()) + timedelta(days=7))
    items = [{"item_id": "requester_name", "message": "氏名を確かめてください。"}]
    asked = {"due_on": due, "items": items}
    assert _code(clerk.post(f"{case}/request-amendment", asked), 409) == "unable_to_request_amendment"
    for verb in ("accept", "review"):
        _ok(clerk.post(f"{case}/{verb}"))
    unknown = {"due_on": due, "items": [{"item_id": "nothing", "message": "？"}]}
    assert _code(clerk.post(f"{case}/request-amendment", unknown), 422) == "unknown_item"
    assert _ok(clerk.post(f"{case}/request-amendment", asked), 201)["items"] == items
    assert _code(clerk.post(f"{case}/refuse", {"grounds": "   "}), 422) == "grounds_missing"
    assert _ok(clerk.post(f"{case}/refuse", {"grounds": "補正がないため"}))["status"] == Status.REFUSED


def test_what_is_handed_over_is_gone(clerk: ApiClient, cast: Cast, application: Application) -> None:
    case = f"/desk/applications/{application.pk}"
    assert _code(clerk.post(f"{case}/transfer", {"division_code": "0101"}), 409) == "unable_to_transfer"
    moved = _ok(
        clerk.post(f"{case}/transfer", {"division_code": cast.other_division.code, "reason": "所管のため"})
    )
    assert moved["division"] == cast.other_division.name
    assert _code(clerk.get(case), 404) == "not_found"
    assert _ok(by(cast.other_division_clerk).get(case))["number"] == application.number


def test_unknown_standards_and_decisions(clerk: ApiClient, application: Application) -> None:
    case = f"/desk/applications/{application.pk}"
    findings = [{"standard_id": "nothing", "finding": "met"}]
    assert _code(clerk.post(f"{case}/checklist", {"findings": findings}), 422) == "unknown_standard"
    for verb in ("accept", "review"):
        _ok(clerk.post(f"{case}/{verb}"))
    assert _code(clerk.post(f"{case}/decision", {"kind": "nothing"}), 422) == "unknown_decision"
    assert _code(clerk.post(f"{case}/decision", {"kind": "withhold"}), 422) == "grounds_missing"
    assert _code(clerk.post(f"{case}/assign", {"staff_number": "S0005"}), 409) == "unable_to_assign"
    assert _code(clerk.post(f"{case}/complete"), 409) == "wrong_state"


def test_auditors_read_and_do_not_write(cast: Cast, application: Application) -> None:
    grant(cast.other_division_clerk, RoleAssignment.Role.AUDITOR)
    auditor = by(cast.other_division_clerk)
    case = f"/desk/applications/{application.pk}"
    assert _ok(auditor.get(case))["number"] == application.number
    assert _code(auditor.post(f"{case}/accept"), 403) == "forbidden"


@pytest.mark.parametrize(
    ("scopes", "read", "write"),
    [(("applications.read",), 200, 403), (("applications.write",), 403, 200), (("records.read",), 403, 403)],
)
def test_a_token_does_no_more_than_its_scopes(
    cast: Cast, application: Application, scopes: tuple[str, ...], read: int, write: int
) -> None:
    system = by(cast.clerk, *scopes)
    assert system.get(f"/desk/applications/{application.pk}").status_code == read
    assert system.post(f"/desk/applications/{application.pk}/accept").status_code == write
    assert _code(system.get("/desk/approvals/waiting"), 403) == "scope_missing"


def test_tokens_end(cast: Cast) -> None:
    from kencho.accounts.models import ApiToken

    system = by(cast.clerk)
    assert system.get("/desk/applications").status_code == 200
    ApiToken.objects.update(revoked_at=clock.now())
    assert _code(system.get("/desk/applications"), 401) == "unauthorized"
    assert _code(ApiClient("kencho_nonsense").get("/desk/applications"), 401) == "unauthorized"
    assert _code(ApiClient().get("/desk/applications"), 401) == "unauthorized"


def test_who_has_left_does_nothing(cast: Cast) -> None:
    system = by(cast.clerk)
    cast.clerk.assignments.update(valid_to=date(2026, 5, 1))
    assert _code(system.get("/desk/applications"), 403) == "no_post"


def test_status_through_the_token_of_the_division(cast: Cast, application: Application) -> None:
    place = f"/applications/{application.number}"
    assert _ok(by(cast.clerk).get(place))["number"] == application.number
    assert _code(by(cast.other_body_clerk).get(place), 404) == "not_found"


def test_staff_apply_for_somebody_at_the_counter(cast: Cast, version: ProcedureVersion) -> None:
    from kencho.applications.api import _public
    from kencho.organization.api_auth import Caller
    from kencho.organization.testing import desk

    key = new_key()
    caller = Caller(desk(cast.clerk, clock.day_of(clock.now())), frozenset(), 1)
    assert _public.key_of(caller, key) != key
    sent = {"answers": {k: v for k, v in answers_for(version, key).items() if not isinstance(v, list)}}
    answer = by(cast.clerk, "applications.write").post(
        "/procedures/mie/public-record-disclosure/applications", sent, {"Idempotency-Key": key}
    )
    assert answer.status_code in {201, 422}
    read_only = by(cast.clerk, "applications.read").post(
        "/procedures/mie/public-record-disclosure/applications", sent, {"Idempotency-Key": key}
    )
    assert _code(read_only, 403) == "scope_missing"

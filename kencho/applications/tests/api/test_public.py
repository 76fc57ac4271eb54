"""Applying and following as a guest."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kencho.applications import services
from kencho.applications.models import Application, Channel, Status
from kencho.applications.samples import sample_pdf
from kencho.applications.testing import AT, publish
from kencho.applications.tests.api.conftest import PLACE, answers_for, new_key
from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.organization.api_testing import ROOT, ApiClient, by
from kencho.organization.testing import Cast, desk, sign_in
from kencho.procedures.models import ProcedureVersion

GUEST = ApiClient()
PDF = sample_pdf()


def _problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["type"] == f"urn:kencho:problem:{code}"
    assert found["status"] == status
    assert found["detail"]
    return found


def test_procedures_are_listed_and_described(version: ProcedureVersion) -> None:
    listed = GUEST.get("/procedures", body="mie", words="開示 請求").json()
    assert [row["code"] for row in listed["items"]] == ["public-record-disclosure"]
    assert GUEST.get("/procedures", words="存在しない手続").json()["items"] == []
    shown = GUEST.get(PLACE).json()
    assert shown["answers_schema"]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "requester_name" in shown["answers_schema"]["properties"]
    assert shown["standard_processing_days"] == 15
    _problem(GUEST.get("/procedures/mie/unknown"), 404, "not_found")
    _problem(GUEST.get("/procedures", body="nowhere"), 404, "not_found")


def test_paging_shows_every_procedure_once(cast: Cast) -> None:
    for code in ("public-record-disclosure", "library-card", "tax-certificate"):
        publish(cast, code, routes=code == "public-record-disclosure")
    seen: list[str] = []
    after = ""
    for _turn in range(5):
        page = GUEST.get("/procedures", limit="1", after=after).json()
        seen += [row["code"] for row in page["items"]]
        after = page["next"] or ""
        if not after:
            break
    assert sorted(seen) == ["library-card", "public-record-disclosure", "tax-certificate"]


def test_a_guest_applies_and_follows(version: ProcedureVersion) -> None:
    key = new_key()
    sent = {"answers": answers_for(version, key), "email": "hanako@example.jp"}
    response = GUEST.post(f"{PLACE}/applications", sent, {"Idempotency-Key": key})
    assert response.status_code == 201, response.content.decode()
    receipt = response.json()
    application = Application.objects.get(number=receipt["number"])
    assert response["Location"] == f"{ROOT}/applications/{receipt['number']}"
    assert application.channel == Channel.API
    assert application.applicant_email == "hanako@example.jp"
    assert Entry.objects.get(action="applications.application.submit").actor_kind == "guest"

    followed = GUEST.get(f"/applications/{receipt['number']}", {"Application-Secret": receipt["secret"]})
    assert followed.status_code == 200
    assert followed.json()["status"] == "submitted"
    assert followed["Cache-Control"] == "no-store"
    _problem(GUEST.get(f"/applications/{receipt['number']}"), 404, "not_found")
    wrong = GUEST.get(f"/applications/{receipt['number']}", {"Application-Secret": "AAAA-BBBB-CCCC"})
    _problem(wrong, 404, "not_found")


def test_the_same_key_gives_the_same_receipt(version: ProcedureVersion) -> None:
    key = new_key()
    sent = {"answers": answers_for(version, key)}
    first = GUEST.post(f"{PLACE}/applications", sent, {"Idempotency-Key": key})
    second = GUEST.post(f"{PLACE}/applications", sent, {"Idempotency-Key": key})
    assert second.status_code == 201
    assert second.json() == first.json()
    assert Application.objects.count() == 1
    other = {"answers": answers_for(version, key, seed=2)}
    _problem(GUEST.post(f"{PLACE}/applications", other, {"Idempotency-Key": key}), 422, "key_reused")


def test_the_key_of_one_caller_is_not_that_of_another(cast: Cast, version: ProcedureVersion) -> None:
    key = new_key()
    sent = {"answers": answers_for(version, key)}
    first = GUEST.post(f"{PLACE}/applications", sent, {"Idempotency-Key": key}).json()
    second = by(cast.clerk).post(f"{PLACE}/applications", sent, {"Idempotency-Key": key})
    if second.status_code == 201:
        assert second.json()["number"] != first["number"]
    else:
        # The files of the guest are not the clerk's.
        _problem(second, 422, "answers_invalid")


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space in the middle"])
def test_a_key_that_can_be_guessed_is_refused(version: ProcedureVersion, key: str) -> None:
    headers = {"Idempotency-Key": key} if key else {}
    _problem(GUEST.post(f"{PLACE}/applications", {"answers": {}}, headers), 422, "invalid")


def test_every_fault_in_the_answers_is_told_with_its_place(version: ProcedureVersion) -> None:
    response = GUEST.post(
        f"{PLACE}/applications", {"answers": {"nonsense": 1}}, {"Idempotency-Key": new_key()}
    )
    errors = _problem(response, 422, "answers_invalid")["errors"]
    places = {error["location"] for error in errors}
    assert "body.answers.nonsense" in places
    assert any(place.startswith("body.answers.requester_name") for place in places)
    assert all(error["message"] for error in errors)
    assert Application.objects.count() == 0


def test_a_body_that_takes_nothing_online_answers_409(cast: Cast, version: ProcedureVersion) -> None:
    cast.body.accepts_online = False
    cast.body.save()
    response = GUEST.post(f"{PLACE}/applications", {"answers": {}}, {"Idempotency-Key": new_key()})
    _problem(response, 409, "reception_closed")


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe{}",
        b"{",
        b'{"answers": {"a": NaN}}',
        b'{"answers": {"a": 1e999}}',
        b'{"answers": {}, "answers": {}}',
        b'{"answers": {"a": "\\u0000"}}',
        b'{"answers": {"a": "\\ud800"}}',
        b'{"answers": {"a": ' + b"[" * 30 + b"]" * 30 + b"}}",
        b'{"answers": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"answers": {"a": ' + b"9" * 5000 + b"}}",
    ],
)
def test_json_that_cannot_be_kept_is_refused(version: ProcedureVersion, raw: bytes) -> None:
    response = GUEST.post(f"{PLACE}/applications", headers={"Idempotency-Key": new_key()}, raw=raw)
    _problem(response, 400, "malformed")


def test_too_much_is_refused_before_it_is_read(version: ProcedureVersion) -> None:
    raw = b'{"answers": {"a": "' + b"x" * 1_000_001 + b'"}}'
    response = GUEST.post(f"{PLACE}/applications", headers={"Idempotency-Key": new_key()}, raw=raw)
    _problem(response, 413, "too_large")


def test_unknown_keys_are_slips(version: ProcedureVersion) -> None:
    sent = {"answers": {}, "emial": "x@example.jp"}
    _problem(GUEST.post(f"{PLACE}/applications", sent, {"Idempotency-Key": new_key()}), 422, "invalid")


def _upload(client: Client, key: str, content: bytes, *, name: str = "a.pdf", **form: str) -> Any:
    place = {"body": "mie", "procedure": "clinic-opening", **form}
    data = {**place, "file": SimpleUploadedFile(name, content)}
    return client.post(f"{ROOT}/uploads", data, headers={"Idempotency-Key": key})


def _attachment_of(version: ProcedureVersion) -> str:
    from kencho.procedures import queries as procedures

    items = procedures.compiled_of(version).definition.items()
    return next(item.id for item in items if item.type == "attachment")


def test_files_are_made_harmless_and_belong_to_the_key(cast: Cast) -> None:
    version = publish(cast, "clinic-opening")
    item = _attachment_of(version)
    key = new_key()
    response = _upload(Client(), key, PDF, item=item)
    assert response.status_code == 201, response.content.decode()
    kept = response.json()
    assert kept["kind"] == "pdf"
    assert set(kept) == {"id", "name", "bytes", "kind", "removed"}
    refused = _upload(Client(), key, b"MZ not a picture", name="a.exe", item=item)
    assert _problem(refused, 422, "file_refused")["errors"][0]["location"] == "form.file"
    _problem(_upload(Client(), key, PDF, item="no_such_item"), 422, "unknown_item")
    _problem(_upload(Client(), key, PDF, item=item, body="tsu"), 404, "not_found")


def _awaiting(application: Application, cast: Cast) -> str:
    actor, now = desk(cast.clerk, clock.day_of(clock.now())).actor, clock.now()
    services.accept(application=application, by=actor, at=now)
    services.review(application=application, by=actor, at=now)
    services.request_amendment(
        application=application,
        items=[services.AskedItem("requester_name", "氏名を確かめてください。")],
        due_on=clock.day_of(now + timedelta(days=7)),
        message="",
        by=actor,
        at=now,
    )
    return services.secret_for(application.idempotency_key)


def test_an_amendment_is_answered(application: Application, cast: Cast) -> None:
    secret = {"Application-Secret": services.secret_for(application.idempotency_key)}
    place = f"/applications/{application.number}"
    _problem(GUEST.post(f"{place}/amend", {"answers": application.answers}, secret), 409, "wrong_state")
    _awaiting(application, cast)
    shown = GUEST.get(place, secret).json()
    assert shown["amendment"]["items"] == [
        {"item_id": "requester_name", "message": "氏名を確かめてください。"}
    ]
    _problem(GUEST.post(f"{place}/amend", {"answers": {}}, secret), 422, "answers_invalid")
    _problem(GUEST.post(f"{place}/amend", {"answers": application.answers}), 404, "not_found")
    done = GUEST.post(f"{place}/amend", {"answers": application.answers}, secret)
    assert done.status_code == 200
    assert done.json()["status"] == Status.IN_REVIEW


def test_guessing_codes_ends_soon(application: Application) -> None:
    place = f"/applications/{application.number}"
    for _turn in range(10):
        assert GUEST.get(place, {"Application-Secret": "WRONG"}).status_code == 404
    right = {"Application-Secret": services.secret_for(application.idempotency_key)}
    _problem(GUEST.get(place, right), 429, "too_many_tries")


def test_too_many_calls_are_told_when_to_come_back(db: None) -> None:
    with clock.simulated(AT):
        for _turn in range(240):
            assert GUEST.get("/procedures").status_code == 200
        last = GUEST.get("/procedures")
    _problem(last, 429, "too_many_requests")
    assert 1 <= int(last["Retry-After"]) <= 60


def test_a_session_is_no_token(cast: Cast, application: Application) -> None:
    browser = sign_in(Client(), cast.clerk)
    response = browser.get(f"{ROOT}/desk/applications")
    _problem(response, 401, "unauthorized")
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/", "/nothing", "/desk", "/procedures/", "/desk/applications/x/y/z"])
def test_every_answer_below_the_root_is_for_programs(db: None, path: str) -> None:
    response = GUEST.get(path)
    if path != "/":
        _problem(response, 404, "not_found")


def test_wrong_methods_are_told_the_right_ones(db: None) -> None:
    response = Client().delete(f"{ROOT}/procedures")
    _problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET"


def test_the_reference_page_has_no_script(db: None) -> None:
    page = Client().get(f"{ROOT}/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "submit_application" in text
    assert "cdn" not in text.lower()
    assert "<script>" not in text

"""The end of the retention period: nothing personal is left, everything that counts is."""

import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client

from kencho.applications import figures, queries, services, tasks
from kencho.applications.models import Application, Erasure, Status
from kencho.applications.samples import sample_pdf
from kencho.applications.testing import AT, GUEST, SETUP, apply, publish
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest
from kencho.audit.models import Entry
from kencho.files import services as files
from kencho.files import store
from kencho.files.models import StoredFile
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk, sign_in
from kencho.records.models import Record, SealUse
from kencho.records.office_seals import make_demo_seals

FAMILY = "消去田"
MAIL = "shokyo@example.jp"
# Kept by law of the household: who of the staff did what; and what only tells that something happened.
APPS = ("applications", "approvals", "files", "notifications", "records", "foundation")


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Content is stored under its own hash: tests beside these may hand in the same file at the same moment."""
    settings.FILES_DIR = tmp_path / "files"
    store.storage.cache_clear()
    yield
    store.storage.cache_clear()


def _actor(staff: StaffMember) -> Actor:
    return desk(staff, date(2026, 6, 1)).actor


def _application(cast: Cast, *, seed: int = 1) -> Application:
    """An application whose applicant, answers, file and messages can be told from all others."""
    application = apply(publish(cast, routes=not ApprovalRequest.objects.exists()), seed=seed)
    answers = {
        **application.answers,
        "requester_kind": "person",
        "requester_name": {"family": FAMILY, "given": "某", "family_kana": "ショ", "given_kana": "ボ"},
        "email": MAIL,
    }
    answers.pop("organization", None)
    application.answers = answers
    application.applicant_name, application.applicant_email = f"{FAMILY} 某", MAIL
    application.search_text = f"{application.number} {FAMILY} 某"
    application.save()
    upload = files.receive(
        body=cast.body,
        content=io.BytesIO(sample_pdf()),
        name=f"{FAMILY}の住民票.pdf",
        owner="paper",
        max_bytes=1_000_000,
        kinds=["pdf"],
        by=GUEST,
        at=AT,
    )
    application.documents.create(item_id="proxy", upload=upload, added_at=AT)
    return application


def _walk(application: Application, cast: Cast) -> None:
    """Through amendment, remark, checklist and approval to the issued notice, each with the name in its free text."""
    clerk, at = _actor(cast.clerk), AT + timedelta(hours=1)
    with clock.simulated(AT):
        queue.drain(strict=True)
    services.accept(application=application, by=clerk, at=at)
    services.review(application=application, by=clerk, at=at)
    services.remark(application=application, text=f"{FAMILY}さんに電話した。", by=clerk, at=at)
    services.answer_checklist(
        application=application,
        findings={"rs_specified": ("met", f"{FAMILY}さん")},
        by=clerk,
        at=at,
    )
    services.request_amendment(
        application=application,
        items=[services.AskedItem("requester_name", f"{FAMILY}の漢字")],
        due_on=date(2026, 6, 20),
        message=f"{FAMILY}様",
        by=clerk,
        at=at,
    )
    application.refresh_from_db()
    guest = Actor(ActorKind.GUEST, application.number, "")
    services.amend(application=application, answers=application.answers, by=guest, at=at)
    services.draft_decision(
        application=application, kind="disclose", grounds=FAMILY, text=f"{FAMILY}様", by=clerk, at=at
    )
    request = services.submit_for_approval(application=application, drafter=cast.clerk, by=clerk, at=at)
    for staff in (cast.chief, cast.head, cast.governor):
        request.refresh_from_db()
        if request.is_pending:
            digest = request.rounds.latest("pk").digest
            try:
                approvals.approve(request=request, digest=digest, comment=FAMILY, by=_actor(staff), at=at)
            except approvals.UnableToApprove:
                continue
    with clock.simulated(AT + timedelta(days=1)):
        queue.drain(strict=True)


@pytest.fixture
def issued(cast: Cast) -> Application:
    """An application that has gone the whole way."""
    make_demo_seals([cast.body], at=AT - timedelta(days=400))
    application = _application(cast)
    _walk(application, cast)
    application.refresh_from_db()
    assert application.status == Status.ISSUED
    return application


def over(application: Application) -> datetime:
    """The first moment after the last of its records has expired."""
    last = max(Record.objects.filter(subject_id=str(application.pk)).values_list("retain_until", flat=True))
    return datetime.combine(last, datetime.min.time(), tzinfo=clock.JST)


def rows_that_name(words: str) -> list[str]:
    """Every row of every table in which these words stand."""
    return [
        f"{model.__name__}: {row}"
        for name in APPS
        for model in apps.get_app_config(name).get_models()
        for row in model._base_manager.values()
        if words in json.dumps(row, ensure_ascii=False, default=str)
    ]


def _figures() -> list[object]:
    """All that is counted of the year, and the evidence behind it."""
    asked = Asked.whole(FiscalYear(2026), body="240001", as_of=AT + timedelta(days=300))
    return [
        figures.received_online(asked).count(),
        figures.online_share(asked),
        list(figures.received_rows(asked)),
        figures.received_by_unit(asked),
        figures.handling(asked),
        list(figures.by_month("240001")),
    ]


def test_nothing_personal_is_left(issued: Application) -> None:
    assert len(rows_that_name(FAMILY)) > 6
    keys = [stored.key for stored in StoredFile.objects.all()]
    with clock.simulated(over(issued)):
        tasks.erase_expired_applications()
        queue.drain(strict=True)
    assert rows_that_name(FAMILY) == []
    assert rows_that_name(MAIL) == []
    assert not any(store.storage().exists(key) for key in keys)
    assert not StoredFile.objects.exists()


def test_what_counts_stays(issued: Application) -> None:
    at, receipt = over(issued), queries.by_number(issued.number)
    kept = Application.objects.values(
        "number", "status", "arrived_at", "decided_at", "due_on", "channel", "division", "answers_digest"
    ).get()
    before = list(Entry.objects.order_by("pk").values_list("mac", flat=True))
    records = list(Record.objects.order_by("pk").values("number", "title", "retain_until"))
    steps = issued.changes.count()
    counted, documents = _figures(), issued.documents.count()
    erasure = services.erase(application=issued, by=SETUP, at=at)
    assert receipt is not None
    assert Application.objects.values(*kept).get() == kept
    assert _figures() == counted
    assert counted[0] == 1
    assert list(Record.objects.order_by("pk").values("number", "title", "retain_until")) == records
    assert SealUse.objects.count() == 1
    assert issued.changes.count() == steps
    assert list(Entry.objects.order_by("pk").values_list("mac", flat=True))[: len(before)] == before
    assert erasure.documents == documents > 0
    acts = set(Entry.objects.filter(pk__gt=0).order_by("pk").values_list("action", flat=True)[len(before) :])
    assert acts == {
        "applications.application.erase",
        "approvals.request.erase",
        "files.upload.erase",
        "records.record.erase_file",
    }


def test_not_a_day_too_early_and_not_twice(issued: Application) -> None:
    at = over(issued)
    with pytest.raises(services.UnableToErase):
        services.erase(application=issued, by=SETUP, at=at - timedelta(seconds=1))
    services.erase(application=issued, by=SETUP, at=at)
    with pytest.raises(services.UnableToErase):
        services.erase(application=issued, by=SETUP, at=at)
    assert services.erase_expired(by=SETUP, at=at) == services.ErasureRun(0, 0)


def test_a_notice_that_is_kept_longer_keeps_its_application(issued: Application) -> None:
    at = over(issued)
    Record.objects.filter(pk=issued.notice.record_id).update(retain_until=date(2099, 4, 1))
    assert services.erase_expired(by=SETUP, at=at) == services.ErasureRun(0, 0)


def test_an_open_application_is_not_erased(cast: Cast) -> None:
    application = _application(cast)
    with clock.simulated(AT):
        queue.drain(strict=True)
    assert services.erase_expired(by=SETUP, at=over(application)) == services.ErasureRun(0, 0)


def test_a_pending_approval_keeps_it(issued: Application) -> None:
    ApprovalRequest.objects.update(state="pending", closed_at=None)
    assert services.erase_expired(by=SETUP, at=over(issued)) == services.ErasureRun(0, 1)
    assert not Erasure.objects.exists()
    assert Application.objects.get().applicant_name


def test_a_hold_keeps_it_until_it_is_lifted(issued: Application, cast: Cast) -> None:
    at = over(issued)
    clerk = _actor(cast.clerk)
    with pytest.raises(PermissionDenied):
        services.hold_erasure(
            application=issued, reason="審査請求", by=_actor(cast.other_division_clerk), at=at
        )
    with pytest.raises(services.UnableToHold):
        services.hold_erasure(application=issued, reason=" ", by=clerk, at=at)
    services.hold_erasure(application=issued, reason="審査請求が出ている", by=clerk, at=at)
    with pytest.raises(services.UnableToHold):
        services.hold_erasure(application=issued, reason="もう一つ", by=clerk, at=at)
    assert services.erase_expired(by=SETUP, at=at) == services.ErasureRun(0, 0)
    services.end_hold(application=issued, by=clerk, at=at)
    with pytest.raises(services.UnableToHold):
        services.end_hold(application=issued, by=clerk, at=at)
    assert services.erase_expired(by=SETUP, at=at) == services.ErasureRun(1, 0)
    with pytest.raises(services.UnableToHold):
        services.hold_erasure(application=issued, reason="遅すぎた", by=clerk, at=at)


def test_staff_cannot_erase(issued: Application, cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        services.erase(application=issued, by=_actor(cast.clerk), at=over(issued))


def test_its_pages_say_so(issued: Application, cast: Cast) -> None:
    client = sign_in(Client(), cast.clerk)
    services.erase(application=issued, by=SETUP, at=over(issued))
    page = client.get(f"/desk/applications/{issued.pk}/")
    assert page.status_code == 200
    assert "個人情報を消去しました" in page.content.decode()
    assert "通知書を見る" not in page.content.decode()
    assert client.get(f"/desk/applications/{issued.pk}/notice/").status_code == 404
    assert not queries.knows_secret(Application.objects.get(), services.secret_for(issued.idempotency_key))
    request = ApprovalRequest.objects.get()
    shown = client.get(f"/desk/approvals/{request.pk}/")
    assert "保存期間が満了したため" in shown.content.decode()


def test_the_same_file_of_another_application_stays(issued: Application, cast: Cast) -> None:
    other = apply(issued.version, seed=9)
    shared = issued.documents.get(upload__owner="paper").upload
    twin = files.receive(
        body=cast.body,
        content=io.BytesIO(sample_pdf()),
        name="同じ.pdf",
        owner="paper",
        max_bytes=1_000_000,
        kinds=["pdf"],
        by=GUEST,
        at=AT,
    )
    other.documents.create(item_id="proxy", upload=twin, added_at=AT)
    assert twin.clean_copy == shared.clean_copy
    with clock.simulated(over(issued)):
        services.erase(application=issued, by=SETUP, at=over(issued))
        queue.drain(strict=True)
    assert twin.clean_copy is not None
    assert store.storage().exists(twin.clean_copy.key)


def say(*words: str) -> str:
    out = StringIO()
    call_command("applications", *words, stdout=out)
    return out.getvalue()


def test_the_command(issued: Application) -> None:
    with clock.simulated(over(issued)):
        shown = say("erase", "--dry-run")
        assert issued.number in shown
        assert "1件" in shown
        assert not Erasure.objects.exists()
        assert "差し止めました" in say("hold", issued.number, "--reason", "審査請求")
        with pytest.raises(CommandError, match="すでに"):
            say("hold", issued.number, "--reason", "審査請求")
        assert "0件" in say("erase", "--dry-run")
        assert "解きました" in say("release", issued.number)
        with pytest.raises(CommandError, match="差し止めていない"):
            say("release", issued.number)
        assert "1件の個人情報" in say("erase")
    with pytest.raises(CommandError, match="ありません"):
        say("release", "24000-08-999999-9")

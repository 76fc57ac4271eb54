"""Files that were never sent, and drafts that nobody came back to, are erased in time, and nothing else."""

import io
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from kencho.applications import services, tasks
from kencho.applications.models import ApplicationDraft
from kencho.applications.samples import sample_pdf
from kencho.applications.testing import AT, GUEST, SETUP, apply, publish
from kencho.audit.models import Entry
from kencho.files import services as files
from kencho.files import store
from kencho.files.models import StoredFile, Upload
from kencho.foundation import clock, queue
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion
from kencho.procedures.queries import InForce, compiled_of

EDGE = AT + timedelta(days=settings.UPLOAD_DAYS)
LATER = EDGE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Content is stored under its own hash: tests beside these may hand in the same file at the same moment."""
    settings.FILES_DIR = tmp_path / "files"
    store.storage.cache_clear()
    yield
    store.storage.cache_clear()


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    """A procedure."""
    return publish(cast, routes=False)


def draft_of(version: ProcedureVersion) -> ApplicationDraft:
    found = InForce(version.procedure, version, compiled_of(version))
    return services.begin_draft(procedure=found, user=None, at=AT)


def hand_in(cast: Cast, owner: str, content: bytes = b"") -> Upload:
    return files.receive(
        body=cast.body,
        content=io.BytesIO(content or sample_pdf()),
        name="住民票.pdf",
        owner=owner,
        max_bytes=1_000_000,
        kinds=["pdf"],
        by=GUEST,
        at=AT,
    )


def left() -> list[str]:
    return list(Upload.objects.values_list("owner", flat=True))


@pytest.mark.parametrize(
    "owner", ["5f0c6a52-3d0e-4b61-9c6b-0d3b6a1f7e11", "api:" + "0" * 64, "24000-08-000001-5"]
)
def test_what_was_never_sent_is_erased_with_its_bytes(cast: Cast, owner: str) -> None:
    upload = hand_in(cast, owner)
    assert upload.original is not None
    assert upload.clean_copy is not None
    keys = [upload.original.key, upload.clean_copy.key]
    assert services.erase_unused_uploads(by=SETUP, at=EDGE) == 0
    with clock.simulated(LATER):
        tasks.erase_unused_uploads()
        assert all(store.storage().exists(key) for key in keys)
        queue.drain(strict=True)
    assert left() == []
    assert not StoredFile.objects.exists()
    assert not any(store.storage().exists(key) for key in keys)
    entry = Entry.objects.get(action="files.upload.erase")
    assert "住民票" not in f"{entry.subject_label} {entry.details}"


def test_a_kept_draft_keeps_its_files(cast: Cast, version: ProcedureVersion) -> None:
    draft = draft_of(version)
    hand_in(cast, str(draft.pk))
    assert services.erase_unused_uploads(by=SETUP, at=LATER) == 0
    assert services.erase_expired_drafts(by=SETUP, at=draft.expires_at - timedelta(seconds=1)) == 0
    assert services.erase_expired_drafts(by=SETUP, at=draft.expires_at) == 1
    assert Entry.objects.get(action="applications.draft.erase").subject_id == str(draft.pk)
    assert services.erase_unused_uploads(by=SETUP, at=draft.expires_at) == 1
    assert left() == []


def test_a_discarded_draft_lets_go_of_its_files(cast: Cast, version: ProcedureVersion) -> None:
    draft = draft_of(version)
    hand_in(cast, str(draft.pk))
    services.discard_draft(draft=draft)
    assert services.erase_unused_uploads(by=SETUP, at=LATER) == 1


def test_files_of_applications_and_of_other_apps_stay(cast: Cast, version: ProcedureVersion) -> None:
    application = apply(version)
    sent = hand_in(cast, str(uuid.uuid4()))
    application.documents.create(item_id="proxy", upload=sent, added_at=AT)
    hand_in(cast, "intake:1")
    kept = Upload.objects.count()
    assert services.erase_unused_uploads(by=SETUP, at=LATER) == 0
    assert Upload.objects.count() == kept


def test_bytes_that_somebody_else_handed_in_again_stay(cast: Cast) -> None:
    hand_in(cast, str(uuid.uuid4()))
    services.erase_unused_uploads(by=SETUP, at=LATER)
    again = hand_in(cast, "intake:1")
    with clock.simulated(LATER):
        queue.drain(strict=True)
    assert again.original is not None
    assert again.clean_copy is not None
    assert store.storage().exists(again.original.key)
    assert store.storage().exists(again.clean_copy.key)


def test_bytes_that_vanish_while_they_are_handed_in_are_kept_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, calls = store.put, []

    def erased_in_between(key: str, content: bytes) -> None:
        put(key, content)
        calls.append(key)
        if len(calls) == 1:
            store.erase(key)

    monkeypatch.setattr(store, "put", erased_in_between)
    stored = files.keep(body=cast.body, content=b"x", kind="txt", at=AT)
    assert store.read(stored.key) == b"x"

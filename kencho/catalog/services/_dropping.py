"""Dropping a file: taken in parts that may be sent again, kept under quarantine, then read by a background task."""

import os
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from kencho.catalog import permissions
from kencho.catalog.models import Preparation, Resource
from kencho.catalog.services._common import hold_preparation, note_act
from kencho.catalog.services._errors import Reason, UnableToPrepare
from kencho.files import services as files
from kencho.foundation import queue
from kencho.foundation.actors import Actor

State = Preparation.State
CHUNK = 1 << 20
OPEN = (State.RECEIVING, State.READING, State.PROPOSED, State.CHECKING, State.READY, State.FAILED)


def part_of(preparation: Preparation) -> Path:
    """Where the bytes of a file stand until all are here."""
    return Path(settings.CATALOG_DROPS) / str(preparation.pk)


@transaction.atomic
def begin_preparation(*, resource: Resource, name: str, size: int, by: Actor, at: datetime) -> Preparation:
    """ファイルを置き始める; size in bytes. Raises UnableToPrepare."""
    dataset = resource.dataset
    if dataset.division is None or not permissions.may_edit(by, dataset):
        raise UnableToPrepare(Reason.NOT_ALLOWED)
    if size <= 0:
        raise UnableToPrepare(Reason.EMPTY_FILE)
    if size > settings.CATALOG_MEGABYTES * 1_000_000:
        raise UnableToPrepare(Reason.TOO_LARGE, f"{settings.CATALOG_MEGABYTES} MB")
    preparation = Preparation.objects.create(
        body=dataset.body,
        division=dataset.division,
        resource=resource,
        name=Path(name.replace("\\", "/")).name[-200:] or "data",
        size=size,
        started_at=at,
        started_by=by.name,
        changed_at=at,
    )
    note_act("catalog.preparation.begin", preparation, by=by, at=at, bytes=size)
    return preparation


def receive_part(
    *, preparation: Preparation, offset: int, content: IO[bytes] | File[Any], by: Actor, at: datetime
) -> Preparation:
    """続きを受け取る from `offset` (bytes). The answer's ``received`` is on the disk; what was sent twice counts once.

    Raises UnableToPrepare: WRONG_PART when bytes before the offset are missing, TOO_LARGE past the announced size.
    """
    with transaction.atomic():
        row = hold_preparation(preparation)
        if not permissions.may_prepare(by, row):
            raise UnableToPrepare(Reason.NOT_ALLOWED)
        if row.state != State.RECEIVING:
            raise UnableToPrepare(Reason.WRONG_STATE)
        if offset > row.received or offset < 0:
            raise UnableToPrepare(Reason.WRONG_PART, str(row.received))
        row.received = max(row.received, _append(row, offset, content))
        row.changed_at = at
        row.save(update_fields=["received", "changed_at"])
        if row.received == row.size:
            _complete(row, by, at)
    if row.state != State.RECEIVING:
        part_of(row).unlink(missing_ok=True)
    return row


def _append(row: Preparation, offset: int, content: IO[bytes] | File[Any]) -> int:
    """Write a part at its place; returns the end of it in bytes."""
    place = part_of(row)
    place.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    end = offset
    try:
        os.lseek(handle, offset, os.SEEK_SET)
        while chunk := content.read(CHUNK):
            end += len(chunk)
            if end > row.size:
                raise UnableToPrepare(Reason.TOO_LARGE, f"{row.size} bytes")
            os.write(handle, chunk)
        os.fsync(handle)
    finally:
        os.close(handle)
    return end


def _complete(row: Preparation, by: Actor, at: datetime) -> None:
    with part_of(row).open("rb") as whole:
        row.original = files.keep_stream(body=row.body, content=whole, kind="raw", at=at, quarantined=True)
    row.state, row.progress = State.READING, 0
    row.save(update_fields=["original", "state", "progress"])
    queue.enqueue("catalog.read_drop", {"preparation_id": str(row.pk)}, at=at, body=row.body.code)


@transaction.atomic
def drop_preparation(*, preparation: Preparation, by: Actor, at: datetime) -> Preparation:
    """準備をやめる: nothing of it is published; its files are erased by the nightly task. Raises UnableToPrepare."""
    row = hold_preparation(preparation)
    if not permissions.may_prepare(by, row):
        raise UnableToPrepare(Reason.NOT_ALLOWED)
    if row.state not in OPEN:
        raise UnableToPrepare(Reason.WRONG_STATE)
    row.state, row.changed_at = State.DROPPED, at
    row.save(update_fields=["state", "changed_at"])
    note_act("catalog.preparation.drop", row, by=by, at=at)
    part_of(row).unlink(missing_ok=True)
    return row

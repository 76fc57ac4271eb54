"""Writing files: what people hand in is quarantined and rebuilt; what Kencho makes is kept as it is."""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from kencho.audit import services as audit
from kencho.files import store
from kencho.files.models import StoredFile, Upload
from kencho.files.sanitize import (
    Action,
    Address,
    Kind,
    Limits,
    Outcome,
    Reason,
    Refusal,
    Verdict,
    clamd_scan,
    recognise,
    sanitize_file,
)
from kencho.foundation import queue
from kencho.foundation.actors import Actor
from kencho.organization.models import Body

NAME_LENGTH = 200
# An opened file, or one as Django receives it.
Readable = IO[bytes] | File[Any]


class UnableToReceive(Exception):
    """The file is not taken; ``code`` says why, the message tells the person what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def keep(*, body: Body, content: bytes, kind: str, at: datetime, quarantined: bool = False) -> StoredFile:
    """Keep bytes under their SHA-256; the blob is on the disk before the row exists."""
    digest, size = store.digest_of(io.BytesIO(content))
    return _keep(body, content, digest, size, kind, at, quarantined=quarantined)


def keep_stream(
    *, body: Body, content: Readable, kind: str, at: datetime, quarantined: bool = False
) -> StoredFile:
    """Keep a file that is too large to hold in memory, under its SHA-256; what `keep` says holds here too."""
    digest, size = store.digest_of(content)
    return _keep(body, content, digest, size, kind, at, quarantined=quarantined)


def _keep(
    body: Body,
    content: bytes | Readable,
    digest: str,
    size: int,
    kind: str,
    at: datetime,
    *,
    quarantined: bool,
) -> StoredFile:
    row = StoredFile(body=body, digest=digest, size=size, kind=kind, quarantined=quarantined, created_at=at)
    store.put(row.key, content)
    stored, created = StoredFile.objects.get_or_create(
        body=body,
        digest=digest,
        quarantined=quarantined,
        defaults={"size": size, "kind": kind, "created_at": at},
    )
    if created:
        # The same content may have been erased between the two lines above; once the row is there, it cannot be.
        store.put(row.key, content)
    return stored


def receive(
    *,
    body: Body,
    content: Readable,
    name: str,
    owner: str,
    max_bytes: int,
    kinds: Sequence[str],
    by: Actor,
    at: datetime,
) -> Upload:
    """受け取る: measure, recognise by content, scan, rebuild apart, keep both. Raises UnableToReceive."""
    digest, size = store.digest_of(content)
    if size == 0:
        raise UnableToReceive("empty", _("ファイルが空です。中身のあるファイルを選んでください。"))
    if size > max_bytes:
        raise UnableToReceive(
            "too_large",
            _("ファイルが大きすぎます。%(limit)sMB以内にしてください。")
            % {"limit": max(1, max_bytes // 1_000_000)},
        )
    rebuilt = _rebuilt_before(body, digest, kinds) or _rebuild(
        body, content, Limits(bytes_in=max_bytes), kinds, at
    )
    with transaction.atomic():
        original = _keep(body, content, digest, size, rebuilt.clean.kind, at, quarantined=True)
        upload = Upload.objects.create(
            body=body,
            owner=owner,
            name=_plain_name(name, rebuilt.clean.kind),
            original=original,
            clean_copy=rebuilt.clean,
            state=Upload.State.CLEAN,
            removed=list(rebuilt.removed),
            pages=rebuilt.pages,
            uploaded_at=at,
        )
        audit.record(
            "files.upload.receive",
            upload,
            by=by,
            at=at,
            label=digest[:16],
            body=body.code,
            details={"kind": rebuilt.clean.kind, "bytes": size, "removed": len(rebuilt.removed)},
        )
    return upload


def quarantine(
    *,
    body: Body,
    content: Readable,
    name: str,
    owner: str,
    max_bytes: int,
    kinds: Sequence[str],
    by: Actor,
    at: datetime,
) -> Upload:
    """預かる: keep the original at once, to be rebuilt later by ``rebuild``; for files too large to let somebody wait.

    Looks at size and kind only. Raises UnableToReceive.
    """
    digest, size = store.digest_of(content)
    if size > max_bytes:
        raise UnableToReceive(
            "too_large",
            _("ファイルが大きすぎます。%(limit)sMB以内にしてください。")
            % {"limit": max(1, max_bytes // 1_000_000)},
        )
    kind = _kind_of(content, kinds)
    original = StoredFile(body=body, digest=digest, size=size, kind=kind, quarantined=True, created_at=at)
    # Before the transaction, which others may wait for.
    store.put(original.key, content)
    with transaction.atomic():
        content.seek(0)
        upload = Upload.objects.create(
            body=body,
            owner=owner,
            name=_plain_name(name, kind),
            original=_keep(body, content, digest, size, kind, at, quarantined=True),
            state=Upload.State.CHECKING,
            uploaded_at=at,
        )
        audit.record(
            "files.upload.quarantine",
            upload,
            by=by,
            at=at,
            label=digest[:16],
            body=body.code,
            details={"kind": kind, "bytes": size},
        )
    return upload


def _kind_of(content: Readable, kinds: Sequence[str]) -> str:
    try:
        kind = str(recognise(content).value)
    except Refusal as refused:
        if refused.reason == Reason.EMPTY:
            raise UnableToReceive(
                "empty", _("ファイルが空です。中身のあるファイルを選んでください。")
            ) from refused
        raise UnableToReceive(str(refused.reason), _refusal(str(refused.reason))) from refused
    finally:
        content.seek(0)
    if kind not in kinds:
        raise UnableToReceive(
            "kind", _("この種類のファイルは付けられません。指定された種類のファイルを選んでください。")
        )
    return kind


def rebuild(*, upload: Upload, limits: Limits, kinds: Sequence[str], by: Actor, at: datetime) -> Upload:
    """作り直す: make the clean copy of a file in quarantine, outside any transaction; the verdict is on the row.

    Does nothing when there is a verdict already. Raises UnableToReceive only for what may go away by itself
    (``scanner_down``, ``no_isolation``).
    """
    if upload.state != Upload.State.CHECKING or upload.original is None:
        return upload
    try:
        with store.storage().open(upload.original.key) as original:
            rebuilt = _rebuild(upload.body, original, limits, kinds, at)
    except UnableToReceive as refused:
        if refused.code in {"scanner_down", "no_isolation"}:
            raise
        verdict: dict[str, Any] = {"state": Upload.State.REFUSED, "reason": refused.code[:40]}
    else:
        verdict = {
            "state": Upload.State.CLEAN,
            "clean_copy": rebuilt.clean,
            "removed": list(rebuilt.removed),
            "pages": rebuilt.pages,
        }
    with transaction.atomic():
        if Upload.objects.filter(pk=upload.pk, state=Upload.State.CHECKING).update(**verdict):
            audit.record(
                "files.upload.rebuild",
                upload,
                by=by,
                at=at,
                label=upload.original.digest[:16],
                body=upload.body.code,
                details={"state": str(verdict["state"])},
            )
    upload.refresh_from_db()
    return upload


@transaction.atomic
def hand_in(
    *, body: Body, content: bytes, kind: str, name: str, owner: str, pages: int, by: Actor, at: datetime
) -> Upload:
    """A file that Kencho made itself, to be filed like one that was handed in: there is no original to distrust."""
    kept = keep(body=body, content=content, kind=kind, at=at)
    upload = Upload.objects.create(
        body=body,
        owner=owner,
        name=_plain_name(name, kind),
        clean_copy=kept,
        state=Upload.State.CLEAN,
        pages=pages,
        uploaded_at=at,
    )
    audit.record("files.upload.hand_in", upload, by=by, at=at, label=kept.digest[:16], body=body.code)
    return upload


@transaction.atomic
def erase(*, uploads: Sequence[Upload], by: Actor, at: datetime) -> int:
    """消す: uploads with their original and clean copy; what something else still refers to stays. Returns how many.

    The bytes go after the commit, by the queue, and only when nothing has come to need the same content meanwhile.
    """
    freed: dict[int, StoredFile] = {}
    for upload in uploads:
        audit.record(
            "files.upload.erase",
            upload,
            by=by,
            at=at,
            label=upload.original.digest[:16] if upload.original else "",
            body=upload.body.code,
        )
        freed.update({each.pk: each for each in (upload.original, upload.clean_copy) if each is not None})
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
    release(files=list(freed.values()), at=at)
    return len(uploads)


@transaction.atomic
def release(*, files: Sequence[StoredFile], at: datetime) -> int:
    """Give up stored files to which no row refers any more; returns how many there were of them."""
    gone = 0
    for stored in files:
        try:
            with transaction.atomic():
                StoredFile.objects.filter(pk=stored.pk).delete()
        except ProtectedError:
            continue
        gone += 1
        queue.enqueue(
            "files.erase_blob",
            {"body_id": stored.body_id, "digest": stored.digest, "quarantined": stored.quarantined},
            at=at,
        )
    return gone


@transaction.atomic
def erase_blob(*, body: Body, digest: str, quarantined: bool, at: datetime) -> bool:
    """Erase the bytes of a stored file that was given up; False when somebody has handed in the same content again."""
    # Making the row takes its place: whoever wants to keep the same content waits for this transaction to end.
    row, is_free = StoredFile.objects.get_or_create(
        body=body,
        digest=digest,
        quarantined=quarantined,
        defaults={"size": 0, "kind": "", "created_at": at},
    )
    if is_free:
        store.erase(row.key)
        row.delete()
    return is_free


@dataclass(frozen=True)
class _Rebuilt:
    clean: StoredFile
    removed: tuple[str, ...]
    pages: int | None


def _rebuilt_before(body: Body, digest: str, kinds: Sequence[str]) -> _Rebuilt | None:
    """The clean copy of exactly the same bytes, which need not be rebuilt twice."""
    if settings.CLAMD_ADDRESS:
        # New signatures may know today what yesterday's did not.
        return None
    kept = (
        Upload.objects.filter(
            body=body, original__digest=digest, state=Upload.State.CLEAN, clean_copy__kind__in=list(kinds)
        )
        .select_related("clean_copy")
        .first()
    )
    if kept is None or kept.clean_copy is None:
        return None
    return _Rebuilt(kept.clean_copy, tuple(kept.removed), kept.pages)


def _rebuild(body: Body, content: Readable, limits: Limits, kinds: Sequence[str], at: datetime) -> _Rebuilt:
    with tempfile.TemporaryDirectory(prefix="kencho-upload-") as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        content.seek(0)
        with source.open("wb") as copy:
            while chunk := content.read(store.CHUNK):
                copy.write(chunk)
        content.seek(0)
        _scan(source)
        outcome = sanitize_file(source, target, limits=limits)
        kind = _accepted_kind(outcome, kinds)
        clean = keep(body=body, content=target.read_bytes(), kind=kind, at=at)
    return _Rebuilt(clean, tuple(str(code) for code in outcome.removed), outcome.pages)


def _scan(source: Path) -> None:
    if not settings.CLAMD_ADDRESS:
        return
    host, _colon, port = settings.CLAMD_ADDRESS.rpartition(":")
    scan = clamd_scan(source, Address(host or settings.CLAMD_ADDRESS, int(port) if port.isdigit() else 3310))
    if scan.verdict == Verdict.INFECTED:
        raise UnableToReceive("infected", _("ウイルスが見つかったため、受け取れません。"))
    if scan.verdict != Verdict.CLEAN:
        raise UnableToReceive(
            "scanner_down", _("今はファイルを確認できません。しばらくしてからもう一度お試しください。")
        )


def _accepted_kind(outcome: Outcome, kinds: Sequence[str]) -> str:
    if outcome.action == Action.REFUSED or outcome.kind is None:
        raise UnableToReceive(str(outcome.reason), _refusal(str(outcome.reason)))
    kind = _family(outcome.kind)
    if kind not in kinds:
        raise UnableToReceive(
            "kind", _("この種類のファイルは付けられません。指定された種類のファイルを選んでください。")
        )
    return kind


def _family(kind: Kind) -> str:
    return str(kind.value)


def _refusal(reason: str) -> str:
    texts = {
        "encrypted": _(
            "パスワードがかかったファイルは受け取れません。パスワードを外してから付けてください。"
        ),
        "broken": _("ファイルが壊れているか、読み取れません。保存し直してから付けてください。"),
        "too_many_pages": _("ページが多すぎます。ファイルを分けて付けてください。"),
        "too_many_pixels": _("画像が大きすぎます。小さくしてから付けてください。"),
        "test_virus": _("ウイルスが見つかったため、受け取れません。"),
        "no_isolation": _("今はファイルを確認できません。しばらくしてからもう一度お試しください。"),
        "timeout": _("ファイルの確認に時間がかかりすぎました。PDFにするか、小さくしてから付けてください。"),
    }
    return texts.get(
        reason, _("この種類のファイルは安全を確認できないため、受け取れません。PDFにしてから付けてください。")
    )


def _plain_name(name: str, kind: str) -> str:
    """The file's own name without folders, control and direction-changing characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        c
        for c in base
        if c.isprintable() and c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    stem = kept.strip(". ")[: NAME_LENGTH - 10] or "file"
    return stem if "." in stem else f"{stem}.{kind}"

"""The content-addressed store behind ``StoredFile``: a folder, or S3 through django-storages."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.module_loading import import_string

CHUNK = 1 << 20


_waits_later: ContextVar[bool] = ContextVar("blobs_wait_later", default=False)


@contextmanager
def waiting_once() -> Iterator[None]:
    """For many blobs whose rows are committed only after this block: the disk is waited for once, at its end."""
    token = _waits_later.set(True)
    try:
        yield
        os.sync()
    finally:
        _waits_later.reset(token)


class _DurableFolder(FileSystemStorage):
    """Files are on the disk, not only in its cache, before the row that names them is committed."""

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Save and wait for the disk."""
        saved = super().save(name, content, max_length)
        if _waits_later.get():
            return saved
        path = Path(self.path(saved))
        for place, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
            handle = os.open(place, flags)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return saved


@lru_cache(maxsize=1)
def storage() -> Storage:
    """The store named by KENCHO_FILES_STORAGE."""
    if settings.FILES_STORAGE == "s3":
        made: Storage = import_string("storages.backends.s3.S3Storage")(
            bucket_name=settings.FILES_BUCKET,
            endpoint_url=settings.FILES_ENDPOINT or None,
            default_acl=None,
            querystring_auth=True,
        )
        return made
    return _DurableFolder(location=settings.FILES_DIR)


def digest_of(content: IO[bytes] | File[Any]) -> tuple[str, int]:
    """SHA-256 and size; leaves the file at its start."""
    sha, size = hashlib.sha256(), 0
    content.seek(0)
    while chunk := content.read(CHUNK):
        sha.update(chunk)
        size += len(chunk)
    content.seek(0)
    return sha.hexdigest(), size


def put(key: str, content: bytes | IO[bytes] | File[Any]) -> None:
    """Keep a blob under its key unless it is there already."""
    store = storage()
    if store.exists(key):
        return
    store.save(key, ContentFile(content) if isinstance(content, bytes) else content)


def read(key: str) -> bytes:
    """The blob."""
    with storage().open(key) as kept:
        data: bytes = kept.read()
    return data


def erase(key: str) -> None:
    """Erase the blob; nothing happens when there is none."""
    storage().delete(key)

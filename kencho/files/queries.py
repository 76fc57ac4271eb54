"""Reading files: only sanitised copies and files that Kencho made itself come out of here."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from kencho.files import store
from kencho.files.models import StoredFile, Upload


class QuarantinedFile(Exception):
    """The blob is an original under quarantine and is never handed out."""


def content(stored: StoredFile) -> bytes:
    """The bytes of a stored file. Raises QuarantinedFile."""
    if stored.quarantined:
        raise QuarantinedFile(stored.digest)
    return store.read(stored.key)


@contextmanager
def opened(stored: StoredFile) -> Iterator[IO[bytes] | File[Any]]:
    """A stored file to be read in parts, for those too large to hold. Raises QuarantinedFile."""
    if stored.quarantined:
        raise QuarantinedFile(stored.digest)
    with store.storage().open(stored.key) as kept:
        yield kept


@contextmanager
def on_disk(stored: StoredFile, *, for_offline_child: bool = False) -> Iterator[Path]:
    """Where a blob lies on this machine's disk, for processes that open files by their name.

    An original under quarantine is given only to a child without network (`for_offline_child`). Raises
    QuarantinedFile. The place is good within the block; a store elsewhere is copied for it.
    """
    if stored.quarantined and not for_offline_child:
        raise QuarantinedFile(stored.digest)
    kept = store.storage()
    if isinstance(kept, FileSystemStorage):
        yield Path(kept.path(stored.key))
        return
    with tempfile.TemporaryDirectory(prefix="kencho-file-") as folder:
        copy = Path(folder) / stored.digest
        with kept.open(stored.key) as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield copy


def uploads(ids: Iterable[str], *, owner: str) -> dict[str, Upload]:
    """Uploads of one owner (a draft, an application) by id."""
    found = Upload.objects.filter(pk__in=list(ids), owner=owner).select_related("clean_copy")
    return {str(upload.pk): upload for upload in found}

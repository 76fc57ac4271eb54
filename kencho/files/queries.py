"""Reading files: only sanitised copies and files that Kencho made itself come out of here."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.files.base import File

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


def uploads(ids: Iterable[str], *, owner: str) -> dict[str, Upload]:
    """Uploads of one owner (a draft, an application) by id."""
    found = Upload.objects.filter(pk__in=list(ids), owner=owner).select_related("clean_copy")
    return {str(upload.pk): upload for upload in found}

"""Reading files: only sanitised copies and files that Kencho made itself come out of here."""

from collections.abc import Iterable

from kencho.files import store
from kencho.files.models import StoredFile, Upload


class QuarantinedFile(Exception):
    """The blob is an original under quarantine and is never handed out."""


def content(stored: StoredFile) -> bytes:
    """The bytes of a stored file. Raises QuarantinedFile."""
    if stored.quarantined:
        raise QuarantinedFile(stored.digest)
    return store.read(stored.key)


def uploads(ids: Iterable[str], *, owner: str) -> dict[str, Upload]:
    """Uploads of one owner (a draft, an application) by id."""
    found = Upload.objects.filter(pk__in=list(ids), owner=owner).select_related("clean_copy")
    return {str(upload.pk): upload for upload in found}

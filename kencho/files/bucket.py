"""The bucket as the backup sees it: every file that the database names, through the storage's own interface."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage

from kencho.files import store
from kencho.files.models import StoredFile
from kencho.foundation.backup import FileElsewhere


@dataclass(frozen=True)
class Bucket:
    """Files in django-storages. What its library raises becomes OSError, as for a folder."""

    name: str
    storage: Storage

    def listed(self) -> Iterator[FileElsewhere]:
        """Every file that the database names, in the order of its rows."""
        for row in StoredFile.objects.select_related("body").order_by("pk").iterator(chunk_size=500):
            yield FileElsewhere(row.key, row.size)

    def open(self, key: str) -> IO[bytes]:
        """A file to read on; raises FileNotFoundError, OSError."""
        try:
            opened: IO[bytes] = self.storage.open(key)
        except OSError:
            raise
        except Exception as failed:  # each storage has exceptions of its own
            raise OSError(f"{self.name}: {failed}") from failed
        return opened

    def keep(self, key: str, content: IO[bytes], size: int) -> None:
        """Put a file in its place; one of the same name and size is the same, because the name is its SHA-256."""
        try:
            if self.storage.exists(key):
                if self.storage.size(key) == size:
                    return
                self.storage.delete(key)
            self.storage.save(key, File(content))
        except OSError:
            raise
        except Exception as failed:  # as above
            raise OSError(f"{self.name}: {failed}") from failed


def find() -> Bucket | None:
    """The bucket of this installation; None when files lie in the folder."""
    if settings.FILES_STORAGE != "s3":
        return None
    return Bucket(settings.FILES_BUCKET or settings.FILES_STORAGE, store.storage())

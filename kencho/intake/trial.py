"""Trying a template on a scan: one page is read in a process of its own, the result is shown, nothing is kept."""

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files import File

from kencho.files import queries as files
from kencho.intake.engine.shapes import PageReading
from kencho.intake.engine.templates import from_data
from kencho.intake.models import FormTemplate

MOST_BYTES = 50_000_000
SECONDS = 60.0
# A reader takes a processor and half a gigabyte for as long as it reads: one at a time beside the pages of others.
_turn = threading.BoundedSemaphore(1)


class Busy(Exception):
    """Somebody else is trying a scan at this moment."""


@dataclass(frozen=True)
class TooLarge(Exception):
    """The file is larger than a single page has any reason to be."""

    size: int


def read_first_page(template: FormTemplate, file: IO[bytes] | File[Any]) -> PageReading:
    """The first page of a scan read with this template alone. Raises ``Unreadable``, ``TooLarge`` and ``Busy``."""
    if not _turn.acquire(blocking=False):
        raise Busy
    try:
        return _read(template, file)
    finally:
        _turn.release()


def _read(template: FormTemplate, file: IO[bytes] | File[Any]) -> PageReading:
    # Only a trial needs the reader in a web process, and there only the pipe to it.
    from kencho.intake.engine.process import Job, ReadingProcess

    form = from_data(template.layout)
    blank = files.content(template.blank) if template.blank else b""
    job = Job(templates={form.id: form}, blanks={form.id: blank} if blank else {}, options={})
    with tempfile.TemporaryDirectory(prefix="kencho-trial-") as folder:
        path = Path(folder, "scan")
        content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise TooLarge(len(content))
        path.write_bytes(content)
        with ReadingProcess(page_seconds=SECONDS) as process:
            process.open(path)
            return process.read(1, job)

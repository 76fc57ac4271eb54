"""The reading child of this worker: one process for all pages that come, closed when nothing is left to do."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from kencho.files import store
from kencho.foundation import queue
from kencho.intake.engine.documents import Limits, Unreadable
from kencho.intake.engine.shapes import PageReading
from kencho.intake.engine.templates import from_data
from kencho.intake.models import FormTemplate, ScanBatch

if TYPE_CHECKING:
    from kencho.intake.engine.process import Job, ReadingProcess

PIXELS = 45_000_000


@dataclass
class _Open:
    """What stays open between two pages: the child, and the file that it reads, as a copy on this machine's disk."""

    folder: Path
    process: "ReadingProcess"
    batch: str = ""
    jobs: dict[tuple[Any, ...], "Job"] = field(default_factory=dict)


_open: list[_Open] = []


def read(
    batch: ScanBatch, number: int, forms: Sequence[FormTemplate], free: FormTemplate | None
) -> PageReading:
    """Read one page in the child. Never raises for the content of the file."""
    desk = _desk()
    try:
        _open_file(batch, desk)
    except Unreadable as refused:
        return PageReading(number, refusal=refused.refusal, detail={"why": refused.detail})
    return desk.process.read(number, _job(desk, forms, free))


@queue.at_rest
def close() -> None:
    """End the child and erase the copies; the next page starts another one."""
    while _open:
        desk = _open.pop()
        try:
            desk.process.close()
        finally:
            shutil.rmtree(desk.folder, ignore_errors=True)


def _desk() -> _Open:
    if not _open:
        _open.append(_Open(Path(tempfile.mkdtemp(prefix="kencho-intake-")), start()))
    return _open[0]


def start() -> "ReadingProcess":
    """A reading process with the limits of this site."""
    from kencho.intake.engine.process import ReadingProcess

    return ReadingProcess(
        page_seconds=float(settings.INTAKE_PAGE_SECONDS),
        limits=Limits(pages=settings.INTAKE_PAGES, pixels=PIXELS),
    )


def _open_file(batch: ScanBatch, desk: _Open) -> None:
    """Let the child open the batch's file unless it has it open already."""
    if desk.batch == str(batch.pk):
        return
    clean = batch.upload.clean_copy if batch.upload is not None else None
    if clean is None:
        raise LookupError(batch.pk)
    if desk.batch:
        (desk.folder / desk.batch).unlink(missing_ok=True)
        desk.batch = ""
    path = desk.folder / str(batch.pk)
    with store.storage().open(clean.key) as kept, path.open("wb") as copy:
        shutil.copyfileobj(kept, copy)
    desk.process.open(path)
    desk.batch = str(batch.pk)


def _job(desk: _Open, forms: Sequence[FormTemplate], free: FormTemplate | None) -> "Job":
    """The maps and blank sheets of these forms; made once, for reading a blank form takes longer than a page."""
    from kencho.intake.engine.process import Job

    key = (tuple((form.pk, form.revision) for form in forms), free.pk if free is not None else None)
    if key not in desk.jobs:
        desk.jobs.clear()
        options = {}
        if free is not None:
            options["free_labels"] = {free.code: list(from_data(free.layout).fields)}
        desk.jobs[key] = Job(
            templates={form.code: from_data(form.layout) for form in forms},
            blanks={form.code: store.read(form.blank.key) for form in forms if form.blank is not None},
            options=options,
        )
    return desk.jobs[key]

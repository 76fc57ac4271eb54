"""Reading the scans with the engine, in processes of their own: one thread each, as a worker of the office runs."""

import multiprocessing
import os
import pickle
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kencho.intake.engine.shapes import PageReading, Template

FORMS = "forms.pickle"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Read:
    """A page as it was read: what it cost in CPU seconds, and the most memory (MB) its process ever had."""

    name: str
    reading: PageReading
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float


_place: Path
_given: dict[str, Any] = {}


def _start(place: Path) -> None:
    global _place  # noqa: PLW0603  # a worker process holds one engine
    import cv2

    cv2.setNumThreads(1)
    from kencho.intake.engine.readers import Readers
    from kencho.intake.engine.registration import Blanks

    _place = place
    with (place / FORMS).open("rb") as file:
        templates, originals = pickle.load(file)  # noqa: S301  # written by the parent a moment ago
    _given.update(templates=templates, blanks=Blanks(originals), readers=Readers())


def _read(name: str) -> Read:
    from kencho.intake.engine.documents import open_document
    from kencho.intake.engine.page import read_page

    began, wall = time.process_time(), time.perf_counter()
    with open_document(_place / "scans" / f"{name}.jpg") as document:
        scan = document.page(1)
    reading = read_page(scan.image, scan.dpi, number=1, **_given)
    spent, waited = time.process_time() - began, time.perf_counter() - wall
    return Read(name, reading, spent, waited, peak_mb())


def peak_mb() -> float:
    """The most memory that this process ever had.

    Not ``getrusage``: after fork and exec its figure still counts what the parent had, here the maker of the scans.
    """
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def lay_forms(templates: dict[str, Template], originals: dict[str, bytes], place: Path) -> None:
    """Hand the maps and the empty forms to the workers."""
    with (place / FORMS).open("wb") as file:
        pickle.dump((templates, originals), file)


def read_all(names: Iterable[str], place: Path, *, workers: int) -> Iterator[Read]:
    """Read the pages laid out in ``place`` (scans and forms), in the order given."""
    for each in THREADS:
        os.environ[each] = "1"
    with multiprocessing.get_context("spawn").Pool(workers, _start, (place,)) as pool:
        yield from pool.imap(_read, names)

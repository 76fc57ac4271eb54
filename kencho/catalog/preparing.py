"""Running jobs on dropped files: the offline child, fed from the store, its outputs kept in the store."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from kencho.catalog.models import Preparation
from kencho.catalog.tables.process import PreparationProcess
from kencho.catalog.tables.refusals import Refused
from kencho.files import queries as files

PROPOSE, TIDY = "kencho.catalog.jobs:propose", "kencho.catalog.jobs:tidy"
GATE = "kencho.catalog.gate.jobs:inspect"
PREPARE = "prepare"
CONFORM = "kencho.catalog.standards.jobs:conform"
SHARE = {"read": 40, "write": 60, "decode": 70, "validate": 85, "gate": 95}
"""How far a preparation is, in per cent, when a stage begins."""


@dataclass(frozen=True)
class Desk:
    """A folder of one job, with the original in it by its name in the store."""

    folder: Path
    original: Path

    def place(self, name: str) -> Path:
        """Where an output goes."""
        return self.folder / name


@contextmanager
def desk_of(preparation: Preparation) -> Iterator[Desk]:
    """The original on this machine's disk and a folder that is gone after the block. Raises LookupError."""
    if preparation.original is None:
        raise LookupError(preparation.pk)
    with (
        files.on_disk(preparation.original, for_offline_child=True) as original,
        tempfile.TemporaryDirectory(prefix="kencho-catalog-") as folder,
    ):
        yield Desk(Path(folder), original)


def run(
    job: str,
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    params: Mapping[str, Any],
    row: Preparation | None = None,
) -> dict[str, Any]:
    """Run one job, noting its progress at the preparation, if there is one. Raises Refused."""

    def note(stage: str, done: int, total: int) -> None:
        share = SHARE.get(stage, 0)
        if row is not None and share > row.progress:
            row.progress = share
            Preparation.objects.filter(pk=row.pk).update(progress=share)

    process = PreparationProcess(memory=settings.CATALOG_JOB_MEGABYTES * 1_000_000)
    return process.run(
        job,
        inputs=inputs,
        outputs=outputs,
        params=params,
        seconds=float(settings.CATALOG_JOB_SECONDS),
        progress=note,
    )


def params_of(preparation: Preparation) -> dict[str, Any]:
    """What the jobs need to know of a preparation."""
    return {
        "name": preparation.name,
        "recipe": preparation.resource.recipe.get("fixer"),
        "without": preparation.choices.get("without", []),
        "table": preparation.choices.get("table", 0),
        "names": preparation.choices.get("names", {}),
        "plain_over": settings.CATALOG_FIXER_ROWS,
    }


__all__ = ["CONFORM", "GATE", "PREPARE", "PROPOSE", "TIDY", "Desk", "Refused", "desk_of", "params_of", "run"]

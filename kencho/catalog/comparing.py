"""The rows in which two versions of a table differ: matched by the key of the table, found in the offline child."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from kencho.catalog import queries
from kencho.catalog.keeping import Kept
from kencho.catalog.models import ResourceVersion
from kencho.catalog.tables.process import PreparationProcess

JOB: Final = "kencho.catalog.comparing_job:compare"
MOST_SHOWN: Final = 1000
SMALL_ROWS: Final = 50_000
"""Rows of both versions together up to which one may wait for the answer."""


def key_of(before: ResourceVersion, after: ResourceVersion) -> list[str]:
    """The columns by which a row is known again: the key of the table, else the one column that is always unique.

    Empty when there is none: then rows are compared as a whole, and a changed row is one that went and one that came.
    """
    shared = {each["name"] for each in before.schema.get("fields", ())}
    declared = after.schema.get("primaryKey") or []
    key = [declared] if isinstance(declared, str) else list(declared)
    if key and shared.issuperset(key):
        return key
    for each in after.schema.get("fields", ()):
        rules = each.get("constraints") or {}
        if rules.get("unique") and rules.get("required") and each["name"] in shared:
            return [each["name"]]
    return []


def kept(before: ResourceVersion, after: ResourceVersion) -> Kept:
    """Where the comparison stands once it is made."""
    said = json.dumps([1, key_of(before, after), before.data.digest, after.data.digest])
    name = hashlib.sha256(said.encode()).hexdigest()
    return Kept(Path(settings.CATALOG_CACHE) / "diffs" / name[:2] / f"{name}.json")


def is_small(before: ResourceVersion, after: ResourceVersion) -> bool:
    """Whether one may wait for the comparison."""
    return before.rows + after.rows <= SMALL_ROWS


def compare(before: ResourceVersion, after: ResourceVersion) -> dict[str, Any]:
    """Counts of rows that came, went and changed, and the first of them. Raises Refused."""
    file = kept(before, after)

    def run(place: Path) -> Mapping[str, Any]:
        process = PreparationProcess(memory=settings.CATALOG_JOB_MEGABYTES * 1_000_000)
        return process.run(
            JOB,
            inputs={"before": queries.table_of(before).path, "after": queries.table_of(after).path},
            outputs={"diff": place},
            params={"key": key_of(before, after), "most": MOST_SHOWN},
            seconds=float(settings.CATALOG_JOB_SECONDS),
            progress=file.note_progress,
        )

    told: dict[str, Any] = json.loads(file.make(run).read_text(encoding="utf-8"))
    return told

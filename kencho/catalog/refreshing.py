"""The nightly run of views over work: shape, prepare, look once more for personal data, publish when it changed."""

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path

from kencho.catalog import preparing, scoring, services
from kencho.catalog.models import WorkView
from kencho.catalog.preparing import Refused
from kencho.foundation.actors import Actor


def refresh(view: WorkView, *, by: Actor, at: datetime) -> bool:
    """今夜の版を作る; True when a new version went live. What hinders it is noted at the view."""
    try:
        content = services.as_csv(services.shaped_now(view))
    except KeyError:
        services.note_problem(view=view, problem="source_changed", at=at)
        return False
    digest = hashlib.sha256(content).hexdigest()
    if digest == view.last_digest:
        services.note_unchanged(view=view, at=at)
        return False
    with tempfile.TemporaryDirectory(prefix="kencho-view-") as folder:
        table, parquet = Path(folder) / "table.csv", Path(folder) / "table.parquet"
        table.write_bytes(content)
        try:
            checked = _checked(view, table, parquet)
        except Refused as refused:
            services.note_problem(view=view, problem=refused.code, at=at)
            return False
        return services.publish_refreshed(view=view, checked=checked, digest=digest, by=by, at=at) is not None


def _checked(view: WorkView, table: Path, parquet: Path) -> services.Checked:
    prepared = preparing.run(
        preparing.PREPARE, {"file": table}, {"parquet": parquet}, {"name": "table.csv", "schema": None}
    )
    gate = preparing.run(
        preparing.GATE, {"table": parquet}, {}, {"title": view.resource.dataset.title, "k": view.k}
    )
    return services.Checked(
        parquet=parquet,
        rows=prepared["rows"],
        schema=prepared["schema"],
        findings={"counts": prepared["counts"]},
        quality=scoring.quality_of(view.resource, prepared, {}),
        gate_findings=gate["findings"],
        is_stopped=gate["verdict"] != "passed",
    )

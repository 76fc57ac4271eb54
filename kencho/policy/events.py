"""Facts this app tells upwards."""

from dataclasses import dataclass
from datetime import datetime

from kencho.foundation.events import Event


@dataclass(frozen=True)
class TargetSet(Event):
    """An official target was set; ``is_raised`` when it replaced an easier one (a trigger for a revision)."""

    indicator_id: int
    year: int
    is_raised: bool
    recorded_at: datetime


@dataclass(frozen=True)
class DefinitionChanged(Event):
    """An indicator is counted in a new way from a fiscal year on: the old series is closed."""

    indicator_id: int
    version: int
    effective_year: int
    recorded_at: datetime


@dataclass(frozen=True)
class ActualRecorded(Event):
    """実績値 of a year has a new status or value."""

    indicator_id: int
    year: int
    status: str
    snapshot_id: int | None
    recorded_at: datetime


@dataclass(frozen=True)
class MeasureJudged(Event):
    """進展度 of a year was decided; ``needs_external_review`` asks for outside experts."""

    node_id: int
    year: int
    grade: str
    needs_external_review: bool
    decided_at: datetime


@dataclass(frozen=True)
class SheetPublished(Event):
    """A revision of a sheet was approved and is public."""

    revision_id: int
    measure: str
    sheet_year: int
    stage: str
    published_at: datetime

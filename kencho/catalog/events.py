"""Facts this app tells."""

from dataclasses import dataclass
from datetime import datetime

from kencho.foundation.events import Event


@dataclass(frozen=True)
class DatasetVersionPublished(Event):
    """A version went live; ``previous_id`` is the version it replaced, 0 for none."""

    dataset_id: int
    version_id: int
    previous_id: int
    published_at: datetime


@dataclass(frozen=True)
class DatasetWithdrawn(Event):
    """公開をやめた: the dataset is no longer offered; its page says why."""

    dataset_id: int
    withdrawn_at: datetime

"""Facts this app tells upwards: ids and plain values."""

from dataclasses import dataclass
from datetime import datetime

from kencho.foundation.events import Event


@dataclass(frozen=True)
class EffectRecorded(Event):
    """一件が完了した: a case was completed the new way."""

    reform_id: int
    effect_id: int
    completed_at: datetime


@dataclass(frozen=True)
class BaselineRecorded(Event):
    """基準の測定が変わった: samples were added or taken out, so that hours saved are another number."""

    reform_id: int
    study_id: int
    recorded_at: datetime

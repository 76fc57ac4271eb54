"""Facts that procedures tell."""

from dataclasses import dataclass
from datetime import datetime

from kencho.foundation.events import Event


@dataclass(frozen=True)
class ProcedurePublished(Event):
    """A version comes into force at ``in_force_from``."""

    procedure_id: int
    version_id: int
    in_force_from: datetime

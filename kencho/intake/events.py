"""Facts this app tells: ids and plain values."""

from dataclasses import dataclass
from datetime import datetime

from kencho.foundation.events import Event


@dataclass(frozen=True)
class BatchReceived(Event):
    """スキャンを取り込んだ."""

    batch_id: str
    received_at: datetime


@dataclass(frozen=True)
class BatchRead(Event):
    """束を読み終えた: every page has been read, is blank or was refused."""

    batch_id: str
    read_at: datetime


@dataclass(frozen=True)
class SheetRegistered(Event):
    """紙から申請になった."""

    sheet_id: int
    application_id: int
    registered_at: datetime

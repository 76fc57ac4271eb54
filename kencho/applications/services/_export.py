"""Exports leave the system with personal data: who took what is kept."""

from collections.abc import Mapping
from datetime import datetime

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Unit


def note_export(
    *, division: Unit, rows: int, file_format: str, conditions: Mapping[str, str], by: Actor, at: datetime
) -> None:
    """書き出しを記録する: how many rows, in which form, under which conditions (free words are not kept)."""
    audit.record(
        "applications.application.export", division, by=by, at=at, label=division.name, body=division.body.code,
        details={"rows": rows, "format": file_format, **conditions},
    )

"""The nightly verification: its outcome is itself an entry, and damage is told upwards."""

import logging
from datetime import datetime

from django.db import transaction

from kencho.audit.events import TamperingFound
from kencho.audit.models import HEAD_ID, Head
from kencho.audit.services._writing import record
from kencho.audit.verification import Report, Tick, silent, verify
from kencho.foundation import events
from kencho.foundation.actors import Actor

log = logging.getLogger(__name__)


def verify_and_tell(*, by: Actor, at: datetime, tick: Tick = silent) -> Report:
    """Verify the log, enter the outcome in it, and tell TamperingFound when anything was found."""
    report = verify(at=at, tick=tick)
    with transaction.atomic():
        record(
            "audit.log.verify",
            Head(pk=HEAD_ID),
            by=by,
            at=at,
            details={
                "entries": report.entries,
                "findings": report.count,
                "seal": report.head_number,
                "hash": report.head_hash,
            },
        )
        if not report.is_clean:
            log.error("audit log damaged findings=%s", report.count)
            events.publish(TamperingFound(findings=report.count, first=report.findings[0].sentence), at=at)
    return report

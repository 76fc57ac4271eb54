# COORDINATION (from the lead, delete this comment in the end): by accident several people write the desk at once.
#  * The author of inbox.py, case.py, entry.py, columns.py, desk_forms/, views/_desk_common.py owns ALL of: inbox, case,
#    bulk, export, import, paper entry (services/_bulk.py _export.py _import.py _paper.py, views/_desk.py _case.py ...).
#  * Whoever was asked for "inbox + case pages" (forms_desk.py): do NOT write these; adopt the ones above, mend what is
#    missing after their author is done (no writes for 5 minutes), and do tests/journeys/test_whole_journey.py now.
#  * Whoever was asked for "export/import/entry + state machine tests" (forms_exchange.py, exports.py): drop your
#    services/_import.py/_paper.py/exports; take your names out of services/__init__.py and tasks.py so that the tree
#    imports; write test_states/test_submit/test_amend/test_clock/test_permissions, indicators.py, datasets.py, README.md.
"""Applications on paper: staff type them in; they arrived when the paper reached the office, not when it was typed."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from kencho.applications import entry, permissions
from kencho.applications.models import Application, ApplicationDraft, Channel, StatusChange
from kencho.applications.services._common import restart_clock
from kencho.applications.services._submit import Receipt, submit
from kencho.audit import services as audit
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.fiscal import FiscalYear
from kencho.procedures.models import ProcedureVersion

# Paper that lay in the post box before the office opened counts from that day; the hour says nothing.
START_OF_BUSINESS = time(8, 30)


class UnableToEnter(Exception):
    """The day of arrival lies ahead, or the way of arrival is not one of paper."""


@transaction.atomic
def enter(
    *, version: ProcedureVersion, answers: Mapping[str, Any], channel: str, arrived_on: date, key: str, by: Actor,
    at: datetime, draft: ApplicationDraft | None = None,
) -> Receipt:
    """紙の申請を入力する（窓口・郵送）。Raises UnableToEnter, and what ``submit`` raises.

    A second call with the same key returns the first receipt.
    """
    permissions.require(may_enter(by, version, at))
    today = clock.day_of(at)
    if arrived_on > today or channel not in entry.PAPER_CHANNELS:
        raise UnableToEnter(arrived_on.isoformat())
    receipt = submit(
        version=version, body=version.procedure.body, answers=answers, key=key, by=by, at=at, channel=channel,
        draft=draft,
    )
    if not receipt.is_repeat:
        if arrived_on < today:
            _set_arrival(receipt.application, datetime.combine(arrived_on, START_OF_BUSINESS, clock.JST), at)
        audit.record(
            "applications.application.enter", receipt.application, by=by, at=at, label=receipt.application.number,
            body=receipt.application.body.code, details={"channel": channel, "arrived_on": arrived_on.isoformat()},
        )
    return receipt


def may_enter(by: Actor, version: ProcedureVersion, at: datetime) -> bool:
    """Staff of the division in charge of the procedure on that day."""
    if by.is_system:
        return True
    procedure = version.procedure
    if by.kind != ActorKind.STAFF or by.division_id is None or by.body != procedure.body.code:
        return False
    return entry.in_charge(procedure, clock.day_of(at)).pk == by.division_id


def _set_arrival(application: Application, arrived_at: datetime, at: datetime) -> None:
    application.arrived_at = arrived_at
    application.fiscal_year = FiscalYear.of(arrived_at).start_year
    application.save(update_fields=["arrived_at", "fiscal_year"])
    StatusChange.objects.filter(application=application, verb="submit").update(at=arrived_at)
    restart_clock(application, at=at)


def is_paper(application: Application) -> bool:
    """Whether the application came on paper."""
    return application.channel in {*entry.PAPER_CHANNELS, Channel.OCR}

"""取込み口: folders and mailboxes are visited; what arrived is kept before it is put aside there."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kencho.applications.models import PAPER, Channel
from kencho.audit import services as audit
from kencho.foundation import actors, clock
from kencho.foundation.actors import Actor
from kencho.intake import permissions
from kencho.intake.inlets import (
    Arrival,
    FolderInlet,
    InletFailed,
    MailInlet,
    Unusable,
    has_secret,
    secret_name,
)
from kencho.intake.inlets.folder import DONE, REFUSED, root_of
from kencho.intake.inlets.mailbox import PLACE
from kencho.intake.models import ScanBatch, ScanInlet, Source
from kencho.intake.services._errors import Reason, UnableTo
from kencho.intake.services._receive import receive_scan, show_refused
from kencho.organization.models import Body, Unit
from kencho.organization.queries import successor_on
from kencho.procedures.models import Procedure

log = logging.getLogger(__name__)
FETCHER = actors.system("intake")
Kind = ScanInlet.Kind


@dataclass(frozen=True)
class InletRun:
    """What a visit took in (repeats included), what was refused, and what is not whole yet."""

    taken: int
    refused: int
    waiting: int
    problem: str = ""


@transaction.atomic
def save_inlet(
    *,
    body: Body,
    division: Unit,
    kind: str,
    name: str,
    place: str,
    account: str = "",
    credential: str = "",
    channel: str = Channel.POST,
    procedure: Procedure | None = None,
    is_active: bool = True,
    inlet: ScanInlet | None = None,
    by: Actor,
    at: datetime,
) -> ScanInlet:
    """取込み口を登録する、または直す。Raises UnableTo."""
    permissions.require(permissions.may_manage_inlets(by, body))
    permissions.require(division.body_id == body.pk and (inlet is None or inlet.body_id == body.pk))
    if channel not in PAPER:
        raise UnableTo(Reason.NOT_PAPER)
    if procedure is not None and procedure.body_id != body.pk:
        raise UnableTo(Reason.OTHER_DIVISION)
    _check_place(body, kind, place, credential, is_active=is_active)
    _check_own(body, kind, place.strip(), but=inlet)
    row = inlet or ScanInlet(body=body)
    row.division, row.kind, row.name, row.place = division, kind, name.strip()[:80], place.strip()
    row.account, row.credential = account.strip(), credential.strip()
    row.channel, row.procedure, row.is_active, row.problem = channel, procedure, is_active, ""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise UnableTo(Reason.PLACE_TAKEN) from taken
    audit.record(
        "intake.inlet.save",
        row,
        by=by,
        at=at,
        label=str(row.pk),
        body=body.code,
        details={"kind": kind, "active": is_active},
    )
    return row


def _check_place(body: Body, kind: str, place: str, credential: str, *, is_active: bool) -> None:
    if kind == Kind.FOLDER:
        try:
            root_of(place.strip())
        except InletFailed as wrong:
            raise UnableTo(Reason.BAD_PLACE, str(wrong)) from wrong
    elif PLACE.fullmatch(place.strip()) is None:
        raise UnableTo(Reason.BAD_PLACE)
    elif is_active and not has_secret(body.code, credential.strip()):
        raise UnableTo(Reason.NO_SECRET, secret_name(body.code, credential.strip()))


def _check_own(body: Body, kind: str, place: str, *, but: ScanInlet | None) -> None:
    """A folder belongs to one body: another's scans cannot be fetched (its secrets have names of their own)."""
    if kind != Kind.FOLDER:
        return
    others = ScanInlet.objects.all() if but is None else ScanInlet.objects.exclude(pk=but.pk)
    mine = root_of(place)
    if {DONE, REFUSED} & set(mine.parts[len(root_of("x").parent.parts) :]):
        raise UnableTo(Reason.BAD_PLACE)
    for row in others.filter(kind=Kind.FOLDER).only("place", "body_id"):
        with suppress(InletFailed):
            theirs = root_of(row.place)
            is_inside = mine.is_relative_to(theirs) or theirs.is_relative_to(mine)
            if mine == theirs or (is_inside and row.body_id != body.pk):
                raise UnableTo(Reason.PLACE_TAKEN)


def check_inlet(*, inlet: ScanInlet, by: Actor, at: datetime) -> InletRun:
    """取込み口を見る: take in what has arrived whole. Runs outside any transaction; each file is kept by itself."""
    permissions.require(by.is_system or permissions.may_manage_inlets(by, inlet.body))
    taken = refused = waiting = 0
    problem = ""
    seen: dict[str, list[int]] = dict(inlet.seen)
    try:
        visit = _visit(inlet)
        for arrival in visit.arrivals():
            if isinstance(arrival, Unusable):
                _show(inlet, arrival, at)
                refused += 1
                continue
            try:
                is_kept = _take(inlet, arrival, at)
            except FileNotFoundError:
                # Somebody took it away again meanwhile.
                continue
            except OSError as wrong:
                # One file that cannot be opened or moved keeps nothing else out.
                problem = _unopened(arrival.name)
                log.warning("file at inlet not taken id=%s error=%s", inlet.pk, type(wrong).__name__)
                continue
            taken, refused = taken + is_kept, refused + (not is_kept)
        waiting = visit.waiting
        if isinstance(visit, FolderInlet):
            seen = visit.now
            _clear_shelves(inlet, visit, at)
    except InletFailed as failed:
        problem = str(failed)[:200]
        log.warning("inlet not reached id=%s", inlet.pk)
    ScanInlet.objects.filter(pk=inlet.pk).update(checked_at=at, problem=problem, seen=seen)
    return InletRun(taken, refused, waiting, problem)


def _unopened(name: str) -> str:
    return (_("「%(name)s」を開けません。ファイルの権限を確かめてください。") % {"name": name[:80]})[:200]


def _visit(inlet: ScanInlet) -> FolderInlet | MailInlet:
    if inlet.kind == Kind.FOLDER:
        return FolderInlet(inlet.place, inlet.seen)
    return MailInlet(inlet.place, inlet.account, inlet.credential, body=inlet.body.code)


def _take(inlet: ScanInlet, arrival: Arrival, at: datetime) -> bool:
    """Keep one file; True when it is in the list as readable. It is settled at the inlet only after the commit."""
    today = clock.day_of(at)
    with arrival.open() as file:
        received = receive_scan(
            body=inlet.body,
            division=successor_on(inlet.division, today),
            file=file,
            name=arrival.name,
            source=Source.FOLDER if inlet.kind == Kind.FOLDER else Source.MAIL,
            channel=inlet.channel,
            arrived_on=today,
            procedure=inlet.procedure,
            by=FETCHER,
            at=at,
        )
    is_kept = received.batch.state != ScanBatch.State.REFUSED
    arrival.settle(is_kept, received.batch.digest)
    return is_kept


def _show(inlet: ScanInlet, message: Unusable, at: datetime) -> None:
    """A message without anything to read, in the list of the division with what to do."""
    today = clock.day_of(at)
    show_refused(
        body=inlet.body,
        division=successor_on(inlet.division, today),
        name=message.name,
        digest=message.key,
        refusal=message.refusal,
        channel=inlet.channel,
        arrived_on=today,
        by=FETCHER,
        at=at,
    )


def _clear_shelves(inlet: ScanInlet, visit: FolderInlet, at: datetime) -> None:
    """What was put aside goes with Kencho's own original, for it holds the same; what was refused after the same time."""
    edge = at.timestamp() - settings.INTAKE_ORIGINAL_DAYS * 86_400
    for mark, path in visit.kept():
        batches = ScanBatch.objects.filter(body=inlet.body, digest__startswith=mark)
        if batches.exists() and not batches.filter(upload__isnull=False).exists():
            path.unlink(missing_ok=True)
    for path in visit.refused():
        with suppress(FileNotFoundError):
            if path.stat().st_ctime < edge:
                path.unlink()


__all__ = ["InletRun", "check_inlet", "save_inlet"]

"""Closing: open the boxes in memory, mix, seal, count, destroy the key. Publishing, and destroying the raw ballots."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import events, queue
from kencho.foundation.actors import Actor
from kencho.surveys import queries
from kencho.surveys.anonymity import Damaged, Opener, sealed
from kencho.surveys.definition import Answers, Definition, decode, encode
from kencho.surveys.events import BallotsDestroyed, CycleClosed, CyclePublished
from kencho.surveys.models import (
    Ballot,
    BallotBox,
    Cell,
    Cycle,
    CycleState,
    FreeText,
    SealedBatch,
    TextState,
)
from kencho.surveys.services._counting import cells_of
from kencho.surveys.services._errors import Reason, UnableTo, require_owner
from kencho.surveys.services._scrubbing import overwrite_freed

BATCH = 2_000
_mixer = random.SystemRandom()


class UnableToClose(UnableTo):
    """It is not open, or a box was damaged."""


class UnableToPublish(UnableTo):
    """It is not closed, or published already."""


@dataclass
class _Opened:
    """What was in the boxes, no longer in any order."""

    ballots: list[Ballot]
    texts: list[FreeText]
    tags: list[bytes]


@transaction.atomic
def close_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    """締め切る: 投票箱を開けて混ぜ、封印し、集計し、鍵を捨てる。Raises UnableToClose."""
    row = _held(cycle, by)
    if not row.is_open:
        raise UnableToClose(Reason.WRONG_STATE, str(row.get_state_display()))
    overwrite_freed()
    boxes = list(
        BallotBox.objects.select_for_update(of=("self",)).filter(group__cycle=row).select_related("group")
    )
    found = _open_all(row, boxes)
    batch = sealed(found.tags, (_canonical(ballot) for ballot in found.ballots))
    SealedBatch.objects.create(
        cycle=row,
        count=batch.count,
        receipts=batch.tags,
        receipts_root=batch.receipts_root,
        ballots_root=batch.ballots_root,
        sealed_at=at,
    )
    Ballot.objects.bulk_create(found.ballots, batch_size=BATCH)
    FreeText.objects.bulk_create(found.texts, batch_size=BATCH)
    Cell.objects.bulk_create(cells_of(row, found.ballots), batch_size=BATCH)
    BallotBox.objects.filter(group__cycle=row).update(tokens=b"", spent=b"", tags=b"", ballots=b"")
    row.state, row.closed_at, row.returned, row.secret = CycleState.CLOSED, at, batch.count, b""
    row.save(update_fields=["state", "closed_at", "returned", "secret"])
    audit.record(
        "surveys.cycle.close",
        row,
        by=by,
        at=at,
        label=row.title,
        body=row.body.code,
        details={
            "ballots": batch.count,
            "receipts_root": batch.receipts_root,
            "ballots_root": batch.ballots_root,
        },
    )
    closed = CycleClosed(
        cycle_id=row.pk,
        program=row.program.code,
        fiscal_year=row.fiscal_year,
        is_official=row.is_official,
        closed_at=at,
    )
    events.publish(closed, at=at, body=row.body.code)
    queue.enqueue("surveys.scrub", {}, at=at, body=row.body.code, once_key=f"surveys.scrub:close:{row.pk}")
    return row


def _held(cycle: Cycle, by: Actor) -> Cycle:
    row = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("body", "program__body", "questionnaire")
        .get(pk=cycle.pk)
    )
    require_owner(by, row.body)
    return row


def _open_all(cycle: Cycle, boxes: Sequence[BallotBox]) -> _Opened:
    try:
        opener = Opener(queries.keys_of(cycle))
    except Damaged as gone:
        raise UnableToClose(Reason.BOX_DAMAGED) from gone
    definition = cycle.questionnaire.definition
    found = _Opened([], [], [])
    for row in boxes:
        box = row.box
        if not box.is_whole:
            raise UnableToClose(Reason.BOX_DAMAGED, str(row.group))
        found.tags += box.all_tags()
        for data in box.sealed_ballots():
            answers = _read(opener, data, cycle, row)
            _take_apart(found, cycle, row.group.code, definition, answers)
    # The identifiers are random, and rows are written in the order of them.
    found.ballots.sort(key=lambda ballot: ballot.pk.bytes)
    found.texts.sort(key=lambda text: text.pk.bytes)
    return found


def _read(opener: Opener, data: bytes, cycle: Cycle, row: BallotBox) -> Answers:
    try:
        return decode(opener.open(data, f"{cycle.key}:{row.pk}"))
    except (Damaged, ValueError) as problem:
        raise UnableToClose(Reason.BOX_DAMAGED, str(row.group)) from problem


def _take_apart(found: _Opened, cycle: Cycle, group: str, definition: Definition, answers: Answers) -> None:
    plain = {code: list(values) for code, values in answers.items()}
    for question in definition.texts:
        if written := plain.pop(question.code, None):
            found.texts.append(
                FreeText(id=_random_id(), cycle=cycle, question=question.code, text=written[0])
            )
    found.ballots.append(Ballot(id=_random_id(), cycle=cycle, group=group, answers=plain))


def _random_id() -> uuid.UUID:
    return uuid.UUID(int=_mixer.getrandbits(128), version=4)


def _canonical(ballot: Ballot) -> bytes:
    answers = {code: tuple(values) for code, values in ballot.answers.items()}
    return ballot.pk.bytes + ballot.group.encode() + b"\0" + encode(answers)


@transaction.atomic
def publish_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> Cycle:
    """結果を公表する。Raises UnableToPublish."""
    row = _held(cycle, by)
    if row.state != CycleState.CLOSED:
        raise UnableToPublish(Reason.WRONG_STATE, str(row.get_state_display()))
    row.state, row.published_at = CycleState.PUBLISHED, at
    row.save(update_fields=["state", "published_at"])
    audit.record("surveys.cycle.publish", row, by=by, at=at, label=row.title, body=row.body.code)
    published = CyclePublished(
        cycle_id=row.pk,
        program=row.program.code,
        fiscal_year=row.fiscal_year,
        is_official=row.is_official,
        published_at=at,
    )
    events.publish(published, at=at, body=row.body.code)
    return row


@transaction.atomic
def destroy_ballots(*, by: Actor, at: datetime) -> int:
    """保存期限の過ぎた生の回答と、公表しなかった記述を廃棄する。封印の根と公表した値は残る。"""
    due = queries.to_destroy(at)
    if due:
        overwrite_freed()
    for cycle in due:
        count, _per_model = Ballot.objects.filter(cycle=cycle).delete()
        FreeText.objects.filter(cycle=cycle).exclude(state=TextState.RELEASED).delete()
        Cycle.objects.filter(pk=cycle.pk).update(destroyed_at=at)
        audit.record(
            "surveys.cycle.destroy",
            cycle,
            by=by,
            at=at,
            label=cycle.title,
            body=cycle.body.code,
            details={"ballots": count},
        )
        events.publish(BallotsDestroyed(cycle_id=cycle.pk, destroyed_at=at), at=at, body=cycle.body.code)
    if due:
        queue.enqueue("surveys.scrub", {}, at=at)
    return len(due)

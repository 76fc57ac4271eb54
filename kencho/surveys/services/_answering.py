"""Taking answers. There is no actor, no audit entry and no event: nothing remembers who answered what, or when.

The token is marked as spent and the ballot is put into the box in one write of one row. So an answer that was
acknowledged is counted, a retry is not counted twice, and no row of the database holds the order of answers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from kencho.foundation import group_commit
from kencho.organization.models import StaffMember
from kencho.surveys import queries
from kencho.surveys.anonymity import (
    AlreadySpent,
    Box,
    Damaged,
    NotEligible,
    is_receipt,
    seal_ballot,
    tag_of,
    token_of,
)
from kencho.surveys.definition import Answers, Definition, checked, encode, payload_size
from kencho.surveys.models import BallotBox, Cycle, CycleState
from kencho.surveys.services._errors import Reason, UnableTo
from kencho.surveys.services._scrubbing import overwrite_freed


class UnableToAnswer(UnableTo):
    """Closed, not on the roster, answered already, or the answers are not complete."""


class Outcome(StrEnum):
    """Both mean: the ballot is in the box and will be counted once."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"


def token_for(*, cycle: Cycle, staff: StaffMember) -> bytes:
    """The token of somebody who is signed in. Raises UnableToAnswer when the cycle is not open."""
    if staff.body_id != cycle.body_id or not cycle.is_open:
        raise UnableToAnswer(Reason.NOT_OPEN)
    try:
        return token_of(queries.keys_of(cycle), staff.number)
    except Damaged as gone:
        raise UnableToAnswer(Reason.BOX_DAMAGED) from gone


def may_answer(*, cycle: Cycle, token: bytes) -> bool:
    """Whether the holder of a token may answer now. Raises UnableToAnswer (not on the roster)."""
    found = queries.box_of(cycle, token)
    if found is None:
        raise UnableToAnswer(Reason.NOT_ELIGIBLE)
    return not found.is_spent


def answer(
    *, cycle: Cycle, token: bytes, receipt: str, answers: Mapping[str, Iterable[str]], at: datetime
) -> Outcome:
    """回答する。Raises UnableToAnswer, NotStored. Sending the same receipt again is no second answer."""
    ready = _sealed(cycle, cycle.questionnaire.definition, receipt, answers, at)
    found = queries.box_of(cycle, token)
    if found is None:
        raise UnableToAnswer(Reason.NOT_ELIGIBLE)
    pk = found.pk
    place = _place(cycle, pk)
    ballot, tag = ready(place), tag_of(receipt, str(cycle.key))
    return group_commit.run(lambda: _put(cycle.pk, pk, token, tag, ballot))


class _Ready:
    """Answers that may be taken, to be sealed for the box that they go into."""

    def __init__(self, cycle: Cycle, receipt: str, answers: Answers, size: int) -> None:
        self.cycle, self.receipt, self.size = cycle, receipt, size
        self.payload = encode(answers)

    def __call__(self, place: str) -> bytes:
        return seal_ballot(bytes(self.cycle.public_key), self.payload, self.size, place)


def _sealed(
    cycle: Cycle, definition: Definition, receipt: str, given: Mapping[str, Iterable[str]], at: datetime
) -> _Ready:
    if not cycle.is_open or not cycle.opens_at <= at < cycle.closes_at:
        raise UnableToAnswer(Reason.NOT_OPEN)
    answers, problems = checked(definition, given)
    if problems or not is_receipt(receipt):
        raise UnableToAnswer(Reason.BAD_ANSWERS, "、".join(problem.question for problem in problems))
    return _Ready(cycle, receipt, answers, payload_size(definition))


def _place(cycle: Cycle, box_pk: int) -> str:
    return f"{cycle.key}:{box_pk}"


def _put(cycle_pk: int, box_pk: int, token: bytes, tag: bytes, ballot: bytes) -> Outcome:
    overwrite_freed()
    row = BallotBox.objects.select_for_update().get(pk=box_pk)
    # Asked behind the lock that closing takes as well: an answer is either in what is counted, or refused.
    if not Cycle.objects.filter(pk=cycle_pk, state=CycleState.OPEN).exists():
        raise UnableToAnswer(Reason.NOT_OPEN)
    box = row.box
    try:
        is_new = box.put(token, tag, ballot)
    except AlreadySpent as spent:
        raise UnableToAnswer(Reason.ALREADY_ANSWERED) from spent
    except NotEligible as forged:
        raise UnableToAnswer(Reason.NOT_ELIGIBLE) from forged
    if is_new:
        _write(row, box)
    return Outcome.ACCEPTED if is_new else Outcome.REPEATED


def _write(row: BallotBox, box: Box) -> None:
    BallotBox.objects.filter(pk=row.pk).update(spent=box.spent, tags=box.tags, ballots=box.ballots)


@transaction.atomic
def answer_many(
    *, cycle: Cycle, ballots: Iterable[tuple[bytes, str, Mapping[str, Iterable[str]]]], at: datetime
) -> int:
    """Many answers (token, receipt, answers) by the same rules, each box written once; for demonstrations and
    measurements. All or nothing; returns how many were new. Raises UnableToAnswer.
    """
    boxes = {row.pk: row for row in BallotBox.objects.select_for_update().filter(group__cycle=cycle)}
    if not Cycle.objects.filter(pk=cycle.pk, state=CycleState.OPEN).exists():
        raise UnableToAnswer(Reason.NOT_OPEN)
    contents = {pk: row.box for pk, row in boxes.items()}
    box_by_token = {token: pk for pk, box in contents.items() for token in box.all_tokens()}
    new: dict[int, int] = defaultdict(int)
    definition = cycle.questionnaire.definition
    for token, receipt, given in ballots:
        ready = _sealed(cycle, definition, receipt, given, at)
        pk = box_by_token.get(token)
        if pk is None:
            raise UnableToAnswer(Reason.NOT_ELIGIBLE)
        try:
            is_new = contents[pk].put(token, tag_of(receipt, str(cycle.key)), ready(_place(cycle, pk)))
        except AlreadySpent as spent:
            raise UnableToAnswer(Reason.ALREADY_ANSWERED) from spent
        new[pk] += is_new
    for pk, count in new.items():
        if count:
            _write(boxes[pk], contents[pk])
    return sum(new.values())

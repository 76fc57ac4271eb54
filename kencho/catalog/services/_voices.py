"""What the public says: requests for data, opinions about a dataset, works made of the data; and what is answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from kencho.audit import services as audit
from kencho.catalog import permissions
from kencho.catalog.models import DataRequest, Dataset, Feedback, Showcase
from kencho.catalog.services._errors import Reason, UnableTo
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.organization.models import Body, Unit

ANSWER_DAYS = 30
"""Days within which a request is answered."""
CLOSED = (DataRequest.State.PUBLISHED, DataRequest.State.DECLINED, DataRequest.State.HIDDEN)


class UnableToHear(UnableTo):
    """A request, opinion or work cannot be taken or answered so."""


def _audit_voice(
    code: str, row: DataRequest | Feedback | Showcase, body: Body, *, by: Actor, at: datetime
) -> None:
    # The words of the public may hold personal data: the log has the row and what was done, not the words.
    audit.record(code, row, by=by, at=at, label=str(row.pk), body=body.code)


def request_data(
    *, body: Body, title: str, details: str, purpose: str, email: str, by: Actor, at: datetime
) -> DataRequest:
    """データの公開を求める: answered within 30 days; on show only after somebody has looked. Raises UnableToHear."""
    if not title.strip():
        raise UnableToHear(Reason.NO_TITLE)
    year = FiscalYear.of(clock.day_of(at)).start_year
    for _try in range(20):
        taken = DataRequest.objects.filter(body=body, number__startswith=f"{year}-").count()
        try:
            with transaction.atomic():
                row = DataRequest.objects.create(
                    body=body,
                    number=f"{year}-{taken + 1 + _try:04}",
                    title=title.strip()[:200],
                    details=details.strip()[:2000],
                    purpose=purpose.strip()[:1000],
                    email=email.strip(),
                    received_at=at,
                    due_on=clock.day_of(at) + timedelta(days=ANSWER_DAYS),
                )
                _audit_voice("catalog.request.receive", row, body, by=by, at=at)
                return row
        except IntegrityError:
            # Somebody else took the number in the same moment.
            continue
    raise UnableToHear(Reason.WRONG_STATE)


@transaction.atomic
def answer_request(
    *,
    request: DataRequest,
    state: str,
    answer: str,
    is_shown: bool,
    by: Actor,
    at: datetime,
    division: Unit | None = None,
    dataset: Dataset | None = None,
) -> DataRequest:
    """要望に答える, or only pass it on and show it. The address for the answer is erased when it is closed.

    Raises UnableToHear.
    """
    row = DataRequest.objects.select_for_update(of=("self",)).select_related("body").get(pk=request.pk)
    if not permissions.may_answer(by, row.body):
        raise UnableToHear(Reason.NOT_ALLOWED)
    if state not in DataRequest.State.values:
        raise UnableToHear(Reason.WRONG_STATE)
    if state in CLOSED and state != DataRequest.State.HIDDEN and not answer.strip():
        raise UnableToHear(Reason.NO_REASON)
    if (division and division.body_id != row.body_id) or (dataset and dataset.body_id != row.body_id):
        raise UnableToHear(Reason.OTHER_BODY)
    row.state, row.answer = state, answer.strip()[:2000]
    row.is_shown = is_shown and state != DataRequest.State.HIDDEN
    row.division, row.dataset = division or row.division, dataset or row.dataset
    if state in CLOSED:
        row.answered_at, row.email = at, ""
    row.save()
    _audit_voice("catalog.request.answer", row, row.body, by=by, at=at)
    return row


@transaction.atomic
def give_feedback(
    *, dataset: Dataset, text: str, is_useful: bool | None, by: Actor, at: datetime
) -> Feedback:
    """意見を送る: seen by the owner; on show only with the owner's answer. Raises UnableToHear."""
    if dataset.state != Dataset.State.PUBLISHED:
        raise UnableToHear(Reason.WRONG_STATE)
    if not text.strip():
        raise UnableToHear(Reason.NO_REASON)
    row = dataset.feedback.create(text=text.strip()[:2000], is_useful=is_useful, received_at=at)
    _audit_voice("catalog.feedback.receive", row, dataset.body, by=by, at=at)
    return row


@transaction.atomic
def answer_feedback(*, feedback: Feedback, answer: str, is_shown: bool, by: Actor, at: datetime) -> Feedback:
    """意見に答える; `is_shown` puts both on the page of the dataset. Raises UnableToHear."""
    row = (
        Feedback.objects.select_for_update(of=("self",))
        .select_related("dataset__body", "dataset__division__body")
        .get(pk=feedback.pk)
    )
    body = row.dataset.body
    if not (permissions.may_edit(by, row.dataset) or permissions.may_answer(by, body)):
        raise UnableToHear(Reason.NOT_ALLOWED)
    if is_shown and not answer.strip():
        raise UnableToHear(Reason.NO_REASON)
    row.answer, row.is_shown, row.answered_at = answer.strip()[:2000], is_shown, at
    row.save(update_fields=["answer", "is_shown", "answered_at"])
    _audit_voice("catalog.feedback.answer", row, body, by=by, at=at)
    return row


@transaction.atomic
def propose_showcase(
    *,
    body: Body,
    title: str,
    description: str,
    url: str,
    maker: str,
    datasets: Sequence[Dataset],
    by: Actor,
    at: datetime,
) -> Showcase:
    """活用事例を知らせる: on show after the body has looked at it. Raises UnableToHear."""
    if not title.strip():
        raise UnableToHear(Reason.NO_TITLE)
    if any(each.body_id != body.pk or each.state != Dataset.State.PUBLISHED for each in datasets):
        raise UnableToHear(Reason.OTHER_BODY)
    row = Showcase.objects.create(
        body=body,
        title=title.strip()[:120],
        description=description.strip()[:2000],
        url=url.strip(),
        maker=maker.strip()[:120],
        proposed_at=at,
    )
    row.datasets.set(datasets)
    _audit_voice("catalog.showcase.propose", row, body, by=by, at=at)
    return row


@transaction.atomic
def decide_showcase(*, showcase: Showcase, is_shown: bool, by: Actor, at: datetime) -> Showcase:
    """活用事例を載せる、載せない. Raises UnableToHear."""
    row = Showcase.objects.select_for_update(of=("self",)).select_related("body").get(pk=showcase.pk)
    if not permissions.may_answer(by, row.body):
        raise UnableToHear(Reason.NOT_ALLOWED)
    row.is_shown = is_shown
    row.save(update_fields=["is_shown"])
    _audit_voice(
        "catalog.showcase.show" if is_shown else "catalog.showcase.hide", row, row.body, by=by, at=at
    )
    return row

"""Reviewing free texts."""

from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.surveys.models import FreeText, TextState
from kencho.surveys.services._errors import Reason, UnableTo, require_owner
from kencho.surveys.services._scrubbing import overwrite_freed


class UnableToReview(UnableTo):
    """Not counted yet, destroyed, or there are too few texts to show any."""


@transaction.atomic
def review_text(*, text: FreeText, state: TextState, wording: str, by: Actor, at: datetime) -> FreeText:
    """自由記述を確認し、公表するかどうかを決める。人や所属が分かる言葉は伏せて公表できる。

    At least ``k_text`` texts must have come in for the question before one may be released. Raises UnableToReview.
    """
    row = FreeText.objects.select_for_update(of=("self",)).select_related("cycle__body").get(pk=text.pk)
    cycle = row.cycle
    require_owner(by, cycle.body)
    if not cycle.is_counted or cycle.destroyed_at is not None:
        raise UnableToReview(Reason.WRONG_STATE, str(cycle.get_state_display()))
    came_in = FreeText.objects.filter(cycle=cycle, question=row.question).count()
    if state == TextState.RELEASED and came_in < cycle.k_text:
        raise UnableToReview(Reason.FEW_TEXTS)
    overwrite_freed()
    row.state = state
    if state == TextState.RELEASED and wording.strip():
        row.text = wording.strip()
    row.save(update_fields=["state", "text"])
    audit.record(
        "surveys.text.review",
        cycle,
        by=by,
        at=at,
        label=cycle.title,
        body=cycle.body.code,
        details={"question": row.question, "state": state.value},
    )
    return row

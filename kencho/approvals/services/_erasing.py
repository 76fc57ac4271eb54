"""The end of a case's documents: when the retention period of what it was about is over, its content goes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kencho.approvals.document import Document, Section
from kencho.approvals.models import ApprovalRequest, ApprovalRound, ApprovalStep, Remark, RequestState
from kencho.approvals.services._errors import Reason, UnableTo
from kencho.approvals.services._turns import label_of
from kencho.audit import services as audit
from kencho.foundation.actors import Actor


class UnableToErase(UnableTo):
    """A case about this subject is still pending."""


@transaction.atomic
def erase_content(*, subject_type: str, subject_id: str, by: Actor, at: datetime) -> int:
    """保存期間が満了した案件の内容を消す: documents and free text; who approved what and when stays. Returns how many.

    The code (SHA-256) of each document stays, so that a copy kept elsewhere can still be recognised.
    Raises UnableToErase.
    """
    found = list(
        ApprovalRequest.objects.select_for_update(of=("self",))
        .filter(subject_type=subject_type, subject_id=subject_id)
        .select_related("body", "matter")
    )
    if any(request.state == RequestState.PENDING for request in found):
        raise UnableToErase(Reason.ALREADY_PENDING)
    keys = [request.pk for request in found]
    empty = Document(sections=(Section(heading=_("保存期間が満了したため、内容を消去しました。")),)).as_json()
    ApprovalRound.objects.filter(request__in=keys).update(document=empty, note="")
    ApprovalStep.objects.filter(round__request__in=keys).exclude(comment="").update(comment="")
    Remark.objects.filter(request__in=keys).exclude(text="").update(text="")
    for request in found:
        audit.record(
            "approvals.request.erase", request, by=by, at=at, label=label_of(request), body=request.body.code
        )
    return len(found)

"""What applicants left behind: files of drafts that became no application."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kencho.applications import queries
from kencho.files import services as files
from kencho.files.models import Upload
from kencho.foundation.actors import Actor

AT_ONCE = 200
# Files of a draft (its id), of a sender of the API (its key), of an amendment entered at the desk (the number).
# Other apps keep theirs under other names.
_OWNERS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|api:[0-9a-f]{64}|\d{5}-\d{2}-\d{6,}-\d"
)


def erase_unused_uploads(*, by: Actor, at: datetime) -> int:
    """出されなかったファイルを消す: those that belong to no application and to no draft that is still kept.

    They are kept for KENCHO_UPLOAD_DAYS, because a program may send the files today and the application tomorrow.
    Returns how many.
    """
    edge = at - timedelta(days=settings.UPLOAD_DAYS)
    ours = [
        pk
        for pk, owner in queries.unused_uploads(edge).values_list("pk", "owner")
        if _OWNERS.fullmatch(owner) and not queries.is_kept_draft(owner)
    ]
    for start in range(0, len(ours), AT_ONCE):
        _erase(ours[start : start + AT_ONCE], edge, by=by, at=at)
    return len(ours)


@transaction.atomic
def _erase(keys: Sequence[UUID], edge: datetime, *, by: Actor, at: datetime) -> None:
    # Looked at once more in the transaction: an application may have come to need one meanwhile.
    found = (
        Upload.objects.select_for_update(of=("self",))
        .filter(pk__in=queries.unused_uploads(edge).filter(pk__in=keys).values("pk"))
        .select_related("body", "original__body", "clean_copy__body")
    )
    files.erase(uploads=list(found), by=by, at=at)

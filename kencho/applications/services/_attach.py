"""Linking received files to an application."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kencho.applications.models import ApplicationDocument
from kencho.files.models import Upload
from kencho.procedures.definition import FieldError


class UnableToSubmit(Exception):
    """The answers are not complete and right; ``errors`` say where."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"{len(self.errors)} errors")


def attach(
    application_id: int,
    body_id: int,
    uploads: Sequence[tuple[str, str]],
    at: datetime,
    *,
    owners: Sequence[str],
) -> None:
    """Link the uploads named in the answers. Raises UnableToSubmit for one that is not clean or not of these owners."""
    if not uploads:
        return
    known = {
        str(pk)
        for pk in Upload.objects.filter(
            pk__in=[upload for _item, upload in uploads if _is_uuid(upload)],
            body_id=body_id,
            owner__in=list(owners),
            state=Upload.State.CLEAN,
        ).values_list("pk", flat=True)
    }
    lost = [item for item, upload in uploads if upload not in known]
    if lost:
        raise UnableToSubmit(
            [
                FieldError(item, "", "file_lost", _("ファイルを確認できません。もう一度付けてください。"))
                for item in lost
            ]
        )
    ApplicationDocument.objects.bulk_create(
        ApplicationDocument(application_id=application_id, item_id=item, upload_id=upload, added_at=at)
        for item, upload in uploads
    )


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True

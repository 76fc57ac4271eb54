"""Drafts: begun, filled in page by page, thrown away or expired."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from kencho.accounts.models import User
from kencho.applications.models import Application, ApplicationDraft
from kencho.applications.queries import DRAFT_DAYS
from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.procedures.queries import InForce


def begin_draft(
    *,
    procedure: InForce,
    user: User | None,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    amends: Application | None = None,
    key: UUID | None = None,
) -> ApplicationDraft:
    """Start to fill in an application of the version in force.

    ``key`` is the draft's id, for a caller who may have to begin the same one again; an application is made of it once.
    """
    return ApplicationDraft.objects.create(
        pk=key or uuid4(),
        body=procedure.procedure.body,
        version=procedure.version,
        user=user,
        answers=dict(answers or {}),
        amends=amends,
        created_at=at,
        updated_at=at,
        expires_at=at + timedelta(days=DRAFT_DAYS),
    )


class DraftMovedOn(Exception):
    """The draft was saved, sent or thrown away since it was read."""


def save_draft(
    *,
    draft: ApplicationDraft,
    answers: Mapping[str, Any],
    page: str,
    at: datetime,
    seen_at: datetime | None = None,
) -> ApplicationDraft:
    """Keep what was filled in; the draft lives on for another full term.

    With ``seen_at`` (the ``updated_at`` that was read) only when nobody saved it since; raises DraftMovedOn.
    """
    if seen_at is not None:
        unchanged = ApplicationDraft.objects.filter(pk=draft.pk, updated_at=seen_at)
        if not unchanged.update(updated_at=at):
            raise DraftMovedOn(draft.pk)
    draft.answers = dict(answers)
    draft.page = page
    draft.updated_at = at
    draft.expires_at = at + timedelta(days=DRAFT_DAYS)
    draft.save(update_fields=["answers", "page", "updated_at", "expires_at"])
    return draft


def discard_draft(*, draft: ApplicationDraft) -> None:
    """Throw a draft away at its owner's wish."""
    draft.delete()


@transaction.atomic
def erase_expired_drafts(*, by: Actor, at: datetime) -> int:
    """保存期限が過ぎた下書きを消す; returns how many. Their files follow with those of all that was never sent."""
    found = list(ApplicationDraft.objects.filter(expires_at__lte=at).select_related("body"))
    for draft in found:
        audit.record("applications.draft.erase", draft, by=by, at=at, body=draft.body.code)
    ApplicationDraft.objects.filter(pk__in=[draft.pk for draft in found], expires_at__lte=at).delete()
    return len(found)

"""Drafts: begun, filled in page by page, thrown away or expired."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kencho.accounts.models import User
from kencho.applications.models import Application, ApplicationDraft
from kencho.applications.queries import DRAFT_DAYS
from kencho.procedures.queries import InForce


def begin_draft(
    *,
    procedure: InForce,
    user: User | None,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    amends: Application | None = None,
) -> ApplicationDraft:
    """Start to fill in an application of the version in force."""
    return ApplicationDraft.objects.create(
        body=procedure.procedure.body,
        version=procedure.version,
        user=user,
        answers=dict(answers or {}),
        amends=amends,
        created_at=at,
        updated_at=at,
        expires_at=at + timedelta(days=DRAFT_DAYS),
    )


def save_draft(
    *, draft: ApplicationDraft, answers: Mapping[str, Any], page: str, at: datetime
) -> ApplicationDraft:
    """Keep what was filled in; the draft lives on for another full term."""
    draft.answers = dict(answers)
    draft.page = page
    draft.updated_at = at
    draft.expires_at = at + timedelta(days=DRAFT_DAYS)
    draft.save(update_fields=["answers", "page", "updated_at", "expires_at"])
    return draft


def discard_draft(*, draft: ApplicationDraft) -> None:
    """Throw a draft away at its owner's wish."""
    draft.delete()


def erase_expired_drafts(*, at: datetime) -> int:
    """Erase drafts whose term is over; returns how many."""
    count, _per_model = ApplicationDraft.objects.filter(expires_at__lte=at).delete()
    return count

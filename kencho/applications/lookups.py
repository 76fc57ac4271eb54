"""The two lookups of every submission, by their key, with their SQL prepared (see ``foundation.prepared``)."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from kencho.applications.models import Application, ApplicationDraft
from kencho.foundation.prepared import Prepared


def _drafts(pk: UUID, at: datetime) -> QuerySet[ApplicationDraft]:
    return (
        ApplicationDraft.objects.filter(pk=pk)
        .filter(expires_at__gt=at)
        .select_related("body", "version__procedure__division", "version__procedure__body", "amends")
        # The compiled definition is kept per version; its source is long.
        .defer("version__definition")
        .order_by()
    )


def _applications(key: str) -> QuerySet[Application]:
    return Application.objects.filter(idempotency_key=key).select_related("body").order_by()


_draft = Prepared(_drafts, ApplicationDraft, ("id", "expires_at"))
_sent = Prepared(_applications, Application, ("idempotency_key",))


def draft(pk: UUID, at: datetime) -> ApplicationDraft | None:
    """A draft that is still kept, with its body, version, procedure, division, and the application it amends."""
    return _draft.one(pk, at)


def sent(key: str) -> Application | None:
    """The application that was made with this key against double submission, with its body."""
    return _sent.one(key)

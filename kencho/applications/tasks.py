"""Work of applications that the queue does."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from kencho.applications import services
from kencho.files.models import StoredFile
from kencho.foundation import actors, clock, queue
from kencho.foundation.actors import Actor
from kencho.procedures.models import ProcedureVersion

WORKER = actors.system("worker")


@queue.task(every=timedelta(hours=1))
def erase_expired_drafts() -> None:
    """Erase drafts that nobody has touched for their whole term."""
    services.erase_expired_drafts(by=WORKER, at=clock.now())


@queue.task(atomic=False, every=timedelta(days=1))
def erase_unused_uploads() -> None:
    """Erase files that were handed in but never sent with an application."""
    services.erase_unused_uploads(by=WORKER, at=clock.now())


@queue.task(atomic=False, every=timedelta(days=1))
def erase_expired_applications() -> None:
    """Erase the personal data of applications whose retention period is over."""
    services.erase_expired(by=WORKER, at=clock.now())


@queue.task(atomic=False)
def import_applications(file_id: int, version_id: int, channel: str, actor: dict[str, Any]) -> None:
    """Submit the applications of a file, line by line."""
    version = ProcedureVersion.objects.select_related("procedure__body", "procedure__division").get(
        pk=version_id
    )
    outcome = services.run_import(
        version=version,
        stored=StoredFile.objects.select_related("body").get(pk=file_id),
        channel=channel,
        by=Actor.from_payload(actor),
        at=clock.now(),
        tell=queue.report,
    )
    total = outcome.new + outcome.repeated + len(outcome.refused)
    queue.report(total, total, _told(outcome))


def _told(outcome: services.TableOutcome) -> str:
    words = [_("%(n)s件を登録しました。") % {"n": outcome.new}]
    if outcome.repeated:
        words.append(_("%(n)s件は、すでに登録されていました。") % {"n": outcome.repeated})
    if outcome.refused:
        lines = "、".join(map(str, outcome.refused[:20]))
        words.append(_("登録できなかった行：%(lines)s") % {"lines": lines})
    return "".join(words)

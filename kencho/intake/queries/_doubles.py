"""The same paper twice: same person, procedure and day. Shown, never dropped: two are sometimes meant to be two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kencho.applications import queries as applications
from kencho.applications.models import Application
from kencho.foundation import clock
from kencho.foundation.text import fold_name
from kencho.intake.answers import build
from kencho.intake.models import Sheet
from kencho.intake.queries._forms import version_for
from kencho.procedures import queries as procedures

MOST = 20
MOST_WAITING = 500


@dataclass(frozen=True)
class Duplicates:
    """What looks like the same: applications that have arrived, and sheets that are on their way."""

    applications: Sequence[Application]
    sheets: Sequence[Sheet]

    def __bool__(self) -> bool:
        return bool(self.applications or self.sheets)


def person_of(sheet: Sheet) -> str:
    """The applicant's name as the sheet gives it now, folded so that old and new shapes are one; empty when none is read."""
    plan = procedures.compiled_of(version_for(sheet.template, sheet.batch.arrived_on))
    who = applications.applicant_in(plan, build(sheet.fields.all(), plan))
    return fold_name(who.name).replace("　", "").replace(" ", "")


def duplicates_of(sheet: Sheet) -> Duplicates:
    """Applications and sheets of the same person, procedure and day as this sheet."""
    name = person_of(sheet)
    if not name:
        return Duplicates((), ())
    return Duplicates(_applications(sheet, name), _sheets(sheet, name))


def same_applications(sheet: Sheet) -> Sequence[Application]:
    """Only the applications: cheap enough to be asked for while others wait."""
    name = person_of(sheet)
    return _applications(sheet, name) if name else []


def _applications(sheet: Sheet, name: str) -> Sequence[Application]:
    start = datetime.combine(sheet.batch.arrived_on, time(0), tzinfo=clock.JST)
    arrived = (
        Application.objects.filter(
            procedure=sheet.template.version.procedure_id,
            arrived_at__gte=start,
            arrived_at__lt=start + timedelta(days=1),
        )
        .exclude(idempotency_key=str(sheet.key))
        .select_related("body", "division")
        .order_by("arrived_at", "id")
    )
    return [each for each in arrived if _name(each) == name][:MOST]


def _sheets(sheet: Sheet, name: str) -> Sequence[Sheet]:
    waiting = (
        Sheet.objects.filter(
            batch__division=sheet.batch.division_id,
            batch__arrived_on=sheet.batch.arrived_on,
            template__version__procedure=sheet.template.version.procedure_id,
            state__in=[Sheet.State.VERIFYING, Sheet.State.READY, Sheet.State.INCOMPLETE],
        )
        .exclude(pk=sheet.pk)
        .select_related("batch", "template__version__procedure__body", "template__body")
        .prefetch_related("fields")
        .order_by("pk")
    )
    return [each for each in waiting[:MOST_WAITING] if person_of(each) == name][:MOST]


def _name(application: Application) -> str:
    return fold_name(application.applicant_name).replace("　", "").replace(" ", "")

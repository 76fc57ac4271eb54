"""Reactions: the paper of a registered sheet is filed in the register beside the application's line."""

from kencho.foundation import actors
from kencho.foundation.events import subscriber
from kencho.intake import services
from kencho.intake.events import SheetRegistered
from kencho.intake.models import Sheet


@subscriber(SheetRegistered)
def file_paper(event: SheetRegistered) -> None:
    """収受文書に原本を綴じる."""
    sheet = (
        Sheet.objects.filter(pk=event.sheet_id)
        .select_related("application__body", "application__division")
        .first()
    )
    if sheet is not None:
        services.file_record(sheet=sheet, by=actors.system("intake"), at=event.registered_at)

"""Work of procedures that the queue does."""

from kencho.foundation import clock, queue
from kencho.procedures import services
from kencho.procedures.models import Procedure


@queue.task()
def show_version_in_force(procedure_id: int) -> None:
    """On the day a version comes into force, lists and search show it."""
    procedure = Procedure.objects.select_related("body").get(pk=procedure_id)
    services.refresh_columns(procedure=procedure, at=clock.now())

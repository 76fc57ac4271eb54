"""Work of files that the queue does."""

from kencho.files import services
from kencho.foundation import clock, queue
from kencho.organization.models import Body


@queue.task()
def erase_blob(body_id: int, digest: str, quarantined: bool) -> None:
    """Erase bytes to which no row refers."""
    body = Body.objects.get(pk=body_id)
    services.erase_blob(body=body, digest=digest, quarantined=quarantined, at=clock.now())

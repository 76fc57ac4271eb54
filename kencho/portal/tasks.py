"""Queue entry points of the portal."""

from kencho.foundation import clock, queue
from kencho.portal import demo


@queue.task(atomic=False)
def publish_demo_catalogue() -> None:
    """Publish the demo's open data while the site is already open; done twice, the second time finds it done."""
    demo.publish_catalogue(at=clock.now())

"""What journeys of the office share: a member of staff at a browser, the worker, forms filled by the names of their inputs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor
from kencho.organization.models import StaffMember
from kencho.organization.testing import desk, sign_in

NewContext = Callable[..., BrowserContext]
T = TypeVar("T")


def apart(act: Callable[[], T]) -> T:
    """Do something in a thread of its own: Playwright's event loop lives in this one, and robots and seals use another."""

    def run() -> T:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def work() -> None:
    """Let the worker do all that waits; a robot's browser is started by it."""
    apart(lambda: queue.drain(strict=True))


def actor_of(who: StaffMember) -> Actor:
    """The member of staff as the actor of services, now."""
    return desk(who, clock.day_of(clock.now())).actor


def as_staff(new_context: NewContext, live_server: LiveServer, who: StaffMember, **options: object) -> Page:
    """A browser in which this member of staff is signed in."""
    context = new_context(**options)
    # A reader or a robot's own browser runs beside this one.
    context.set_default_timeout(30_000)
    cookie = sign_in(Client(), who).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def fill_in(page: Page, button: str, **fields: str) -> None:
    """Fill inputs by their names, choose from lists, and send the form."""
    for name, value in fields.items():
        field = page.locator(f"main [name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main").get_by_role("button", name=button, exact=True).click()


def approve(request: ApprovalRequest, *approvers: StaffMember) -> None:
    """Let these people agree, one after the other, and what follows from it happen."""

    def agree() -> None:
        for who in approvers:
            request.refresh_from_db()
            if request.state == "pending":
                digest = request.rounds.latest("pk").digest
                approvals.approve(request=request, digest=digest, by=actor_of(who), at=clock.now())
        queue.drain(strict=True)

    apart(agree)

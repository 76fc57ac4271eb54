"""Puts the working place of signed-in staff on the request, looked up only when something asks for it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from kencho.accounts import second_factor
from kencho.accounts.models import User
from kencho.foundation import clock
from kencho.organization.queries import Desk, desk_of

ASSIGNMENT_SESSION_KEY = "assignment_id"


class CurrentStaff:
    """Sets ``request.desk``: a Desk for staff, falsy for everybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Attach the lazy value."""
        request.desk = SimpleLazyObject(lambda: _desk(request))  # type: ignore[attr-defined]  # the request is Django's to extend
        return self.get_response(request)


def _desk(request: HttpRequest) -> Desk | None:
    user = request.user
    if not isinstance(user, User) or user.kind != User.Kind.STAFF:
        return None
    # Without the second factor there is no desk, whichever page, fragment or API asks for it.
    if second_factor.is_missing(request):
        return None
    chosen = request.session.get(ASSIGNMENT_SESSION_KEY)
    return desk_of(user, clock.day_of(clock.now()), assignment_id=chosen if isinstance(chosen, int) else None)

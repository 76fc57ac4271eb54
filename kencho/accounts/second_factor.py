"""Whether a sign-in was strong enough for the desk: staff need a one-time code or a passkey besides the password."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest

from kencho.accounts.models import User


def is_required(user: User) -> bool:
    """Staff of an installation with ``KENCHO_STAFF_MFA``; residents choose for themselves."""
    wanted = getattr(settings, "STAFF_MFA", not settings.DEMO)
    return bool(wanted) and user.kind == User.Kind.STAFF


def was_given(request: HttpRequest) -> bool:
    """Whether this very session was opened, or confirmed since, with a second factor."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def is_missing(request: HttpRequest) -> bool:
    """Whether the desk must stay closed until a second factor is set up or shown."""
    user = request.user
    return isinstance(user, User) and is_required(user) and not was_given(request)


def note_given(request: HttpRequest, *, kind: str, authenticator_id: int) -> None:
    """Count setting up a factor as having shown it: the page asks for a code or touch of that very factor."""
    record_authentication(request, request.user, "mfa", type=kind, id=authenticator_id, enrolled=True)

"""Who may open a page of a signed-in resident."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from kencho.accounts.models import User
from kencho.foundation.access import Access, mark
from kencho.foundation.actors import Actor, ActorKind

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """A request that passed ``signed_in_page``."""

    user: User


def actor_of(user: User) -> Actor:
    """An account as the actor of services. In the name of a body staff act through their desk, not through this."""
    if user.kind == User.Kind.STAFF:
        return Actor(ActorKind.STAFF, f"user:{user.pk}", str(user))
    return Actor(ActorKind.RESIDENT, str(user.pk), str(user))


def signed_in_page(permission: str) -> Callable[[View], View]:
    """Guard a view for any account; the view itself shows only what belongs to that account."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return view(request, *args, **kwargs)

        return mark(guarded, Access("signed_in", permission))

    return decorate

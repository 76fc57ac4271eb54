"""Who calls the API: a token of staff becomes the desk at which its owner works today, limited by its scopes."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from kencho.accounts import services as accounts
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.api import refuse
from kencho.organization.queries import Desk, desk_of

__all__ = ["Caller", "Guest", "GuestOrToken", "GuestRequest", "Scoped", "StaffApiRequest"]


@dataclass(frozen=True)
class Caller:
    """A staff member acting through a token."""

    desk: Desk
    scopes: frozenset[str]
    token_id: int

    @property
    def actor(self) -> Actor:
        """The owner of the token as the actor of services; the log shows that a program did it."""
        return replace(self.desk.actor, kind=ActorKind.API)

    @property
    def limited_as(self) -> str:
        """Whose calls are counted together."""
        return f"token:{self.token_id}"

    @property
    def key(self) -> str:
        """Whose idempotency keys stand together: those of one person, whichever token is used."""
        return f"user:{self.desk.staff.user_id}"


@dataclass(frozen=True)
class Guest:
    """Somebody without a token."""

    limited_as: str = ""
    key: str = "guest"

    @property
    def actor(self) -> Actor:
        """A guest, who has no application yet."""
        return Actor(ActorKind.GUEST, "new", "")


class StaffApiRequest(HttpRequest):
    """A request that passed ``Scoped``."""

    auth: Caller


class GuestRequest(HttpRequest):
    """A request that passed ``GuestOrToken``."""

    auth: Caller | Guest


class Scoped(HttpBearer):
    """Asks for a token with a scope. Session cookies are never looked at."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller; nothing (401) without a valid token; 403 without the scope or without a post today."""
        now = clock.now()
        owner = accounts.use_token(raw=token.strip(), at=now)
        if owner is None:
            return None
        if not owner.allows(self.scope):
            refuse(403, "scope_missing", _("このAPIトークンには、必要な権限の範囲がありません。"))
        desk = desk_of(owner.user, clock.day_of(now))
        if desk is None:
            refuse(403, "no_post", _("このAPIトークンの持ち主は、いま職に就いていません。"))
        return Caller(desk, owner.scopes, int(owner.token.pk))


class GuestOrToken(Scoped):
    """Open to everybody; but a token that is shown must be good and have the scope."""

    def __call__(self, request: HttpRequest) -> Any:
        """A guest when no token is shown."""
        if not request.headers.get(self.header):
            return Guest()
        return super().__call__(request)

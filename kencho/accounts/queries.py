"""Reading accounts and tokens."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from kencho.accounts.models import ApiToken, User

TOKEN_MARK = "kencho_"  # noqa: S105  # the public beginning of all tokens, by which leaked ones are recognised
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class TokenOwner:
    """Whose token was shown, and what it may be used for."""

    user: User
    token: ApiToken
    scopes: frozenset[str]

    def allows(self, scope: str) -> bool:
        """Whether the token was given this scope."""
        return scope in self.scopes


def digest_of(raw: str) -> str:
    """SHA-256 of a token. No salt or stretching: tokens hold 256 random bits, which nobody can guess."""
    return hashlib.sha256(raw.encode()).hexdigest()


def token_owner(raw: str, at: datetime) -> TokenOwner | None:
    """The owner of a token that is valid at this instant; None for unknown, revoked or expired ones."""
    if not raw.startswith(TOKEN_MARK):
        return None
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(raw)).first()
    if token is None or not token.is_usable(at) or not token.user.is_active:
        return None
    return TokenOwner(token.user, token, frozenset(token.scopes))


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """All tokens of an account, newest first, revoked ones included."""
    return ApiToken.objects.filter(user=user)


def user_by_email(email: str) -> User | None:
    """The account of an e-mail address, compared without regard to case."""
    return User.objects.filter(email=email.strip().lower()).first()


def has_second_factor(user: User) -> bool:
    """Whether a one-time code app or a passkey is registered."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists())


def passkeys_of(user: User) -> int:
    """How many passkeys and security keys are registered."""
    return int(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).count())

"""Who may do what with accounts. One's own account only; nobody reads another's tokens."""

from kencho.accounts.models import ApiToken, User


def may_have_tokens(user: User) -> bool:
    """Tokens connect systems of the office; residents have no use for them."""
    return user.kind == User.Kind.STAFF


def may_revoke(user: User, token: ApiToken) -> bool:
    """Only the owner."""
    return token.user_id == user.pk


def may_erase(user: User) -> bool:
    """Residents may give up their account at any time; staff accounts end with the service relationship."""
    return user.kind == User.Kind.RESIDENT and user.erased_at is None

"""Accounts for tests. Apps above make their own cast from these."""

from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from kencho.accounts.models import User

PASSWORD = "correct horse 1"  # noqa: S105  # exists in tests only


@cache
def _hashed() -> str:
    """Hashing is slow on purpose; all accounts of the tests share one hash."""
    return make_password(PASSWORD)


def make_user(email: str, name: str = "", kind: str = User.Kind.RESIDENT) -> User:
    """An account with a confirmed address and password ``PASSWORD``."""
    user = User.objects.create(email=email, name=name, kind=kind, password=_hashed())
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user

"""The people of the tests of accounts: a resident, a staff account and a colleague of theirs."""

import pytest

from kencho.accounts.models import User
from kencho.accounts.testing.people import make_user


@pytest.fixture
def resident(db: None) -> User:
    """A resident."""
    return make_user("resident@example.jp", "県民 花子")


@pytest.fixture
def staff(db: None) -> User:
    """An account of staff."""
    return make_user("s0001@mie.example.jp", "担当 一郎", User.Kind.STAFF)


@pytest.fixture
def colleague(db: None) -> User:
    """Another account of staff."""
    return make_user("s0002@mie.example.jp", "課長 二郎", User.Kind.STAFF)

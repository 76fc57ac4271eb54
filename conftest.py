"""Fixtures that tests of all apps share."""

from collections.abc import Callable

import pytest
from django.test import Client

from kencho.accounts.models import User
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, make_cast, sign_in, sign_in_user


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast, working since 2026-04-01."""
    return make_cast()


@pytest.fixture
def client_of() -> Callable[[StaffMember | User], Client]:
    """A fresh browser in which this person is signed in."""

    def make(who: StaffMember | User) -> Client:
        return sign_in_user(Client(), who) if isinstance(who, User) else sign_in(Client(), who)

    return make

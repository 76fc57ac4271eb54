"""Fixtures that tests of all apps share."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from hypothesis import settings as hypothesis_settings

from kencho.accounts.models import User
from kencho.foundation.translations import compile_catalogues
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, make_cast, sign_in, sign_in_user

# Shared cores make single examples slow now and then; that says nothing about the code.
# CI repeats the same examples, so that a red run can be repeated; at home each run tries new ones.
hypothesis_settings.register_profile("kencho", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("kencho")


@pytest.fixture(scope="session", autouse=True)
def static_root() -> None:
    """The static file server warns about a folder that no release step has made yet."""
    Path(str(settings.STATIC_ROOT)).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session", autouse=True)
def own_counts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tries that an earlier run, or a run beside this one, has counted do not count here."""
    caches.settings["default"]["LOCATION"] = tmp_path_factory.mktemp("cache") / "cache.sqlite3"
    # Made anew from the settings above when it is next asked for.
    with suppress(AttributeError):
        del caches["default"]


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


@pytest.fixture(scope="session", autouse=True)
def english() -> None:
    """The English catalogue in the form in which it is read."""
    compile_catalogues()

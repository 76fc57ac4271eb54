"""Who walks through the console, and what stands in it."""

import pytest
from django.test import Client

from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, grant
from kencho.robots.testing import Robots, make_robots
from kencho.robots.tests.pages.walk import ClientOf


@pytest.fixture
def things(cast: Cast) -> Robots:
    return make_robots(cast)


@pytest.fixture
def clerk(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.clerk)


@pytest.fixture
def admin(cast: Cast, client_of: ClientOf) -> Client:
    grant(cast.chief, RoleAssignment.Role.SYSTEM_ADMIN)
    return client_of(cast.chief)

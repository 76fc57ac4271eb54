"""Beginning an application: everybody may, but nobody may flood an office."""

import pytest
from django.test import Client
from pytest_django import Settings

from kencho.applications.models import ApplicationDraft
from kencho.applications.testing import publish
from kencho.organization.testing import Cast


@pytest.fixture
def address(cast: Cast) -> str:
    version = publish(cast, "public-record-disclosure")
    return f"/{cast.body.slug}/procedures/{version.procedure.code}/apply/"


def test_a_guest_begins_so_many_an_hour(address: str, settings: Settings) -> None:
    settings.GUEST_DRAFTS_PER_HOUR = 2
    answers = [Client(REMOTE_ADDR="192.0.2.7").post(address).status_code for _n in range(3)]
    assert answers == [302, 302, 429]
    assert ApplicationDraft.objects.count() == 2


def test_the_limit_is_of_one_address(address: str, settings: Settings) -> None:
    settings.GUEST_DRAFTS_PER_HOUR = 1
    assert Client(REMOTE_ADDR="192.0.2.8").post(address).status_code == 302
    assert Client(REMOTE_ADDR="192.0.2.9").post(address).status_code == 302


def test_reading_what_will_be_asked_is_never_limited(address: str, settings: Settings) -> None:
    settings.GUEST_DRAFTS_PER_HOUR = 0
    assert Client(REMOTE_ADDR="192.0.2.10").get(address).status_code == 200

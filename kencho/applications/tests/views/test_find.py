"""Guests find their application by number and code; guessing is stopped."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kencho.applications import services
from kencho.applications.models import Application
from kencho.applications.testing import apply, publish
from kencho.applications.views import _begin, _status
from kencho.organization.testing import Cast

FIND = "/applications/"


@pytest.fixture
def application(cast: Cast) -> Application:
    """A guest's application."""
    cache.clear()
    return apply(publish(cast))


def _code(application: Application) -> str:
    return services.secret_for(application.idempotency_key)


@pytest.mark.parametrize(
    "typed",
    ["{n}", "{bare}", " {n} ", "{wide}"],
    ids=["printed", "without hyphens", "with blanks", "full width"],
)
def test_number_in_any_spelling(application: Application, typed: str) -> None:
    bare = application.number.replace("-", "")
    wide = bare.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    number = typed.format(n=application.number, bare=bare, wide=wide)
    answer = Client().post(FIND, {"number": number, "secret": _code(application).lower()})
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("applications:application_status", args=[application.number])


def test_a_wrong_code_tells_nothing_and_loses_nothing(application: Application) -> None:
    answer = Client().post(FIND, {"number": application.number, "secret": "AAAA-AAAA-AAAA"})
    other = Client().post(FIND, {"number": "24000-08-999999-0", "secret": "AAAA-AAAA-AAAA"})
    assert answer.status_code == other.status_code == 422
    assert application.number in answer.content.decode()
    message = "受付番号か確認コードが違います"
    assert message in answer.content.decode()
    assert message in other.content.decode()


def test_guessing_is_stopped_for_the_guesser_alone(application: Application) -> None:
    for _try in range(_status.TRIES):
        Client().post(FIND, {"number": application.number, "secret": "AAAA-AAAA-AAAA"})
    right = {"number": application.number, "secret": _code(application)}
    assert Client().post(FIND, right).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.7").post(FIND, right).status_code == 302


def test_the_page_and_the_api_count_tries_together(application: Application) -> None:
    """Two doors to one room must not give twice as many tries."""
    for _try in range(_status.TRIES):
        Client().post(FIND, {"number": application.number, "secret": "AAAA-AAAA-AAAA"})
    answer = Client().get(
        f"/api/v1/applications/{application.number}", headers={"Application-Secret": _code(application)}
    )
    assert answer.status_code == 429


def test_the_mail_with_the_link_is_no_weapon(cast: Cast) -> None:
    """Whoever begins a draft may name any address; somebody's mailbox must not be filled from here."""
    cache.clear()
    version = publish(cast)
    client = Client()
    begun = client.post(
        reverse("applications:application_begin", args=[cast.body.slug, version.procedure.code])
    )
    draft = begun.headers["Location"].split("/")[2]
    link = reverse("applications:draft_link", args=[draft])
    codes = [client.post(link, {"email": f"a{n}@example.jp"}).status_code for n in range(_begin.MAILS + 1)]
    assert codes == [302] * _begin.MAILS + [429]

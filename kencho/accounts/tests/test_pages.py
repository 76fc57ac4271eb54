"""Pages of one's own account: profile, tokens, farewell."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from kencho.accounts import queries
from kencho.accounts.models import ApiToken, User
from kencho.accounts.testing.people import PASSWORD
from kencho.foundation import clock


@pytest.fixture
def browser(client: Client, settings: Settings) -> Client:
    """A browser in an office that does not ask for a second factor."""
    settings.STAFF_MFA = False
    return client


def confirmed(client: Client, user: User) -> Client:
    """Signed in, and the password given again."""
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/my/account/"})
    return client


def test_profile(resident: User, client: Client) -> None:
    client.force_login(resident)
    client.post(
        "/my/account/", {"name": "新しい 名前", "language": "en", "kind": "staff", "email": "x@example.jp"}
    )
    resident.refresh_from_db()
    assert (resident.name, resident.language, resident.kind) == ("新しい 名前", "en", User.Kind.RESIDENT)
    assert resident.email == "resident@example.jp"
    assert client.cookies["django_language"].value == "en"
    assert client.post("/my/account/", {"name": "x" * 81}).status_code == 422


def test_a_token_is_shown_once_and_works(staff: User, browser: Client) -> None:
    confirmed(browser, staff)
    answer = browser.post("/my/tokens/add/", {"label": "連携", "scopes": ["records.read"], "days": "30"})
    assert "no-store" in answer["Cache-Control"]
    raw = re.search(r"kencho_[\w-]{43}", answer.content.decode())
    assert raw is not None
    owner = queries.token_owner(raw[0], clock.now())
    assert owner is not None
    assert owner.user == staff
    assert raw[0] not in browser.get("/my/tokens/").content.decode()


def test_issuing_asks_for_the_password_again(staff: User, browser: Client) -> None:
    browser.force_login(staff)
    answer = browser.post("/my/tokens/add/", {"label": "連携", "scopes": ["records.read"], "days": "30"})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"scopes": []}, {"scopes": ["all"]}, {"days": "0"}, {"days": "400"}, {"label": ""}]
)
def test_a_token_needs_a_name_scopes_and_an_end(
    staff: User, browser: Client, wrong: dict[str, object]
) -> None:
    confirmed(browser, staff)
    fields = {"label": "連携", "scopes": ["records.read"], "days": "30", **wrong}
    assert browser.post("/my/tokens/add/", fields).status_code == 422
    assert not ApiToken.objects.exists()


def test_tokens_are_ones_own(staff: User, colleague: User, resident: User, browser: Client) -> None:
    confirmed(browser, staff)
    browser.post("/my/tokens/add/", {"label": "連携", "scopes": ["records.read"], "days": "30"})
    token = ApiToken.objects.get()
    other = Client()
    other.force_login(colleague)
    assert "連携" not in other.get("/my/tokens/").content.decode()
    assert other.post(f"/my/tokens/{token.pk}/revoke/").status_code == 404
    outside = Client()
    outside.force_login(resident)
    assert outside.get("/my/tokens/").status_code == 403
    browser.post(f"/my/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "取消済み" in browser.get("/my/tokens/").content.decode()


def test_farewell(resident: User, client: Client) -> None:
    confirmed(client, resident)
    assert client.post("/my/account/erase/", {}).status_code == 422
    client.post("/my/account/erase/", {"sure": "on"})
    resident.refresh_from_db()
    assert resident.erased_at is not None
    assert client.get("/my/account/").status_code == 302
    again = client.post("/accounts/login/", {"login": "resident@example.jp", "password": PASSWORD})
    assert again.status_code == 200


def test_staff_cannot_erase_themselves(staff: User, client: Client) -> None:
    confirmed(client, staff)
    assert client.post("/my/account/erase/", {"sure": "on"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/my/account/", "/my/account/erase/", "/my/tokens/", "/my/tokens/add/", "/my/second-factor/"]
)
def test_strangers_are_asked_to_sign_in(db: None, client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/accounts/login/")

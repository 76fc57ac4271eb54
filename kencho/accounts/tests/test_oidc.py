"""A resident signs in through an outside identity provider, from end to end over real HTTP on the loopback."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from kencho.accounts.models import User
from kencho.accounts.testing import oidc_provider
from kencho.accounts.testing.oidc_provider import Person, Provider
from kencho.audit.models import Entry

LOGIN = "/accounts/oidc/test/login/"
BUSINESS = Person("g-biz-1", "三重 商事", "office@shoji.example.jp", email_verified=True)
CITIZEN = Person("pairwise-7f3a", "県民 次郎")


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider at which the business signs in."""
    cache.clear()
    with oidc_provider.running(BUSINESS) as running:
        settings.SOCIALACCOUNT_PROVIDERS = oidc_provider.app_settings(running)
        yield running


def go_and_return(client: Client) -> HttpResponse:
    """From the sign-in page to the provider and back, as a browser does."""
    leave = client.post(LOGIN)
    assert leave.status_code == 302, leave.content.decode()
    back = requests.get(leave["Location"], allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text
    where = urlsplit(back.headers["Location"])
    assert where.path == "/accounts/oidc/test/login/callback/"
    answer = client.get(f"{where.path}?{where.query}")
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_business_signs_in_at_once(db: None, client: Client, provider: Provider) -> None:
    assert go_and_return(client)["Location"] == "/after-sign-in/"
    user = User.objects.get()
    assert (user.kind, user.email, user.name) == (User.Kind.RESIDENT, "office@shoji.example.jp", "三重 商事")
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert client.get("/my/account/").status_code == 200
    assert Entry.objects.get(action="accounts.user.sign_in").details["methods"] == ["socialaccount"]


def test_the_second_visit_finds_the_same_account(db: None, provider: Provider) -> None:
    go_and_return(Client())
    go_and_return(Client())
    assert User.objects.count() == 1
    assert SocialAccount.objects.get().uid == "g-biz-1"


def test_a_provider_without_address_leads_to_the_question_for_one(
    db: None, client: Client, provider: Provider
) -> None:
    provider.person = CITIZEN
    asked = go_and_return(client)
    assert asked["Location"].startswith("/accounts/3rdparty/signup/")
    assert "テスト認証" in client.get(asked["Location"]).content.decode()
    client.post("/accounts/3rdparty/signup/", {"email": "jiro@example.jp"})
    user = User.objects.get()
    assert (user.email, user.name) == ("jiro@example.jp", "県民 次郎")
    assert not EmailAddress.objects.get(user=user).verified


def test_the_request_carries_state_and_a_pkce_challenge(db: None, client: Client, provider: Provider) -> None:
    query = parse_qs(urlsplit(client.post(LOGIN)["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert query["state"][0]
    assert set(query["scope"][0].split()) == {"openid", "profile", "email"}


def test_the_code_is_redeemed_with_the_verifier(db: None, client: Client, provider: Provider) -> None:
    go_and_return(client)
    kind, sent = provider.seen[-1]
    assert kind == "token"
    assert len(sent["code_verifier"]) >= 43


def test_a_get_does_not_start_a_sign_in(db: None, client: Client, provider: Provider) -> None:
    answer = client.get(LOGIN)
    assert answer.status_code == 200
    assert "テスト認証" in answer.content.decode()
    assert provider.seen == []


def test_a_stolen_code_is_worth_nothing_in_another_browser(
    db: None, client: Client, provider: Provider
) -> None:
    back = requests.get(client.post(LOGIN)["Location"], allow_redirects=False, timeout=5)
    where = urlsplit(back.headers["Location"])
    thief = Client()
    thief.get(f"{where.path}?{where.query}")
    assert not User.objects.exists()


def test_a_code_injected_into_another_sign_in_fails_at_the_verifier(db: None, provider: Provider) -> None:
    victim, attacker = Client(), Client()
    back = requests.get(victim.post(LOGIN)["Location"], allow_redirects=False, timeout=5)
    code = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
    state = parse_qs(urlsplit(attacker.post(LOGIN)["Location"]).query)["state"][0]
    answer = attacker.get("/accounts/oidc/test/login/callback/", {"code": code, "state": state})
    assert "サインインできませんでした" in answer.content.decode()
    assert not User.objects.exists()


def test_userinfo_of_somebody_else_is_refused(db: None, client: Client, provider: Provider) -> None:
    provider.swap_userinfo_sub = "somebody-else"
    assert "サインインできませんでした" in go_and_return(client).content.decode()
    assert not User.objects.exists()


def test_refusal_at_the_provider_comes_back_as_a_page(db: None, client: Client, provider: Provider) -> None:
    provider.refuse = "access_denied"
    assert go_and_return(client)["Location"] == "/accounts/3rdparty/login/cancelled/"


def test_an_address_of_a_provider_does_not_open_an_account_that_exists(
    resident: User, client: Client, provider: Provider
) -> None:
    provider.person = Person("x", "だれか", resident.email, email_verified=True)
    go_and_return(client)
    assert not SocialAccount.objects.exists()
    assert client.get("/my/account/").status_code == 302


def test_staff_are_not_taken_over_through_a_provider(staff: User, client: Client, provider: Provider) -> None:
    provider.person = Person("x", "だれか", staff.email, email_verified=True)
    go_and_return(client)
    assert client.get("/my/account/").status_code == 302
    assert not SocialAccount.objects.exists()

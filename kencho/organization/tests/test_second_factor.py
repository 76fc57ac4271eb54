"""Staff reach the desk only with a second factor."""

from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from kencho.accounts.models import User
from kencho.audit.models import Entry
from kencho.organization.testing import PASSWORD, Cast

SECRET = "JBSWY3DPEHPK3PXP"
TREE = "/desk/organization/"


@pytest.fixture(autouse=True)
def enforced(settings: Settings) -> Iterator[None]:
    """Staff need a second factor, whatever the environment says; rate limits begin anew."""
    settings.STAFF_MFA = True
    cache.clear()
    yield
    cache.clear()


def otp(secret: str = SECRET) -> str:
    """The one-time code that an app shows now (RFC 6238)."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def sign_in_with_password(client: Client, user: User) -> str:
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def confirm_password(client: Client) -> None:
    """Sensitive settings ask for the password again."""
    assert (
        client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/my/account/"}).status_code
        == 302
    )


def user_of(cast: Cast) -> User:
    assert cast.clerk.user is not None
    return cast.clerk.user


def test_staff_with_a_password_alone_do_not_reach_the_desk(cast: Cast, client: Client) -> None:
    sign_in_with_password(client, user_of(cast))
    answer = client.get(TREE)
    assert (answer.status_code, answer["Location"]) == (302, "/my/second-factor/")
    page = client.get("/my/second-factor/").content.decode()
    assert "/accounts/2fa/totp/activate/" in page
    assert client.get("/my/tokens/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_desk_to_this_session(cast: Cast, client: Client) -> None:
    sign_in_with_password(client, user_of(cast))
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    confirm_password(client)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": otp(secret)})
    assert answer.status_code == 302
    assert client.get(TREE).status_code == 200
    kept = Authenticator.objects.get(user=user_of(cast), type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert Entry.objects.filter(action="accounts.user.add_factor").exists()


def test_a_session_older_than_the_factor_must_show_it(cast: Cast, client: Client) -> None:
    sign_in_with_password(client, user_of(cast))
    TOTP.activate(user_of(cast), SECRET)
    assert client.get(TREE)["Location"] == "/my/second-factor/"
    assert "/accounts/2fa/reauthenticate/" in client.get("/my/second-factor/").content.decode()
    client.post("/accounts/2fa/reauthenticate/", {"code": otp(), "next": TREE})
    assert client.get(TREE).status_code == 200


def test_staff_sign_in_with_password_and_one_time_code(cast: Cast, client: Client) -> None:
    TOTP.activate(user_of(cast), SECRET)
    assert sign_in_with_password(client, user_of(cast)) == "/accounts/2fa/authenticate/"
    assert client.get(TREE)["Location"].startswith("/accounts/login/")
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": otp()})["Location"] == "/after-sign-in/"
    assert client.get(TREE).status_code == 200
    assert Entry.objects.get(action="accounts.user.sign_in").details == {"methods": ["password", "mfa"]}


def test_a_one_time_code_is_good_once(cast: Cast, client: Client) -> None:
    TOTP.activate(user_of(cast), SECRET)
    code = otp()
    sign_in_with_password(client, user_of(cast))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    other = Client()
    sign_in_with_password(other, user_of(cast))
    assert other.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_the_last_factor_of_staff_stays(cast: Cast, client_of: Callable[..., Client]) -> None:
    TOTP.activate(user_of(cast), SECRET)
    client = client_of(cast.clerk)
    client.post("/accounts/2fa/reauthenticate/", {"code": otp()})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=user_of(cast), type=Authenticator.Type.TOTP).exists()


def test_without_enforcement_a_password_is_enough(cast: Cast, client: Client, settings: Settings) -> None:
    settings.STAFF_MFA = False
    sign_in_with_password(client, user_of(cast))
    assert client.get(TREE).status_code == 200


def test_a_provider_does_not_count_as_the_second_factor(cast: Cast, client: Client) -> None:
    client.force_login(user_of(cast))
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": 0}]
    session["account_authentication_methods_user"] = str(user_of(cast).pk)
    session.save()
    assert client.get(TREE)["Location"] == "/my/second-factor/"

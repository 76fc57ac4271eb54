"""Signing in on the pages, in a browser without scripts: password, code, one-time code, enforcement for staff."""

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from kencho.accounts.models import User
from kencho.accounts.testing.people import PASSWORD
from kencho.audit.models import Entry

SECRET = "JBSWY3DPEHPK3PXP"


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


def test_a_resident_signs_in_with_a_password(resident: User, client: Client) -> None:
    assert sign_in_with_password(client, resident) == "/after-sign-in/"
    entry = Entry.objects.get(action="accounts.user.sign_in")
    assert entry.details == {"methods": ["password"]}


def test_a_wrong_password_says_nothing_about_the_account(resident: User, client: Client) -> None:
    wrong = [
        client.post("/accounts/login/", {"login": email, "password": "wrong"}).content.decode()
        for email in (resident.email, "nobody@example.jp")
    ]
    assert "正しくありません" in wrong[0]
    assert re.findall(r'class="field__error"[^>]*>[^<]*', wrong[0]) == re.findall(
        r'class="field__error"[^>]*>[^<]*', wrong[1]
    )


def test_guessing_is_slowed_down_until_even_the_right_password_must_wait(
    resident: User, client: Client
) -> None:
    for number in range(6):
        client.post("/accounts/login/", {"login": resident.email, "password": f"guess {number}"})
    answer = client.post("/accounts/login/", {"login": resident.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert not answer.wsgi_request.user.is_authenticated


def test_guessing_from_one_ipv6_line_is_one_guesser(resident: User, client: Client) -> None:
    """Such a line has more addresses than any limit could count one by one."""
    for number in range(11):
        guess = {"login": f"nobody{number}@example.jp", "password": "guess"}
        client.post("/accounts/login/", guess, REMOTE_ADDR=f"2001:db8:0:1::{number + 1:x}")
    right = {"login": resident.email, "password": PASSWORD}
    answer = client.post("/accounts/login/", right, REMOTE_ADDR="2001:db8:0:1::ff")
    assert not answer.wsgi_request.user.is_authenticated
    client.post("/accounts/login/", right, REMOTE_ADDR="2001:db8:0:2::1")
    assert "_auth_user_id" in client.session


def test_a_code_by_mail_signs_in_without_a_password(resident: User, client: Client) -> None:
    client.post("/accounts/login/code/", {"email": resident.email})
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]*)\s*$", str(mail.outbox[0].body), re.MULTILINE)
    assert code is not None, mail.outbox[0].body
    assert "サインイン" in mail.outbox[0].subject
    answer = client.post("/accounts/login/code/confirm/", {"code": code[1]})
    assert answer["Location"] == "/after-sign-in/"
    assert client.get("/my/account/").status_code == 200


def test_sign_up_makes_a_resident_whose_address_must_be_confirmed(db: None, client: Client) -> None:
    fields = {"email": "New@Example.jp", "password1": PASSWORD, "password2": PASSWORD, "kind": "staff"}
    assert client.post("/accounts/signup/", fields)["Location"] == "/accounts/confirm-email/"
    user = User.objects.get(email="new@example.jp")
    assert user.kind == User.Kind.RESIDENT
    assert not EmailAddress.objects.get(user=user).verified
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[0].body))
    assert link is not None
    assert client.get(link[1]).status_code == 200
    client.post(link[1])
    assert EmailAddress.objects.get(user=user).verified


def test_addresses_of_the_office_cannot_sign_up(db: None, client: Client, settings: Settings) -> None:
    settings.STAFF_EMAIL_DOMAINS = ["pref.example.lg.jp"]
    fields = {"email": "x@pref.example.lg.jp", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", fields).status_code == 200
    assert not User.objects.exists()


def test_password_reset_by_mail(resident: User, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": resident.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link[1])["Location"]
    assert client.get(form).status_code == 200
    client.post(form, {"password1": "another horse 2", "password2": "another horse 2"})
    resident.refresh_from_db()
    assert resident.check_password("another horse 2")
    assert Entry.objects.filter(action="accounts.user.change_password").exists()


def test_an_inactive_account_is_signed_out_at_once(resident: User, client: Client) -> None:
    client.force_login(resident)
    assert client.get("/my/account/").status_code == 200
    User.objects.filter(pk=resident.pk).update(is_active=False)
    assert client.get("/my/account/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/login/code/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/x-y/",
        "/accounts/password/reset/key/done/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/wrong/",
        "/accounts/inactive/",
        "/accounts/3rdparty/login/cancelled/",
        "/accounts/3rdparty/login/error/",
    ],
)
def test_public_pages_are_ours_in_japanese_and_without_inline_scripts(
    db: None, client: Client, path: str
) -> None:
    answer = client.get(path, follow=True)
    assert_ours(answer.content.decode())


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/logout/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/3rdparty/",
        "/my/account/",
        "/my/account/erase/",
    ],
)
def test_pages_of_the_account_are_ours(resident: User, client: Client, path: str) -> None:
    sign_in_with_password(client, resident)
    confirm_password(client)
    if "recovery" in path or "deactivate" in path or "2fa/reauth" in path:
        TOTP.activate(resident, SECRET)
        client.post("/accounts/2fa/recovery-codes/generate/")
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    assert_ours(answer.content.decode())


def assert_ours(page: str) -> None:
    """Our frame, no English sentence in the main part, no script that a strict policy would refuse."""
    assert "skip" in page
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        assert "src=" in attributes or "application/json" in attributes, content
    assert not re.search(r"\son[a-z]+=|style=", page)
    main = re.sub(
        r"<script.*?</script>|<code.*?</code>",
        "",
        page[page.index("<main") : page.index("</main>")],
        flags=re.DOTALL,
    )
    visible = re.sub(r"<[^>]*>", " ", main)
    assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}", visible), visible

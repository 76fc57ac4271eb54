"""The token of a form, beside Django's own reading of it."""

from typing import Any

from django.middleware import csrf as django_csrf
from hypothesis import given
from hypothesis import strategies as st

from kencho.applications.fast_lane import _asking
from kencho.applications.fast_lane._token import ALPHABET, unmasked

csrf: Any = django_csrf
secrets = st.text(ALPHABET, min_size=32, max_size=32)
tokens = st.text(ALPHABET, min_size=64, max_size=64)


@given(tokens)
def test_any_token_is_unmasked_as_django_does(token: str) -> None:
    assert unmasked(token.encode()) == csrf._unmask_cipher_token(token)


@given(secrets, secrets)
def test_only_the_token_of_the_secret_is_ours(secret: str, other: str) -> None:
    token = csrf._mask_cipher_secret(secret)
    form = f"csrfmiddlewaretoken={token}&_draft=abc%3Adef".encode()
    assert _asking._is_ours(form, secret)
    assert _asking._is_ours(form, other) == csrf._does_token_match(token, other)


def test_other_forms_are_not_ours() -> None:
    secret = "a" * 32
    token = csrf._mask_cipher_secret(secret)
    for form in (
        f"csrfmiddlewaretoken={token}&csrfmiddlewaretoken={token}",
        f"csrfmiddlewaretoken={token}&_draft=a&more=1",
        f"csrfmiddlewaretoken={token}\n",
        f"csrfmiddlewaretoken={secret}",
        f"_draft=a&csrfmiddlewaretoken={token}",
        "",
    ):
        assert not _asking._is_ours(form.encode(), secret)
    assert not _asking._is_ours(f"csrfmiddlewaretoken={token}".encode(), "")

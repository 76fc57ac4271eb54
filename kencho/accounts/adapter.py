"""How the sign-in library behaves here: residents may sign up, staff are entered by their office."""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _

from kencho.accounts import second_factor
from kencho.accounts.models import User
from kencho.foundation.client import address_of


def _fernet(secret_key: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kencho.accounts.second_factor").derive(
        force_bytes(secret_key)
    )
    return Fernet(urlsafe_b64encode(derived))


def remember_language(response: HttpResponse, user: User) -> None:
    """Set Django's language cookie to the chosen language; without a choice the browser's own decides."""
    if user.language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-up makes residents only. An address of the staff register is unique, so nobody can take it first."""

    def clean_email(self, email: str) -> str:
        """Lower case, and no address in a domain that the office keeps for staff."""
        address = str(super().clean_email(email)).lower()
        domain = address.rpartition("@")[2]
        if domain in getattr(settings, "STAFF_EMAIL_DOMAINS", ()):
            raise ValidationError(_("職員の利用者は、所属する団体の管理者が登録します。"))
        return address

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Whatever a form sends, the kind is resident."""
        user.kind = User.Kind.RESIDENT
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff who still lack the second factor are led to setting it up."""
        if second_factor.is_missing(request):
            return reverse("accounts:second_factor")
        return str(super().get_login_redirect_url(request))

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Show the pages in the language that the person chose."""
        response: HttpResponse = super().post_login(request, user, **more)
        remember_language(response, user)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries at signing in are counted together."""
        return address_of(request)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names: the address is the name."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Outside identity providers (デジタル認証アプリ, GビズID) are for residents and businesses."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Open."""
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse userinfo about somebody else than the ID token (OpenID Connect Core 1.0, section 5.3.2)."""
        data = sociallogin.account.extra_data
        subjects = {part.get("sub") for part in (data.get("id_token"), data.get("userinfo")) if part}
        if len(subjects) > 1:
            raise ImmediateHttpResponse(render_authentication_error(request, sociallogin.provider))

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Never: an address that a provider names does not prove who owns the account here."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take the address and, as display name, what the provider calls the person."""
        user: User = super().populate_user(request, sociallogin, data)
        user.kind = User.Kind.RESIDENT
        user.name = str(data.get("name") or "")[:80]
        user.email = (user.email or "").lower()
        return user


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keys of one-time codes are stored encrypted: a stolen copy of the database alone gives no second factor."""

    def encrypt(self, text: str) -> str:
        """AES-128-CBC with HMAC-SHA-256 (Fernet) under a key derived from the secret key of the installation."""
        return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The reverse; while the secret key is being changed the former ones (SECRET_KEY_FALLBACKS) count too."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet([_fernet(key) for key in keys]).decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """A name for a new passkey that tells it from the others."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return str(_("パスキー %(n)s") % {"n": count + 1})

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep at least one factor while the office asks for one."""
        user = authenticator.user
        if not second_factor.is_required(user) or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user=user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

"""Sign-ins and changes made on allauth's own pages reach the audit log. These are signals of that library, not facts of ours."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social_signals
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver
from django.http import HttpRequest

from kencho.accounts import second_factor
from kencho.accounts.access import actor_of
from kencho.accounts.models import User
from kencho.accounts.queries import SECOND_FACTORS
from kencho.audit import services as audit
from kencho.foundation import clock


def _record(action: str, user: User, **details: Any) -> None:
    audit.record(f"accounts.user.{action}", user, by=actor_of(user), at=clock.now(), details=details)


@receiver(auth_signals.user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(request: HttpRequest, user: User, **more: Any) -> None:
    """Note the sign-in and its ways (password, code, mfa, socialaccount), not the device or the address."""
    ways = [str(record.get("method")) for record in get_authentication_records(request, user)]
    _record("sign_in", user, methods=ways)


@receiver(auth_signals.user_logged_out, dispatch_uid="accounts.signed_out")
def signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:
    """Note the sign-out."""
    if user is not None:
        _record("sign_out", user)


@receiver(account_signals.password_changed, dispatch_uid="accounts.password_changed")
@receiver(account_signals.password_set, dispatch_uid="accounts.password_set")
@receiver(account_signals.password_reset, dispatch_uid="accounts.password_reset")
def password_changed(request: HttpRequest, user: User, **more: Any) -> None:
    """Note a new password."""
    _record("change_password", user)


@receiver(account_signals.email_changed, dispatch_uid="accounts.email_changed")
def email_changed(request: HttpRequest, user: User, **more: Any) -> None:
    """Note a new address, without it."""
    _record("change_email", user)


@receiver(mfa_signals.authenticator_added, dispatch_uid="accounts.factor_added")
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """Note a new factor and open the desk to this session."""
    _record("add_factor", user, type=str(authenticator.type))
    if authenticator.type in SECOND_FACTORS:
        second_factor.note_given(request, kind=str(authenticator.type), authenticator_id=authenticator.pk)


@receiver(mfa_signals.authenticator_removed, dispatch_uid="accounts.factor_removed")
def factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """Note a removed factor."""
    _record("remove_factor", user, type=str(authenticator.type))


@receiver(social_signals.social_account_added, dispatch_uid="accounts.provider_added")
@receiver(social_signals.social_account_removed, dispatch_uid="accounts.provider_removed")
def provider_changed(request: HttpRequest, **more: Any) -> None:
    """Note a connected or disconnected identity provider, without the identifier there."""
    if isinstance(request.user, User):
        _record("change_provider", request.user)

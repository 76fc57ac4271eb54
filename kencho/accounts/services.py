"""Writes on accounts: made, changed, given tokens, erased."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kencho.accounts import queries
from kencho.accounts.events import AccountErased
from kencho.accounts.models import ApiToken, User
from kencho.accounts.permissions import may_erase, may_have_tokens, may_revoke
from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor

SECRET_BYTES = 32
PREFIX_LENGTH = 8
# RFC 2606 reserves .invalid: no mail can ever reach an erased account.
ERASED_DOMAIN = "erased.invalid"


class UnableToCreateAccount(Exception):
    """The address is not one, or another account has it."""


class UnableToIssueToken(Exception):
    """The account may have none, or the scopes or the date are not acceptable."""


class UnableToRevokeToken(Exception):
    """The token belongs to somebody else."""


class UnableToEraseAccount(Exception):
    """A staff account, or one that is erased already."""


@dataclass(frozen=True)
class IssuedToken:
    """A new token. ``raw`` is shown once and kept nowhere."""

    token: ApiToken
    raw: str


@transaction.atomic
def create_account(
    *,
    email: str,
    name: str = "",
    kind: str = User.Kind.RESIDENT,
    password: str | None = None,
    by: Actor,
    at: datetime,
) -> User:
    """Make an account whose address counts as confirmed, because the caller knows it (register of staff, seed)."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise UnableToCreateAccount(_("メールアドレスの形が正しくありません。")) from wrong
    if queries.user_by_email(address) is not None:
        raise UnableToCreateAccount(_("このメールアドレスは、すでに使われています。"))
    user = User.objects.create_user(address, password, name=name, kind=kind)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    audit.record("accounts.user.create", user, by=by, at=at, details={"kind": str(kind)})
    return user


@transaction.atomic
def update_profile(*, user: User, name: str, language: str, by: Actor, at: datetime) -> User:
    """Change the display name and the language; the log tells which of them changed, not to what."""
    changed = [
        field for field, value in (("name", name), ("language", language)) if getattr(user, field) != value
    ]
    if not changed:
        return user
    user.name, user.language = name, language
    user.save(update_fields=changed)
    audit.record("accounts.user.update_profile", user, by=by, at=at, details={"fields": changed})
    return user


@transaction.atomic
def issue_token(
    *, user: User, label: str, scopes: Sequence[str], expires_at: datetime | None, by: Actor, at: datetime
) -> IssuedToken:
    """Issue a token with 256 random bits; only its SHA-256 is stored."""
    if not may_have_tokens(user):
        raise UnableToIssueToken(_("APIトークンを使えるのは職員だけです。"))
    wanted = list(dict.fromkeys(scopes))
    if not wanted or not set(wanted) <= set(ApiToken.Scope.values):
        raise UnableToIssueToken(_("権限の範囲を一つ以上選んでください。"))
    if expires_at is not None and expires_at <= at:
        raise UnableToIssueToken(_("有効期限は、今より後にしてください。"))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    raw = queries.TOKEN_MARK + secret
    token = ApiToken.objects.create(
        user=user,
        label=label.strip(),
        prefix=secret[:PREFIX_LENGTH],
        digest=queries.digest_of(raw),
        scopes=wanted,
        created_at=at,
        expires_at=expires_at,
    )
    audit.record("accounts.api_token.issue", token, by=by, at=at, details={"scopes": wanted, "user": user.pk})
    return IssuedToken(token, raw)


@transaction.atomic
def revoke_token(*, token: ApiToken, user: User, by: Actor, at: datetime) -> ApiToken:
    """Revoke at once; a second call changes nothing. The row stays, so that the log can be read against it."""
    if not may_revoke(user, token):
        raise UnableToRevokeToken(token.pk)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        audit.record("accounts.api_token.revoke", token, by=by, at=at)
    return token


def use_token(*, raw: str, at: datetime) -> queries.TokenOwner | None:
    """The owner of a shown token; notes the day of use, at most one write a day so that calls stay cheap."""
    owner = queries.token_owner(raw, at)
    if owner is not None and owner.token.last_used_on != clock.day_of(at):
        ApiToken.objects.filter(pk=owner.token.pk).update(last_used_on=clock.day_of(at))
    return owner


@transaction.atomic
def erase_account(*, user: User, by: Actor, at: datetime) -> User:
    """Erase what identifies the person and every way to sign in (個人情報の保護に関する法律第98条の利用停止・消去に応じる手段).

    The row itself stays: applications that must be kept still belong to "somebody". README.md lists what goes.
    """
    if not may_erase(user):
        raise UnableToEraseAccount(_("この利用者は、ここでは削除できません。"))
    for kept in (EmailAddress, SocialAccount, Authenticator, ApiToken):
        kept.objects.filter(user_id=user.pk).delete()
    user.email, user.name, user.language = f"{user.pk}@{ERASED_DOMAIN}", "", ""
    user.is_active, user.erased_at = False, at
    # Sessions hold a hash of the password: a new unusable one ends them all.
    user.set_unusable_password()
    user.save()
    audit.record("accounts.user.erase", user, by=by, at=at)
    events.publish(AccountErased(user_id=user.pk), at=at)
    return user

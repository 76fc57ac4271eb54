"""Accounts and tokens."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from pytest_django import DjangoAssertNumQueries

from kencho.accounts import queries, services
from kencho.accounts.access import actor_of
from kencho.accounts.models import ApiToken, User
from kencho.audit.models import Entry
from kencho.foundation.actors import ActorKind, system

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
BY = system("test")
Scope = ApiToken.Scope


def issue(user: User, *scopes: str, expires_at: datetime | None = None) -> services.IssuedToken:
    return services.issue_token(
        user=user,
        label="連携",
        scopes=scopes or (Scope.RECORDS_READ,),
        expires_at=expires_at,
        by=actor_of(user),
        at=NOW,
    )


def test_addresses_are_one_account_whatever_their_case(db: None) -> None:
    user = services.create_account(email=" Hanako@Example.JP ", by=BY, at=NOW)
    assert user.email == "hanako@example.jp"
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    for email in ("HANAKO@example.jp", "no address", ""):
        with pytest.raises(services.UnableToCreateAccount):
            services.create_account(email=email, by=BY, at=NOW)


def test_profile_changes_are_logged_without_their_content(resident: User) -> None:
    services.update_profile(user=resident, name="新しい 名前", language="en", by=actor_of(resident), at=NOW)
    services.update_profile(user=resident, name="新しい 名前", language="en", by=actor_of(resident), at=NOW)
    entry = Entry.objects.get(action="accounts.user.update_profile")
    assert entry.details == {"fields": ["name", "language"]}
    assert "新しい" not in f"{entry.details}{entry.subject_label}"


def test_a_token_is_known_only_by_its_hash(staff: User) -> None:
    issued = issue(staff)
    assert issued.raw.startswith("kencho_")
    row = ApiToken.objects.values().get()
    assert issued.raw not in str(row)
    assert issued.raw[7:] not in str(row)
    owner = queries.token_owner(issued.raw, NOW)
    assert owner is not None
    assert owner.user == staff
    assert owner.allows(Scope.RECORDS_READ)
    assert not owner.allows(Scope.APPLICATIONS_READ)


@pytest.mark.parametrize("raw", ["", "kencho_", "kencho_unknown", "Bearer x"])
def test_unknown_tokens_have_no_owner(staff: User, raw: str) -> None:
    issue(staff)
    assert queries.token_owner(raw, NOW) is None


def test_a_token_ends_at_its_date_by_revocation_and_with_its_owner(staff: User) -> None:
    user = staff
    end = NOW + timedelta(days=1)
    issued = issue(user, expires_at=end)
    assert queries.token_owner(issued.raw, end - timedelta(seconds=1))
    assert queries.token_owner(issued.raw, end) is None
    lasting = issue(user)
    services.revoke_token(token=lasting.token, user=user, by=actor_of(user), at=NOW)
    services.revoke_token(token=lasting.token, user=user, by=actor_of(user), at=NOW)
    assert queries.token_owner(lasting.raw, NOW) is None
    assert Entry.objects.filter(action="accounts.api_token.revoke").count() == 1
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert queries.token_owner(issued.raw, NOW) is None


def test_only_staff_have_tokens_and_only_for_known_scopes(resident: User, staff: User) -> None:
    with pytest.raises(services.UnableToIssueToken):
        issue(resident)
    with pytest.raises(services.UnableToIssueToken):
        issue(staff, "everything")
    with pytest.raises(services.UnableToIssueToken):
        issue(staff, expires_at=NOW)
    with pytest.raises(services.UnableToIssueToken):
        services.issue_token(user=staff, label="x", scopes=[], expires_at=None, by=BY, at=NOW)


def test_nobody_revokes_the_token_of_another(staff: User, colleague: User) -> None:
    issued = issue(staff)
    with pytest.raises(services.UnableToRevokeToken):
        services.revoke_token(token=issued.token, user=colleague, by=actor_of(colleague), at=NOW)


def test_use_is_noted_once_a_day(staff: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    issued = issue(staff)
    services.use_token(raw=issued.raw, at=NOW)
    with django_assert_num_queries(1):
        services.use_token(raw=issued.raw, at=NOW + timedelta(hours=1))
    assert ApiToken.objects.get().last_used_on == NOW.date()
    assert services.use_token(raw="kencho_x", at=NOW) is None


def test_erasure_leaves_nothing_that_names_the_person(resident: User) -> None:
    user = resident
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    services.erase_account(user=user, by=actor_of(user), at=NOW)
    user.refresh_from_db()
    assert (user.name, user.is_active, user.has_usable_password(), user.erased_at) == ("", False, False, NOW)
    assert user.email == f"{user.pk}@erased.invalid"
    assert not EmailAddress.objects.filter(user_id=user.pk).exists()
    assert not Authenticator.objects.filter(user_id=user.pk).exists()
    entry = Entry.objects.get(action="accounts.user.erase")
    assert "resident@" not in f"{entry.details}{entry.subject_label}{entry.actor_id}"
    with pytest.raises(services.UnableToEraseAccount):
        services.erase_account(user=user, by=actor_of(user), at=NOW)


def test_staff_accounts_are_not_erased_here(staff: User) -> None:
    with pytest.raises(services.UnableToEraseAccount):
        services.erase_account(user=staff, by=BY, at=NOW)


def test_actors_of_accounts(resident: User, staff: User) -> None:
    assert actor_of(resident).kind == ActorKind.RESIDENT
    assert (actor_of(staff).kind, actor_of(staff).body) == (ActorKind.STAFF, "")

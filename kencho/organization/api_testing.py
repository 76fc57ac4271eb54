"""What tests of the API start from: a token of somebody of the cast, and a client that speaks JSON."""

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.test import Client

from kencho.accounts.models import ApiToken
from kencho.accounts.queries import TOKEN_MARK, digest_of
from kencho.foundation import clock
from kencho.organization.models import StaffMember

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

ALL_SCOPES = ("applications.read", "applications.write", "approvals.read", "approvals.write")
ROOT = "/api/v1"


def make_token(staff: StaffMember, *scopes: str) -> str:
    """A token with these scopes, by default all that the API asks for; set-up of tests only."""
    if staff.user is None:
        raise AssertionError(f"{staff} has no account")
    raw = TOKEN_MARK + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=staff.user,
        label="test",
        prefix=raw[len(TOKEN_MARK) :][:8],
        digest=digest_of(raw),
        scopes=list(scopes or ALL_SCOPES),
        created_at=clock.now(),
    )
    return raw


@dataclass(frozen=True)
class ApiClient:
    """Another system. ``token`` empty: a guest."""

    token: str = ""
    client: Client = field(default_factory=Client)

    def _headers(self, more: dict[str, str] | None) -> dict[str, str]:
        sign = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**sign, **(more or {})}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> "Answer":
        """GET below the API's root."""
        return self.client.get(ROOT + path, query, headers=self._headers(headers))

    def post(
        self, path: str, body: Any = None, headers: dict[str, str] | None = None, raw: bytes | None = None
    ) -> "Answer":
        """POST of JSON, or of exactly these bytes."""
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self.client.post(
            ROOT + path, content, content_type="application/json", headers=self._headers(headers)
        )


def by(staff: StaffMember, *scopes: str) -> ApiClient:
    """A system that holds a token of this person."""
    return ApiClient(make_token(staff, *scopes))

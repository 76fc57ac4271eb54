"""An OpenID provider on the loopback, standing in for デジタル認証アプリ or GビズID in tests.

It follows OpenID Connect Core 1.0 (authorization code flow), RFC 7636 (PKCE, S256 only), RFC 7517 (JWKS) and RFC 7519
(ID token signed with RS256) as strictly as a real one, so that a client that leaves something out fails here too.
Nobody is asked anything: whoever comes is ``person``.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT_ID = "kencho-test"
CLIENT_SECRET = "secret-of-the-test-client"  # noqa: S105  # exists on the loopback for the length of a test
KEY_ID = "test-key"
KEY_BITS = 2048
LIFETIME_SECONDS = 300

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass(frozen=True)
class Person:
    """Who signs in at the provider. デジタル認証アプリ gives no e-mail address; GビズID does."""

    sub: str
    name: str
    email: str = ""
    email_verified: bool = False

    def claims(self) -> dict[str, Any]:
        """The claims of this person."""
        return {key: value for key, value in asdict(self).items() if value not in ("", False)}


@dataclass(frozen=True)
class _Grant:
    person: Person
    redirect_uri: str
    challenge: str
    nonce: str


@dataclass
class Provider:
    """State of one running provider. ``seen`` keeps what clients sent, for tests to look at."""

    person: Person
    key: RSAPrivateKey = field(
        default_factory=lambda: generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    )
    issuer: str = ""
    refuse: str = ""
    swap_userinfo_sub: str = ""
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes: dict[str, _Grant] = field(default_factory=dict)
    tokens: dict[str, Person] = field(default_factory=dict)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        routes = {
            "/.well-known/openid-configuration": self._configuration,
            "/jwks": self._jwks,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
        }
        answer = routes.get(str(environ["PATH_INFO"]))
        if answer is None:
            return _json(start_response, {"error": "not_found"}, HTTPStatus.NOT_FOUND)
        return answer(environ, start_response)

    def _configuration(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return _json(
            start_response,
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "scopes_supported": ["openid", "profile", "email"],
            },
        )

    def _jwks(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return _json(start_response, {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]})

    def _authorize(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        given = _flat(str(environ["QUERY_STRING"]))
        self.seen.append(("authorize", given))
        error = self._authorize_error(given)
        if error:
            return _json(start_response, {"error": error}, HTTPStatus.BAD_REQUEST)
        if self.refuse:
            answer = {"error": self.refuse, "state": given.get("state", "")}
        else:
            code = secrets.token_urlsafe(24)
            self.codes[code] = _Grant(
                self.person, given["redirect_uri"], given["code_challenge"], given.get("nonce", "")
            )
            answer = {"code": code, "state": given.get("state", ""), "iss": self.issuer}
        start_response("302 Found", [("Location", f"{given['redirect_uri']}?{urlencode(answer)}")])
        return [b""]

    def _authorize_error(self, given: dict[str, str]) -> str:
        if given.get("client_id") != CLIENT_ID or "redirect_uri" not in given:
            return "unauthorized_client"
        if given.get("response_type") != "code" or "openid" not in given.get("scope", "").split():
            return "invalid_request"
        if (
            given.get("code_challenge_method") != "S256"
            or not given.get("code_challenge")
            or not given.get("state")
        ):
            return "invalid_request"
        return ""

    def _token(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        given = _flat(environ["wsgi.input"].read(length).decode())
        self.seen.append(("token", given))
        # A code is good once, whatever comes of it (RFC 6749, section 4.1.2).
        grant = self.codes.pop(given.get("code", ""), None)
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _json(start_response, {"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        if grant is None or not _fits(grant, given):
            return _json(start_response, {"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = grant.person
        return _json(
            start_response,
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": LIFETIME_SECONDS,
                "id_token": self._id_token(grant),
            },
        )

    def _id_token(self, grant: _Grant) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "jti": secrets.token_urlsafe(12),
            **({"nonce": grant.nonce} if grant.nonce else {}),
            **grant.person.claims(),
        }
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": KEY_ID})

    def _userinfo(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        person = self.tokens.get(token) if scheme == "Bearer" else None
        if person is None:
            return _json(start_response, {"error": "invalid_token"}, HTTPStatus.UNAUTHORIZED)
        claims = person.claims()
        if self.swap_userinfo_sub:
            claims["sub"] = self.swap_userinfo_sub
        return _json(start_response, claims)


def _fits(grant: _Grant, given: dict[str, str]) -> bool:
    digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (
        given.get("grant_type") == "authorization_code"
        and given.get("redirect_uri") == grant.redirect_uri
        and challenge == grant.challenge
    )


def _flat(query: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(query).items()}


def _json(
    start_response: StartResponse, content: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> Iterable[bytes]:
    start_response(
        f"{status.value} {status.phrase}",
        [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
    )
    return [json.dumps(content).encode()]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the output belongs to the tests."""


@contextmanager
def running(person: Person) -> Iterator[Provider]:
    """A provider on a free port of the loopback, for the length of the block."""
    provider = Provider(person)
    server: WSGIServer = make_server("127.0.0.1", 0, provider, handler_class=_Quiet)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def app_settings(provider: Provider, provider_id: str = "test") -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS`` for a client of this provider."""
    app = {
        "provider_id": provider_id,
        "name": "テスト認証",
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": provider.issuer},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

"""The manners of the REST API: problem details (RFC 9457), a strict reader of JSON, limits, one face for all answers."""

import json
import logging
import math
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, NoReturn, TypeVar, cast

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.parser import Parser
from ninja.throttling import BaseThrottle
from pydantic import ConfigDict

from kencho.foundation import clock
from kencho.foundation.client import address_of
from kencho.foundation.middleware import problem

__all__ = [
    "BIGGEST_ID",
    "Id",
    "Input",
    "Limit",
    "Problem",
    "ProblemRaised",
    "Refusals",
    "StrictParser",
    "Text",
    "address_of",
    "count",
    "counted",
    "edge",
    "install",
    "open_to_all",
    "problems",
    "refuse",
]

log = logging.getLogger(__name__)
BIGGEST_ID = 2**63 - 1
MAX_JSON_BYTES = 1_000_000
MAX_MULTIPART_BYTES = 64_000_000
MAX_DEPTH = 20
MINUTE = 60
PROBLEM_TYPE = "application/problem+json"
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
# Kept free of what no database column, log line or screen takes: control characters and halves of surrogate pairs.
Text = Annotated[str, Field(max_length=4000)]
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]


class Input(Schema):
    """Base of what clients send: a key that is not known is an error, because it is most often a slip of the pen."""

    model_config = ConfigDict(extra="forbid")


class FieldProblem(Schema):
    """One thing to put right."""

    location: str = Field(description="場所。JSONのキーか、手続の項目（例: body.answers.applicant_name）")
    code: str = Field(description="プログラムのための理由")
    message: str = Field(description="人のための説明")


class Problem(Schema):
    """問題の詳細（RFC 9457）。"""

    type: str = Field(description="問題の種類を表すURN", examples=["urn:kencho:problem:not_found"])
    title: str = Field(description="種類の短い名前", examples=["not_found"])
    status: int = Field(description="HTTPの状態コード", examples=[404])
    detail: str = Field(description="人のための説明", examples=["見つかりません。"])
    errors: list[FieldProblem] = Field(default=[], description="項目ごとの誤り。422 のときだけ")


class ProblemRaised(Exception):
    """Ends an operation with a problem; ``more`` adds members such as ``errors``."""

    def __init__(
        self, status: int, code: str, detail: str | Promise, errors: list[dict[str, str]] | None = None
    ) -> None:
        self.status, self.code, self.detail, self.errors = status, code, detail, errors or []
        super().__init__(code)


def refuse(
    status: int, code: str, detail: str | Promise, errors: list[dict[str, str]] | None = None
) -> NoReturn:
    """Stop here with a problem."""
    raise ProblemRaised(status, code, detail, errors)


def problems(*statuses: int) -> dict[int, type[Problem]]:
    """The problems that an operation documents, beside those that every operation may answer."""
    return dict.fromkeys(sorted({400, 413, 422, 429, 500, 503, 507, *statuses}), Problem)


# Reading


class _NotJson(ValueError):
    """Duplicate keys, NaN and the like: valid for some parsers, different for others."""


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _NotJson("duplicate key")
    return made


def _is_plain(text: str) -> bool:
    """Whether the database takes the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _check_value(value: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise _NotJson("depth")
    if isinstance(value, str):
        if not _is_plain(value):
            raise _NotJson("character")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise _NotJson("number")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_value(key)
            _check_value(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_value(inner, depth + 1)


class StrictParser(Parser):
    """Reads JSON in one way only: UTF-8, no duplicate keys, no NaN, bounded depth, no characters that cannot be kept."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The value; raises ValueError, which becomes a 400."""
        text = request.body.decode("utf-8")
        value: dict[str, Any] = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object)
        _check_value(value)
        return value

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Query, form or files; raises a 400 for characters that cannot be kept."""
        for key, values in data.lists():
            for text in (key, *values):
                if isinstance(text, str) and not _is_plain(text):
                    raise HttpError(400, "character")
        return super().parse_querydict(data, list_fields, request)


# Limits


def _place(what: str, who: str, seconds: int) -> str:
    return f"api:{what}:{who}:{int(clock.now().timestamp()) // seconds}".replace(" ", "_")


def counted(what: str, who: str, seconds: int) -> int:
    """How many tries of somebody were counted in the present window."""
    return int(cache.get(_place(what, who, seconds), 0))


def count(what: str, who: str, seconds: int) -> int:
    """Count one more try of somebody within the present window; returns how many there were."""
    key = _place(what, who, seconds)
    cache.add(key, 0, seconds + 1)
    try:
        return int(cache.incr(key))
    except ValueError:
        # The entry was evicted between the two calls; a new window begins.
        cache.set(key, 1, seconds + 1)
        return 1


class Limit(BaseThrottle):
    """So many calls a minute for a token, or without one for an address; different limits count apart."""

    def __init__(self, name: str, *, token: int, address: int) -> None:
        self.name, self.token, self.address = name, token, address

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the call."""
        who = getattr(getattr(request, "auth", None), "limited_as", "")
        allowed = self.token if who else self.address
        return count(self.name, who or address_of(request), MINUTE) <= allowed

    def wait(self) -> float:
        """Seconds until the next window."""
        return float(MINUTE - int(clock.now().timestamp()) % MINUTE)


# Answering


def _raised(request: HttpRequest, raised: ProblemRaised) -> HttpResponse:
    more = {"errors": raised.errors} if raised.errors else {}
    return problem(raised.status, raised.code, str(raised.detail), **more)


def _invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    errors = [
        {
            "location": ".".join(str(part) for part in error["loc"]),
            "code": str(error["type"]),
            "message": str(error["msg"]),
        }
        for error in invalid.errors[:50]
    ]
    return problem(422, "invalid", _("送られた値に誤りがあります。"), errors=errors)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return problem(
            400, "malformed", _("読み取れません。UTF-8のJSONかどうか、使えない文字がないか確かめてください。")
        )
    return problem(error.status_code, "error", str(error))


def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401, "unauthorized", _("有効なAPIトークンが要ります。"))
    response["WWW-Authenticate"] = 'Bearer realm="kencho"'
    return response


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    return problem(
        429, "too_many_requests", _("呼び出しが多すぎます。しばらくしてからもう一度送ってください。")
    )


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", _("見つかりません。"))


def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403, "forbidden", _("この操作をする権限がありません。"))


def _too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(413, "too_large", _("送られた内容が大きすぎます。"))


def _multipart(request: HttpRequest, error: MultiPartParserError) -> HttpResponse:
    return problem(400, "malformed", _("multipart/form-data として読み取れません。"))


# What answers an exception; the library's own types say "this exception or its class", which no handler can be.
Answer = Callable[[HttpRequest, Any], HttpResponse]
Refusals = Mapping[type[Exception], tuple[int, str, str | Promise]]


def _refusal(status: int, code: str, detail: str | Promise) -> Answer:
    def answer(request: HttpRequest, refused: Any) -> HttpResponse:
        # Refusals that carry a sentence of their own say it; the others get the one of their kind.
        return problem(status, code, str(getattr(refused, "message", "") or detail))

    return answer


_ANSWERS: dict[type[Exception], Answer] = {
    ProblemRaised: _raised,
    ValidationError: _invalid,
    HttpError: _http_error,
    AuthenticationError: _unauthenticated,
    Throttled: _throttled,
    Http404: _not_found,
    PermissionDenied: _forbidden,
    RequestDataTooBig: _too_big,
    TooManyFilesSent: _too_big,
    MultiPartParserError: _multipart,
}


def install(api: NinjaAPI, *refusals: Refusals) -> None:
    """Teach an API its answers to exceptions; ``refusals`` are what the services of the apps may raise."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)
    for each in refusals:
        for kind, (status, code, detail) in each.items():
            api.add_exception_handler(kind, _refusal(status, code, detail))


def _too_long(request: HttpRequest) -> bool:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    is_multipart = (request.content_type or "").startswith("multipart/")
    limit = MAX_MULTIPART_BYTES if is_multipart else MAX_JSON_BYTES
    return not declared.isdecimal() or int(declared) > limit


def _faced(response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code == 405:
        allowed = response["Allow"]
        response = problem(405, "method_not_allowed", _("この操作はありません。"))
        response["Allow"] = allowed
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def edge(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The outer side of every operation: sizes are checked before anything is read, and no answer is a page of HTML."""

    @wraps(view)
    def faced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _too_long(request):
            return _faced(_too_big(request, RequestDataTooBig()))
        try:
            return _faced(view(request, *args, **kwargs))
        except (OperationalError, OSError):
            # Storage faults have their own answer in the middleware.
            raise
        except Exception:  # whatever went wrong, a program must get problem details and the log the traceback
            log.exception("api fault path=%s", request.resolver_match.route if request.resolver_match else "")
            return problem(500, "fault", _("内部の誤りが起きました。記録しました。"))

    # Tokens travel in a header that no other site can make a browser send; cookies are not looked at.
    return csrf_exempt(faced)


def open_to_all(view: View) -> View:
    """Let pages of other sites read the answers in their readers' browsers (CORS): only for what anybody may read.

    No cookie is looked at and none is allowed to come along, so nobody's rights travel with the request.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = HttpResponse(status=204) if request.method == "OPTIONS" else view(request, *args, **kwargs)
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Access-Control-Expose-Headers"] = "ETag, X-Total-Count, Retry-After, Content-Disposition"
        if request.method == "OPTIONS":
            answer["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
            answer["Access-Control-Allow-Headers"] = "Content-Type"
            answer["Access-Control-Max-Age"] = "86400"
        return answer

    return cast("View", opened)


def json_answer(data: Any, content_type: str = "application/json") -> JsonResponse:
    """A document in readable JSON."""
    return JsonResponse(
        data, content_type=content_type, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )

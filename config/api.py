"""The REST API, version 1: which apps take part, how its document and its reference page are made."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path, re_path, reverse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from kencho.applications import api as applications
from kencho.approvals import api as approvals
from kencho.catalog import api as catalog
from kencho.foundation.access import Access, mark
from kencho.foundation.api import PROBLEM_TYPE, StrictParser, edge, install, json_answer, open_to_all
from kencho.foundation.middleware import problem
from kencho.foundation.ui import Crumb
from kencho.organization.api_auth import GuestOrToken, Scoped
from kencho.policy import api as policy
from kencho.procedures import api as procedures

DESCRIPTION = (
    "手続の内容、申請、状況の確認、職員の事務。誤りは RFC 9457 の問題の詳細で返します。"
    "職員の操作には、権限の範囲を限ったAPIトークンが要ります。"
)
SCHEME = "token"


class KenchoApi(NinjaAPI):
    """Ninja's API with our manners at its edge and problem details in its document."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """The addresses: each marked for the list of permissions, and nothing below answers with a page of HTML."""
        found, app_name, namespace = super().urls
        operations = [each for each in found if isinstance(each, URLPattern) and each.name not in OWN_PAGES]
        for each in operations:
            each.callback = mark(edge(each.callback), Access("token", "each operation names its scope"))
            if str(each.pattern).startswith(OPEN_DATA):
                each.callback = open_to_all(each.callback)
        own: list[URLResolver | URLPattern] = [
            path("openapi.json", edge(openapi), name="openapi-json"),
            path("docs", edge(reference), name="openapi-view"),
            path("", edge(reference), name="api-root"),
        ]
        return [*own, *operations, re_path("", edge(unknown))], app_name, namespace

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """OpenAPI 3.1 with the answers as they are sent."""
        schema = super().get_openapi_schema(**more)
        for operation, made in zip(operations_of(self), _operations_in(schema), strict=True):
            _tell_problems(made)
            _tell_scope(made, operation)
        schema["components"]["securitySchemes"] = {
            SCHEME: {"type": "http", "scheme": "bearer", "description": _("職員のAPIトークン（kencho_…）")}
        }
        return schema


OPEN_DATA = "opendata/"
"""Below it lies what pages of every other site may read in their readers' browsers."""
OWN_PAGES = frozenset({"openapi-json", "openapi-view", "api-root"})


def operations_of(wanted: NinjaAPI) -> Iterator[Any]:
    """Every operation, in the order of the document."""
    for bound in wanted._get_bound_routers():  # noqa: SLF001  # the library has no public way to its operations
        for view in bound.path_operations.values():
            yield from view.operations


def _operations_in(schema: OpenAPISchema) -> list[dict[str, Any]]:
    return [made for methods in schema["paths"].values() for made in methods.values()]


def _tell_problems(made: dict[str, Any]) -> None:
    for status, answer in made["responses"].items():
        if int(status) >= 400 and "content" in answer:
            answer["content"] = {PROBLEM_TYPE: answer["content"].pop("application/json")}
            if int(status) == 429:
                answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}


def _tell_scope(made: dict[str, Any], operation: Any) -> None:
    """OpenAPI 3.1 lets a bearer scheme list the roles that an operation needs."""
    guard = next(iter(operation.auth_callbacks), None)
    if not isinstance(guard, Scoped):
        made["security"] = []
    elif isinstance(guard, GuestOrToken):
        made["security"] = [{}, {SCHEME: [guard.scope]}]
    else:
        made["security"] = [{SCHEME: [guard.scope]}]


api = KenchoApi(
    title="Kencho API",
    version="v1",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    parser=StrictParser(),
    docs_url=None,
)
install(api, applications.REFUSALS, approvals.REFUSALS)
for router in (procedures.router, applications.router, approvals.router, catalog.router, policy.router):
    api.add_router("", router)


def openapi(request: HttpRequest) -> HttpResponse:
    """The document."""
    return json_answer(api.get_openapi_schema())


def reference(request: HttpRequest) -> HttpResponse:
    """The document as a page for people: no script, nothing from other sites."""
    schema = api.get_openapi_schema()
    operations = [
        {**made, "path": place, "method": method.upper()}
        for place, methods in schema["paths"].items()
        for method, made in methods.items()
    ]
    context = {
        "schema": schema,
        "operations": operations,
        "openapi_url": reverse("api-v1:openapi-json"),
        "breadcrumbs": [Crumb(_("API"))],
    }
    return render(request, "foundation/api_reference.html", context)


def unknown(request: HttpRequest) -> HttpResponse:
    """Everything else."""
    return problem(404, "not_found", _("見つかりません。"))


mark(openapi, Access("public", "document of the API"))
mark(reference, Access("public", "document of the API"))
mark(unknown, Access("public", "only answers 404"))

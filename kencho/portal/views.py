"""Home pages and the pages for errors."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from kencho.foundation.access import public
from kencho.foundation.middleware import API_PREFIX, problem


@public("front page")
def home(request: HttpRequest) -> HttpResponse:
    """Front page."""
    return render(request, "portal/home.html")


@public("chooses the home of whoever has just signed in")
def after_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Staff go to the desk, residents to their applications."""
    if not request.user.is_authenticated:
        return redirect_to_login("/")
    return redirect("portal:home")


def _error(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem(status, code, detail)
    return render(request, f"errors/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _error(request, 400, "bad-request", "リクエストを読み取れませんでした。")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _error(request, 403, "forbidden", "この操作をする権限がありません。")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _error(request, 404, "not-found", "見つかりませんでした。")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; without context processors, which may be what failed."""
    if request.path.startswith(API_PREFIX):
        return problem(500, "server-error", "処理中に問題が起きました。")
    return render(None, "errors/500.html", status=500)  # type: ignore[arg-type]  # Django allows no request here


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was sent without its token: usually an old page; nothing is lost when one goes back."""
    if request.path.startswith(API_PREFIX):
        return problem(403, "csrf", "CSRFトークンがありません。")
    return render(request, "errors/csrf.html", status=403)

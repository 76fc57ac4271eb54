"""One's own account: profile, ways to sign in, tokens, farewell. Signing in itself is on the pages of allauth."""

from datetime import datetime

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kencho.accounts import permissions, queries, second_factor, services
from kencho.accounts.access import actor_of, signed_in_page
from kencho.accounts.adapter import remember_language
from kencho.accounts.forms import EraseForm, ProfileForm, TokenForm
from kencho.accounts.models import ApiToken, User
from kencho.foundation import clock
from kencho.foundation.ui import Crumb


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _crumbs(*labels: object) -> list[Crumb]:
    steps = [Crumb(_("アカウント"), reverse("accounts:account"))]
    return [*steps, *(Crumb(str(label)) for label in labels)]


@signed_in_page("accounts.manage_own")
def account(request: HttpRequest) -> HttpResponse:
    """Profile, and what leads to the other pages of the account."""
    user = _user(request)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, by=actor_of(user), at=clock.now(), **form.cleaned_data)
        messages.success(request, _("保存しました。"))
        response = redirect("accounts:account")
        remember_language(response, user)
        return response
    context = {
        "form": form,
        "passkeys": queries.passkeys_of(user),
        "has_second_factor": queries.has_second_factor(user),
        "may_have_tokens": permissions.may_have_tokens(user),
        "may_erase": permissions.may_erase(user),
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in_page("accounts.manage_own")
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Where staff without a second factor are led instead of the desk."""
    if not second_factor.is_missing(request):
        return redirect("portal:after_sign_in")
    return render(
        request, "accounts/second_factor.html", {"has_factor": queries.has_second_factor(_user(request))}
    )


def _require_tokens(request: HttpRequest) -> User:
    user = _user(request)
    if not permissions.may_have_tokens(user) or second_factor.is_missing(request):
        raise PermissionDenied
    return user


@require_safe
@signed_in_page("accounts.manage_tokens")
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens."""
    user, now = _require_tokens(request), clock.now()
    rows = [(token, _state(token, now)) for token in queries.tokens_of(user)]
    return render(
        request, "accounts/token_list.html", {"rows": rows, "breadcrumbs": _crumbs(_("APIトークン"))}
    )


def _state(token: ApiToken, at: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "usable" if token.is_usable(at) else "expired"


@never_cache
@signed_in_page("accounts.manage_tokens")
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def token_add(request: HttpRequest) -> HttpResponse:
    """Issue a token; this answer is the only time that it is shown."""
    user, now = _require_tokens(request), clock.now()
    form = TokenForm(request.POST or None)
    breadcrumbs = _crumbs(_("APIトークン"))
    if request.method == "POST" and form.is_valid():
        issued = services.issue_token(
            user=user,
            label=form.cleaned_data["label"],
            scopes=form.cleaned_data["scopes"],
            expires_at=now + form.period,
            by=actor_of(user),
            at=now,
        )
        return render(request, "accounts/token_issued.html", {"issued": issued, "breadcrumbs": breadcrumbs})
    context = {"form": form, "breadcrumbs": breadcrumbs}
    return render(request, "accounts/token_add.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in_page("accounts.manage_tokens")
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    user = _require_tokens(request)
    token = get_object_or_404(ApiToken, pk=pk, user=user)
    services.revoke_token(token=token, user=user, by=actor_of(user), at=clock.now())
    messages.success(request, _("取り消しました。"))
    return redirect("accounts:token_list")


@signed_in_page("accounts.erase_own")
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def account_erase(request: HttpRequest) -> HttpResponse:
    """Give up the account."""
    user = _user(request)
    if not permissions.may_erase(user):
        raise PermissionDenied
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.erase_account(user=user, by=actor_of(user), at=clock.now())
        logout(request)
        messages.success(request, _("利用者の情報を削除しました。"))
        return redirect("portal:home")
    context = {"form": form, "breadcrumbs": _crumbs(_("利用者の削除"))}
    return render(request, "accounts/account_erase.html", context, status=422 if form.errors else 200)

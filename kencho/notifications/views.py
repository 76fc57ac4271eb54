"""Pages of messages, the same for residents and staff."""

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kencho.accounts.access import signed_in_page
from kencho.accounts.models import User
from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Crumb
from kencho.notifications import queries, services


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@signed_in_page("own messages")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages of the account, newest first."""
    page = page_of(queries.inbox(_user(request)), request, "-created_at", "-id")
    context = {"rows": page.rows, "pager": page.pager, "breadcrumbs": [Crumb(_("お知らせ"))]}
    return render(request, "notifications/inbox.html", context)


@signed_in_page("own messages")
@require_safe
def message_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go to what the message is about, or show it."""
    message = queries.inbox(_user(request)).filter(pk=pk).first()
    if message is None:
        raise Http404
    services.read(message=message, at=clock.now())
    if message.url and url_has_allowed_host_and_scheme(message.url, allowed_hosts=None):
        return redirect(message.url)
    return render(
        request,
        "notifications/message_show.html",
        {"message": message, "breadcrumbs": [Crumb(_("お知らせ"), "/my/messages/"), Crumb(message.subject)]},
    )


@signed_in_page("own messages")
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    services.read_all(user=_user(request), at=clock.now())
    flash.success(request, _("すべて既読にしました。"))
    return redirect("notifications:inbox")

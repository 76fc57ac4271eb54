"""Who may open a staff page: signed in, holding a post today, and allowed by the named permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from kencho.accounts import second_factor
from kencho.foundation.access import Access, mark
from kencho.organization.queries import Desk

MayOpen = Callable[[Desk], bool]
View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request that passed ``staff_page``: the desk is there."""

    desk: Desk


def any_staff(desk: Desk) -> bool:
    """Everybody who holds a post."""
    return True


def staff_page(permission: str, *, may: MayOpen = any_staff) -> Callable[[View], View]:
    """Guard a staff view; ``permission`` is its name in the list of permissions, ``may`` the rule on the desk.

    Rules on one object (this application, this route) are asked inside the view, through ``permissions.py``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if second_factor.is_missing(request):
                return redirect("accounts:second_factor")
            desk = getattr(request, "desk", None)
            if not desk or not may(desk):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return mark(guarded, Access("staff", permission))

    return decorate

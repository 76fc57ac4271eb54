"""Lines of the desk's navigation."""

from collections.abc import Callable
from typing import TypeAlias

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.approvals import permissions, queries
from kencho.foundation.registry import NavigationItem, navigation
from kencho.organization.queries import Desk

SECTION = _("決裁")
Visible: TypeAlias = Callable[[HttpRequest], bool]
Count: TypeAlias = Callable[[HttpRequest], int | None] | None


def _desk(request: HttpRequest) -> Desk | None:
    desk: Desk | None = getattr(request, "desk", None)
    return desk or None


def _waiting(request: HttpRequest) -> int | None:
    desk = _desk(request)
    return queries.count_waiting(desk.staff, desk.day) or None if desk else None


def _everybody(request: HttpRequest) -> bool:
    return True


def _may_edit(request: HttpRequest) -> bool:
    desk = _desk(request)
    return desk is not None and permissions.may_edit_rules(desk)


LINES: tuple[tuple[str, Promise, str, int, Visible, Count], ...] = (
    ("approvals.inbox", _("確認・決裁する"), "approvals:approvals_waiting", 200, _everybody, _waiting),
    ("approvals.absences", _("不在と代理"), "approvals:absence_list", 210, _everybody, None),
    ("approvals.routes", _("回付経路"), "approvals:route_list", 220, _may_edit, None),
    ("approvals.rules", _("専決の定め"), "approvals:rule_list", 230, _everybody, None),
)
for code, label, url_name, order, visible, count in LINES:
    line = NavigationItem(code, label, url_name, SECTION, order, visible, count)
    navigation.register(code, line)

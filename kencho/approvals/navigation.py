"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.approvals import permissions, queries
from kencho.foundation.registry import NavigationItem, navigation
from kencho.organization.queries import Desk

SECTION = _("決裁")


def _desk(request: HttpRequest) -> Desk | None:
    desk: Desk | None = getattr(request, "desk", None)
    return desk or None


def _waiting(request: HttpRequest) -> int | None:
    desk = _desk(request)
    return queries.count_waiting(desk.staff, desk.day) or None if desk else None


def _may_edit(request: HttpRequest) -> bool:
    desk = _desk(request)
    return desk is not None and permissions.may_edit_rules(desk)


def _declare() -> None:
    lines = (
        NavigationItem(
            "approvals.inbox", _("確認・決裁する"), "approvals:approvals_waiting", SECTION, order=10, count=_waiting
        ),
        NavigationItem("approvals.absences", _("不在と代理"), "approvals:absence_list", SECTION, order=20),
        NavigationItem("approvals.routes", _("回付経路"), "approvals:route_list", SECTION, order=30, visible=_may_edit),
        NavigationItem("approvals.rules", _("専決の定め"), "approvals:rule_list", SECTION, order=40),
    )
    for line in lines:
        navigation.register(line.code, line)


_declare()

"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation
from kencho.organization.queries import Desk, assignments_on

SECTION = _("組織")


def _holds_several_posts(request: HttpRequest) -> bool:
    desk: Desk | None = getattr(request, "desk", None) or None
    return desk is not None and assignments_on(desk.staff, desk.day).count() > 1


def _declare() -> None:
    lines = (
        NavigationItem("organization.units", _("組織"), "organization:unit_tree", SECTION, order=700),
        NavigationItem("organization.staff", _("職員"), "organization:staff_list", SECTION, order=710),
        NavigationItem(
            "organization.post",
            _("職を切り替える"),
            "organization:post_switch",
            SECTION,
            order=720,
            visible=_holds_several_posts,
        ),
    )
    for line in lines:
        navigation.register(line.code, line)


_declare()

"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation
from kencho.organization.queries import Desk
from kencho.robots import permissions

SECTION = _("業務の改革")


def _may_administer(request: HttpRequest) -> bool:
    desk: Desk | None = getattr(request, "desk", None) or None
    return desk is not None and permissions.may_administer(desk)


LINES = (
    NavigationItem("robots.robots", _("ロボット"), "robots:robot_list", SECTION, order=470),
    NavigationItem(
        "robots.targets",
        _("ロボットの相手"),
        "robots:target_list",
        SECTION,
        order=480,
        visible=_may_administer,
    ),
    NavigationItem(
        "robots.versions",
        _("ロボットの版"),
        "robots:version_list",
        SECTION,
        order=490,
        visible=_may_administer,
    ),
)
for line in LINES:
    navigation.register(line.code, line)

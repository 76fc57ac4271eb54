"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation

SECTION = "組織"


def _holds_several_posts(request: HttpRequest) -> bool:
    from kencho.organization.queries import Desk, assignments_on

    desk: Desk | None = getattr(request, "desk", None) or None
    return desk is not None and assignments_on(desk.staff, desk.day).count() > 1


navigation.register(
    "organization.units", NavigationItem("organization.units", _("組織"), "organization:unit_tree", SECTION, 700)  # type: ignore[arg-type]  # translated when shown
)
navigation.register(
    "organization.staff", NavigationItem("organization.staff", _("職員"), "organization:staff_list", SECTION, 710)  # type: ignore[arg-type]  # translated when shown
)
navigation.register(
    "organization.post",
    NavigationItem(
        "organization.post", _("職を切り替える"), "organization:post_switch", SECTION, 720, visible=_holds_several_posts  # type: ignore[arg-type]  # translated when shown
    ),
)

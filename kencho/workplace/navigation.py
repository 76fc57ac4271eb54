"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation
from kencho.organization.models import Unit
from kencho.organization.queries import Desk
from kencho.workplace import queries

SECTION = _("働き方")


def _waiting(request: HttpRequest) -> int | None:
    desk: Desk | None = getattr(request, "desk", None) or None
    # Only the head of a division has a number here, so that other people's pages ask nothing more.
    if desk is None or not desk.post.is_head or desk.unit.level != Unit.Level.DIVISION:
        return None
    return queries.count_waiting_in(desk.division, desk.staff) or None


LINES = (
    NavigationItem("workplace.telework", _("テレワーク"), "workplace:telework_home", SECTION, order=400),
    NavigationItem(
        "workplace.approvals",
        _("テレワークの承認"),
        "workplace:telework_approvals",
        SECTION,
        order=410,
        count=_waiting,
    ),
    NavigationItem("workplace.calendar", _("所属の予定"), "workplace:telework_calendar", SECTION, order=420),
    NavigationItem("workplace.desks", _("サテライトの席"), "workplace:telework_desks", SECTION, order=430),
    NavigationItem(
        "workplace.figures", _("テレワークの統計"), "workplace:telework_figures", SECTION, order=440
    ),
    NavigationItem("workplace.rules", _("テレワークの定め"), "workplace:rule_list", SECTION, order=450),
)
for line in LINES:
    navigation.register(line.code, line)

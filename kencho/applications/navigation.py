"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.applications import inbox
from kencho.applications.models import Application, Status
from kencho.foundation.registry import NavigationItem, navigation
from kencho.organization.queries import Desk

SECTION = _("申請")


def _submitted(request: HttpRequest) -> int | None:
    """What waits to be taken up; a count that stops at the cap."""
    desk: Desk | None = getattr(request, "desk", None) or None
    if desk is None:
        return None
    waiting = Application.objects.filter(division=desk.division, status=Status.SUBMITTED).order_by()
    return waiting[: inbox.COUNT_CAP].count() or None


def _declare() -> None:
    lines = (
        NavigationItem(
            "applications.inbox", _("申請の受付箱"), "applications:inbox", SECTION, 100, count=_submitted
        ),
        NavigationItem("applications.enter", _("紙の申請を入力"), "applications:enter", SECTION, 110),
        NavigationItem("applications.import", _("ファイルから取り込む"), "applications:import", SECTION, 120),
    )
    for line in lines:
        navigation.register(line.code, line)


_declare()

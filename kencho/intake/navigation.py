"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation
from kencho.intake.models import Sheet
from kencho.organization.queries import Desk

SECTION = _("申請")
COUNT_CAP = 1_000


def _waiting(request: HttpRequest) -> int | None:
    """Sheets that wait for an eye; a count that stops at the cap."""
    desk: Desk | None = getattr(request, "desk", None) or None
    if desk is None:
        return None
    found = Sheet.objects.filter(batch__division=desk.division, state=Sheet.State.VERIFYING).order_by()
    return found[:COUNT_CAP].count() or None


LINES = (
    NavigationItem("intake.scans", _("紙の読み取り"), "intake:scan_list", SECTION, 130),
    NavigationItem("intake.verify", _("読み取りの確認"), "intake:verify", SECTION, 131, count=_waiting),
)
for line in LINES:
    navigation.register(line.code, line)

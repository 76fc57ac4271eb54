"""The portal's lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.audit.permissions import may_read_log
from kencho.foundation.registry import NavigationItem, navigation
from kencho.organization.queries import Desk


def _reads_log(request: HttpRequest) -> bool:
    desk: Desk | None = getattr(request, "desk", None)
    # The desk is looked up lazily: it is never None itself, only false.
    return bool(desk) and desk is not None and may_read_log(desk.actor)


navigation.register(
    "portal.desk", NavigationItem("portal.desk", _("今日の仕事"), "portal:desk_home", _("業務"), order=0)
)
navigation.register(
    "portal.audit",
    NavigationItem(
        "portal.audit", _("監査記録"), "portal:audit_log", _("管理"), order=900, visible=_reads_log
    ),
)

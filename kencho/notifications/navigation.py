"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation
from kencho.notifications.webhooks.permissions import may_administer
from kencho.organization.queries import Desk


def _connects(request: HttpRequest) -> bool:
    desk: Desk | None = getattr(request, "desk", None) or None
    return desk is not None and may_administer(desk)


navigation.register(
    "notifications.webhooks",
    NavigationItem(
        "notifications.webhooks",
        _("Webhook"),
        "notifications:webhook_list",
        _("システム"),
        order=910,
        visible=_connects,
    ),
)

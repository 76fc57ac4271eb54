"""Lines of the desk's navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation
from kencho.organization.queries import Desk
from kencho.surveys import permissions

SECTION = _("アンケート")


def _may_manage(request: HttpRequest) -> bool:
    desk: Desk | None = getattr(request, "desk", None) or None
    return desk is not None and permissions.may_manage(desk)


def _declare() -> None:
    lines = (
        NavigationItem("surveys.list", _("アンケートと結果"), "surveys:survey_list", SECTION, order=420),
        NavigationItem(
            "surveys.manage",
            _("アンケートの実施"),
            "surveys:program_list",
            SECTION,
            order=430,
            visible=_may_manage,
        ),
    )
    for line in lines:
        navigation.register(line.code, line)


_declare()

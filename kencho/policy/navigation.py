"""Lines of the desk's navigation."""

from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation

navigation.register(
    "policy.desk",
    NavigationItem("policy.desk", _("施策の評価"), "policy:desk_list", _("政策評価"), 500),
)

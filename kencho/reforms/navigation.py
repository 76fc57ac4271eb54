"""Lines of the desk's navigation."""

from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation

SECTION = _("業務の改革")

navigation.register(
    "reforms.reforms",
    NavigationItem("reforms.reforms", _("業務の見直し"), "reforms:reform_list", SECTION, order=460),
)

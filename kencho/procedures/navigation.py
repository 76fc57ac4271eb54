"""Lines of the desk's navigation."""

from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation

navigation.register(
    "procedures.desk",
    NavigationItem("procedures.desk", _("手続を整える"), "procedures:desk_list", _("手続"), 400),
)

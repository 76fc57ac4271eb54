"""The portal's lines of the desk's navigation."""

from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation

navigation.register(
    "portal.desk", NavigationItem("portal.desk", _("今日の仕事"), "portal:desk_home", _("業務"), order=0)
)

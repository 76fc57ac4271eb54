"""Lines of the desk's navigation."""

from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation

navigation.register(
    "catalog.datasets",
    NavigationItem("catalog.datasets", _("オープンデータ"), "catalog:dataset_list", _("公開"), order=420),
)

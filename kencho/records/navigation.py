"""Lines of the desk's navigation."""

from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import NavigationItem, navigation

SECTION = _("文書")

for code, label, url_name, order in (
    ("records.register", _("収受・施行の記録"), "records:register", 300),
    ("records.seals", _("公印使用簿"), "records:seal_ledger", 310),
    ("records.classifications", _("文書分類表"), "records:classification_list", 320),
):
    navigation.register(code, NavigationItem(code, label, url_name, SECTION, order=order))

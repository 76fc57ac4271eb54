"""Terms of use: where each is written, and how data under it is cited."""

from datetime import date

from django.utils.translation import gettext as _

from kencho.catalog.models import Dataset, License

LICENSE_URLS: dict[str, str] = {
    License.CC_BY_4: "https://creativecommons.org/licenses/by/4.0/",
    License.CC0_1: "https://creativecommons.org/publicdomain/zero/1.0/",
    License.PDL_1: "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0",
}


def terms_of(dataset: Dataset) -> str:
    """What one may do, in two sentences."""
    match dataset.license:
        case License.CC_BY_4:
            return _("出典を書けば、商用も含めて、だれでも自由に使い、加工し、配れます。")
        case License.CC0_1:
            return _("権利を主張しません。出典を書かなくても、だれでも自由に使えます。")
        case License.PDL_1:
            return _("出典を書けば、商用も含めて自由に使えます。加工したときは、そのことも書いてください。")
    return _("配布元のページで、使い方の決まりを確かめてください。")


def citation_of(dataset: Dataset, number: int | None, url: str, on: date) -> str:
    """出典の書き方: publisher, title, version, terms, address, day of access."""
    version = _("第%(n)s版") % {"n": number} if number else ""
    parts = [dataset.body.name, f"「{dataset.title}」{version}", str(dataset.get_license_display()), url]
    return "、".join(parts) + _("（%(day)s閲覧）") % {"day": on.isoformat()}

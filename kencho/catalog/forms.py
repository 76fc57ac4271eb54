"""Browser input → typed values, one form for one service."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kencho.catalog import standards
from kencho.catalog.models import Dataset, Frequency, License, Theme
from kencho.organization.models import Post

MOST_KEYWORDS = 20
KINDS = ".xlsx,.xls,.xlsb,.ods,.csv,.tsv,.txt,.geojson,.json,.zip,.gpkg"


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Description(forms.Form):
    """What people read about a dataset; for ``services.register_dataset`` and ``describe_dataset``."""

    code = forms.SlugField(
        label=_("コード"),
        max_length=100,
        help_text=_(
            "半角の英小文字・数字・ハイフン。ページの住所になり、あとから変えられません。例：public-facilities"
        ),
    )
    title = forms.CharField(label=_("名称"), max_length=200, help_text=_("例：公共施設一覧"))
    description = forms.CharField(
        label=_("説明"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("何のデータか、いつの時点か、どう集めたか。公開するまでに書いてください。"),
    )
    keywords = forms.CharField(
        label=_("キーワード"),
        max_length=400,
        required=False,
        help_text=_("読点（、）で区切ります。例：公共施設、公民館、図書館"),
    )
    theme = forms.ChoiceField(label=_("分野"), choices=Theme.choices, initial=Theme.GOVE)
    frequency = forms.ChoiceField(
        label=_("更新頻度"), choices=Frequency.choices, initial=Frequency.FISCAL_YEAR
    )
    license = forms.ChoiceField(label=_("利用ルール"), choices=License.choices, initial=License.CC_BY_4)
    standard = forms.ChoiceField(label=_("標準のデータ項目"), required=False)
    covers_from = _Day(label=_("対象期間の始め"), required=False)
    covers_to = _Day(label=_("対象期間の終わり"), required=False)
    post = forms.ChoiceField(
        label=_("担当の職"),
        required=False,
        help_text=_("更新の知らせを受ける職。人が異動しても、その職の人に届きます。"),
    )

    def __init__(
        self, *args: Any, posts: Iterable[Post], dataset: Dataset | None = None, **more: Any
    ) -> None:
        if dataset is not None:
            more["initial"] = {
                **{
                    name: getattr(dataset, name)
                    for name in self.base_fields
                    if name not in {"keywords", "post"}
                },
                "keywords": "、".join(dataset.keywords),
                "post": str(dataset.post_id or ""),
            }
        super().__init__(*args, **more)
        self._posts = {str(each.pk): each for each in posts}
        _choose(self.fields["post"], [(key, each.name) for key, each in self._posts.items()])
        _choose(self.fields["standard"], [(each.code, each.title) for each in standards.all_standards()])
        if dataset is not None:
            del self.fields["code"]

    def clean_keywords(self) -> list[str]:
        """Words between commas of either kind, each once."""
        words = [
            word.strip() for word in re.split(r"[、,，\n]", self.cleaned_data["keywords"]) if word.strip()
        ]
        return list(dict.fromkeys(words))[:MOST_KEYWORDS]

    def clean_post(self) -> Post | None:
        """The post itself."""
        return self._posts.get(self.cleaned_data["post"])

    def clean(self) -> dict[str, Any]:
        """The period runs forward."""
        data: dict[str, Any] = super().clean() or {}
        begin, end = data.get("covers_from"), data.get("covers_to")
        if begin and end and end < begin:
            self.add_error("covers_to", _("始めの日より後か同じ日にしてください。"))
        return data


def _choose(field: forms.Field, choices: Sequence[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", _("選ばない")), *choices]


class Drop(forms.Form):
    """A file for ``services.begin_preparation``, sent whole (without a script)."""

    file = forms.FileField(
        label=_("ファイル"),
        widget=forms.FileInput(attrs={"accept": KINDS}),
        help_text=_("Excel、CSV、GeoJSON、シェープファイル（zip）、GeoPackage。手もとの形のままで結構です。"),
        error_messages={"empty": _("ファイルが空です。中身のあるファイルを選んでください。")},
    )

    @property
    def upload(self) -> "UploadedFile[bytes]":
        """The file."""
        taken: UploadedFile[bytes] = self.cleaned_data["file"]
        return taken


class Fixing(forms.Form):
    """What the clerk decides about the proposal: which table, and the names of its columns."""

    def __init__(self, *args: Any, tables: Sequence[dict[str, Any]], chosen: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        self._tables = tables
        if len(tables) > 1:
            self.fields["table"] = forms.ChoiceField(
                label=_("公開する表"),
                choices=[(str(n), f"{each['name']}（{each['rows']}行）") for n, each in enumerate(tables)],
                initial=str(chosen),
            )

    @property
    def table(self) -> int:
        """Position of the chosen table."""
        return int(self.cleaned_data.get("table") or 0)


class Override(forms.Form):
    """For ``services.override_gate``."""

    reason = forms.CharField(
        label=_("公開してよい理由"),
        max_length=1000,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("どの項目を、何によって公開してよいと判断したか。あなたの名前とともに残ります。"),
    )


class Publication(forms.Form):
    """For ``services.request_publication``."""

    note = forms.CharField(
        label=_("改版の説明"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("前の版から何が変わったか。公開のページにも出ます。"),
    )
    publish_at = forms.DateTimeField(
        label=_("公開する日時"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("空ならば、決裁されたときに公開します。"),
    )


class Withdrawal(forms.Form):
    """For ``services.withdraw_dataset`` and ``withdraw_version``."""

    reason = forms.CharField(
        label=_("やめる理由"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("公開のページに出ます。"),
    )

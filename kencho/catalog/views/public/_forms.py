"""What the public may send. A field that people do not see stays empty; programs that fill in everything fill it too."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.catalog.models import Dataset

MOST_DATASETS = 500


class Sent(forms.Form):
    """Base: the hidden field against programs."""

    website = forms.CharField(
        label=_("この欄は空のままにしてください"), required=False, max_length=200, widget=forms.HiddenInput
    )

    @property
    def is_by_program(self) -> bool:
        """Whether something was written where nobody sees a field."""
        return bool(self.cleaned_data.get("website"))


class DataRequestForm(Sent):
    """データの要望, for ``services.request_data``."""

    title = forms.CharField(label=_("ほしいデータ"), max_length=200, help_text=_("例：市町別の公園の一覧"))
    details = forms.CharField(
        label=_("詳しい内容"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("ほしい項目、期間、地域など。個人の名前や住所は書かないでください。"),
    )
    purpose = forms.CharField(
        label=_("使いみち"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    email = forms.EmailField(
        label=_("連絡先（電子メール）"),
        required=False,
        max_length=254,
        help_text=_("書かなくても送れます。載せることはなく、回答が済んだら消します。"),
    )


class FeedbackForm(Sent):
    """意見, for ``services.give_feedback``."""

    is_useful = forms.ChoiceField(
        label=_("役に立ちましたか"),
        choices=[("", _("答えない")), ("yes", _("役に立った")), ("no", _("役に立たなかった"))],
        required=False,
    )
    text = forms.CharField(
        label=_("内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("誤りは、行や項目の名前も書いてください。個人の名前や住所は書かないでください。"),
    )


class ShowcaseForm(Sent):
    """活用事例, for ``services.propose_showcase``."""

    title = forms.CharField(label=_("名称"), max_length=120)
    description = forms.CharField(label=_("説明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    url = forms.URLField(label=_("場所（URL）"), max_length=500, required=False, assume_scheme="https")
    maker = forms.CharField(label=_("作った人（載せる名前）"), max_length=120, required=False)
    dataset = forms.ChoiceField(label=_("使ったデータ"), required=False)

    def __init__(self, *args: Any, datasets: Iterable[Dataset], **more: Any) -> None:
        super().__init__(*args, **more)
        self._datasets = {str(each.pk): each for each in datasets}
        field = self.fields["dataset"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("選ばない")),
                *((key, each.title) for key, each in self._datasets.items()),
            ]

    @property
    def datasets(self) -> list[Dataset]:
        """The chosen one, if any."""
        chosen = self._datasets.get(self.cleaned_data.get("dataset", ""))
        return [chosen] if chosen else []

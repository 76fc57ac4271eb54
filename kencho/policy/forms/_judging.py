"""進展度, what experts say, revisions, and the exchange of files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.policy.forms._fields import Words, YearField
from kencho.policy.rules import Trigger

MAX_YAML = 1_000_000


class JudgementForm(forms.Form):
    """For ``services.judge``."""

    grade = forms.ChoiceField(label=_("進展度"), widget=forms.RadioSelect)
    reason = Words(label=_("判断理由"), rows=5)
    difference_reason = Words(
        label=_("目安と違う理由"),
        rows=3,
        required=False,
        help_text=_("目安と違う進展度にするときに書きます。"),
    )

    def __init__(self, grades: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = [(grade, grade) for grade in grades]  # type: ignore[attr-defined]  # a ChoiceField


class CommentForm(forms.Form):
    """For ``services.add_comment``."""

    expert = forms.CharField(label=_("有識者"), max_length=80)
    text = Words(label=_("所見"))
    response = Words(label=_("対応"), required=False, rows=3)


class RevisionForm(forms.Form):
    """For ``services.open_revision``."""

    sheet_year = YearField(label=_("シートの年度"))
    trigger = forms.ChoiceField(label=_("きっかけ"), choices=[(each.value, each.text) for each in Trigger])
    reason = Words(label=_("理由"), rows=3)


class ImportForm(forms.Form):
    """A measure in its YAML form."""

    file = forms.FileField(label=_("YAMLファイル"), help_text=_("書き出したファイルを、直して取り込めます。"))

    def clean_file(self) -> str:
        """The text of the file."""
        file = self.cleaned_data["file"]
        if file.size > MAX_YAML:
            raise forms.ValidationError(_("ファイルが大きすぎます。"))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("UTF-8で保存したファイルを選んでください。")) from None
        return text

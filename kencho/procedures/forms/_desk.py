"""Forms of the desk: creating, submitting, finding."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.procedures.definition import DefinitionError, Json, parse
from kencho.procedures.models import Procedure, ProcedureVersion

MAX_UPLOAD = 512 * 1024


class CreateForm(forms.Form):
    """A new procedure: blank, from an existing one, or from a file."""

    code = forms.RegexField(
        r"^(?!new$)[a-z0-9][a-z0-9-]{0,59}$",
        label=_("手続コード"),
        help_text=_("英小文字・数字・ハイフン。公開のページの場所になり、あとから変えられません。"),
        required=False,
        error_messages={"invalid": _("英小文字・数字・ハイフンで、60文字以内にしてください。")},
    )
    title = forms.CharField(label=_("名前"), max_length=120, required=False)
    division = forms.ChoiceField(label=_("担当する所属"))
    source = forms.ModelChoiceField(
        label=_("もとにする手続"),
        queryset=Procedure.objects.none(),
        required=False,
        empty_label=_("新しく作る"),
        help_text=_("選ぶと、その手続の写しから始めます。"),
    )
    file = forms.FileField(
        label=_("定義のファイル（YAMLかJSON）"),
        required=False,
        help_text=_("選ぶと、ファイルの中の手続コードと名前を使います。"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json", "data-max-bytes": str(MAX_UPLOAD)}),
    )

    def __init__(self, *given: Any, divisions: list[tuple[str, str]], sources: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # Declared as ChoiceField and ModelChoiceField; the base type knows neither attribute.
        self.fields["division"].choices = divisions  # type: ignore[attr-defined]  # see above
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]  # see above

    def clean_file(self) -> dict[str, Json] | None:
        """The data of the file; what cannot be read is told with its line."""
        file = self.cleaned_data.get("file")
        if not file:
            return None
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("定義が大きすぎます。512KB以内にしてください。"))
        try:
            return parse(file.read())
        except DefinitionError as error:
            raise forms.ValidationError([str(one.message) for one in error.findings]) from error

    def clean(self) -> dict[str, Any]:
        """A file brings its own code and title."""
        given = super().clean() or self.cleaned_data
        if given.get("file") is None and "file" not in self.errors:
            for name in ("code", "title"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("入力してください。"))
        return given


class SubmitForm(forms.Form):
    """公開の決裁を求める。"""

    reason = forms.CharField(
        label=_("作った理由、変えた理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
    in_force_on = forms.DateField(
        label=_("公開する日"),
        required=False,
        help_text=_("書かないと、決裁のときから公開します。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class FindForm(forms.Form):
    """Conditions of the desk's list."""

    words = forms.CharField(label=_("ことば"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("状態"),
        required=False,
        choices=[("", _("すべて")), ("in_force", _("公開中")), *ProcedureVersion.State.choices],
    )


class YamlForm(forms.Form):
    """The whole definition as text. What cannot be read or shown stays in the box, with the reason."""

    text = forms.CharField(
        label=_("手続定義（YAML）"),
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "code", "wrap": "off"}),
        strip=False,
    )

    def clean_text(self) -> dict[str, Json]:
        """The data."""
        try:
            return parse(self.cleaned_data["text"])
        except DefinitionError as error:
            raise forms.ValidationError([str(one.message) for one in error.findings]) from error

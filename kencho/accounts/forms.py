"""Browser input for one's own account."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kencho.accounts.models import ApiToken, User

LONGEST_TOKEN_DAYS = 366

if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
else:
    _UserForm = forms.ModelForm


class ProfileForm(_UserForm):
    """Display name and language."""

    language = forms.ChoiceField(label=_("使う言語"), required=False)

    class Meta:
        model = User
        fields = ["name", "language"]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["language"].choices = [("", _("ブラウザーに合わせる")), *settings.LANGUAGES]  # type: ignore[attr-defined]  # a ChoiceField by its declaration


class TokenForm(forms.Form):
    """A new token of another system."""

    label = forms.CharField(
        label=_("名前"), max_length=80, help_text=_("どのシステムで使うかがわかる名前にします。")
    )
    scopes = forms.MultipleChoiceField(
        label=_("権限の範囲"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=_("有効な日数"), min_value=1, max_value=LONGEST_TOKEN_DAYS, initial=90, help_text=_("366日まで")
    )

    @property
    def period(self) -> timedelta:
        """How long the token holds."""
        return timedelta(days=self.cleaned_data["days"])


class EraseForm(forms.Form):
    """The last question before an account goes."""

    sure = forms.BooleanField(label=_("利用者の情報を削除することを理解しました"))

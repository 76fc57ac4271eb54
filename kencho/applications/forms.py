"""Browser input → typed values for one service."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SendLink(forms.Form):
    """Where to send the link to a draft."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        help_text=_("つづきから入力するためのリンクを送ります。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class FindApplication(forms.Form):
    """A guest's number and code."""

    number = forms.CharField(
        label=_("受付番号"),
        help_text=_("受付票に書かれた番号です。ハイフンは省けます。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    secret = forms.CharField(
        label=_("確認コード"),
        help_text=_("申請したときに表示された12文字のコードです。"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )


class Withdraw(forms.Form):
    """取下げ."""

    reason = forms.CharField(
        label=_("取り下げる理由"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )

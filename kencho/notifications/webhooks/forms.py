"""Browser input for webhooks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.notifications.webhooks.addresses import MAX_URL
from kencho.notifications.webhooks.models import WebhookEvent


class EndpointForm(forms.Form):
    """An endpoint."""

    label = forms.CharField(
        label=_("名前"), max_length=80, help_text=_("どのシステムかがわかる名前にします。")
    )
    url = forms.URLField(
        label=_("送り先のURL"), max_length=MAX_URL, assume_scheme="https", help_text=_("https:// で始まるURL")
    )
    events = forms.MultipleChoiceField(
        label=_("知らせる出来事"), choices=WebhookEvent.choices, widget=forms.CheckboxSelectMultiple
    )

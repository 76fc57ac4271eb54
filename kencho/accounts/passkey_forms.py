"""Forms of the sign-in library for passkeys, with labels in plain words."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _

NAME_LABEL = _("名前")
NAME_HINT = _("どの機器かがわかる名前にします。")


class PasskeyAddForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Register a passkey; by default one that can sign in alone."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = NAME_LABEL
        self.fields["name"].help_text = NAME_HINT
        self.fields["passwordless"].label = _("パスワードの代わりに使う")
        self.fields["passwordless"].help_text = _("指紋、顔、PINなどで守られた機器だけが使えます。")
        self.fields["passwordless"].initial = True


class PasskeyEditForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Rename a passkey."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = NAME_LABEL

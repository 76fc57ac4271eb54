"""Fields that read what an office types: years in any era, numbers in any width."""

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kencho.foundation.fiscal import FiscalYear, FiscalYearError

MAX_TEXT = 4000
MAX_DIGITS = 20


class YearField(forms.CharField):
    """A fiscal year: 2021, R3, 令和3年度. Cleans to its starting year."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("例：2021、令和3年度、R3"))
        super().__init__(max_length=20, **options)

    def clean(self, value: Any) -> Any:
        """The year as a number, None when empty and not required."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return FiscalYear.parse(text).start_year
        except FiscalYearError as wrong:
            raise ValidationError(wrong.message, code=wrong.code) from wrong

    def prepare_value(self, value: Any) -> Any:
        """A number is shown as it is."""
        return value


class NumberField(forms.CharField):
    """An exact number: 22,400 or ２２４００, ▲3 or -3. Cleans to a Decimal, None when empty and not required."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Any:
        """The number, without commas and units of nobody's guess."""
        text = super().clean(value)
        if not text:
            return None
        plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("▲", "-").replace("△", "-")
        try:
            number = Decimal(plain.strip())
        except InvalidOperation:
            raise ValidationError(_("数で入力してください。例：22,400、10.5")) from None
        digits = len(number.as_tuple().digits)
        if not number.is_finite() or digits > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
            raise ValidationError(_("数で入力してください。例：22,400、10.5"))
        return number


class Words(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        options.setdefault("max_length", MAX_TEXT)
        super().__init__(strip=True, widget=forms.Textarea(attrs={"rows": rows}), **options)


class Day(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

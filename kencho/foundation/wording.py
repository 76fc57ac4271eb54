"""What forms say when something is wrong: plainly, and what to do, in place of the library's own words.

Said once for all forms, those of libraries included, because a message that depends on which form it came from would be
found out page by page. The label of the field stands before the message in the error summary.
"""

from typing import Any

from django import forms
from django.core import validators
from django.db import models
from django.forms import models as model_forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

Words = dict[str, StrOrPromise]
_CHOOSE = _("選んでください。")
_AGAIN = _("一覧から選び直してください。")
_DATE = _("日付は、2026-04-01 のように入力してください。")
_TIME = _("時刻は、09:30 のように入力してください。")
_FILE = _("ファイルを選んでください。")
_URL = _("https:// から始まるURLを入力してください。")

FIELDS: dict[type[forms.Field], Words] = {
    forms.Field: {"required": _("入力してください。")},
    forms.BooleanField: {"required": _("確認して、チェックを入れてください。")},
    forms.ChoiceField: {"required": _CHOOSE, "invalid_choice": _AGAIN},
    forms.MultipleChoiceField: {
        "required": _("一つ以上選んでください。"),
        "invalid_choice": _AGAIN,
        "invalid_list": _AGAIN,
    },
    model_forms.ModelChoiceField: {"required": _CHOOSE, "invalid_choice": _AGAIN},
    model_forms.ModelMultipleChoiceField: {
        "required": _("一つ以上選んでください。"),
        "invalid_choice": _AGAIN,
        "invalid_list": _AGAIN,
        "invalid_pk_value": _AGAIN,
    },
    model_forms.InlineForeignKeyField: {
        "invalid_choice": _("画面を開き直してから、もう一度入力してください。")
    },
    forms.IntegerField: {"invalid": _("整数を、数字だけで入力してください。")},
    forms.FloatField: {"invalid": _("数字で入力してください。")},
    forms.DecimalField: {"invalid": _("数字で入力してください。")},
    forms.DateField: {"required": _("日付を入力してください。"), "invalid": _DATE},
    forms.TimeField: {"required": _("時刻を入力してください。"), "invalid": _TIME},
    forms.DateTimeField: {"invalid": _("日時は、2026-04-01 09:30 のように入力してください。")},
    forms.SplitDateTimeField: {"invalid_date": _DATE, "invalid_time": _TIME},
    forms.DurationField: {
        "invalid": _("長さは、1 02:30:00（1日と2時間30分）のように入力してください。"),
        "overflow": _("日数は、{min_days}から{max_days}までにしてください。"),
    },
    forms.FileField: {
        "required": _FILE,
        "invalid": _FILE,
        "missing": _FILE,
        "empty": _("ファイルが空です。中身のあるファイルを選んでください。"),
        "max_length": _(
            "ファイルの名前が長すぎます。%(max)d文字以内（今は%(length)d文字）に変えてください。"
        ),
        "contradiction": _("新しいファイルを選ぶか、取り消すか、どちらか一つにしてください。"),
    },
    forms.ImageField: {"invalid_image": _("画像として開けません。画像のファイルを選び直してください。")},
    forms.URLField: {"invalid": _URL},
    forms.UUIDField: {"invalid": _("UUIDを、そのまま写して入力してください。")},
    forms.JSONField: {"invalid": _("JSONとして読めません。括弧やコンマを確かめてください。")},
    forms.MultiValueField: {
        "invalid": _("すべての欄を入力してください。"),
        "incomplete": _("すべての欄を入力してください。"),
    },
}
VALIDATORS: dict[type, StrOrPromise] = {
    validators.RegexValidator: _("使える文字と形を確かめて、入力し直してください。"),
    validators.URLValidator: _URL,
    validators.EmailValidator: _("メールアドレスは、taro@example.jp のように入力してください。"),
    validators.DomainNameValidator: _("ドメイン名は、example.jp のように入力してください。"),
    validators.BaseValidator: _("%(limit_value)s にしてください。"),
    validators.MaxValueValidator: _("%(limit_value)s 以下にしてください。"),
    validators.MinValueValidator: _("%(limit_value)s 以上にしてください。"),
    validators.StepValueValidator: _("%(limit_value)s の倍数にしてください。"),
    validators.MinLengthValidator: _(
        "%(limit_value)s文字以上で入力してください（今は%(show_value)s文字です）。"
    ),
    validators.MaxLengthValidator: _(
        "%(limit_value)s文字以内で入力してください（今は%(show_value)s文字です）。"
    ),
    validators.FileExtensionValidator: _(
        "この種類のファイルは使えません。使える種類：%(allowed_extensions)s"
    ),
    validators.ProhibitNullCharactersValidator: _("使えない文字が入っています。入力し直してください。"),
}
DIGITS: dict[str, Any] = {
    "invalid": _("数字で入力してください。"),
    "max_digits": _("数字は、全部で%(max)s桁以内にしてください。"),
    "max_decimal_places": _("小数点より下は、%(max)s桁以内にしてください。"),
    "max_whole_digits": _("小数点より上は、%(max)s桁以内にしてください。"),
}
TAKEN = _("すでに使われています。ほかの値にしてください。")


def install() -> None:
    """Put the words in the places from which Django's forms take theirs. Before any form is made."""
    for field, words in FIELDS.items():
        own = field.__dict__.get("default_error_messages", {})
        field.default_error_messages = {**own, **words}
    for validator, message in VALIDATORS.items():
        validator.message = message  # type: ignore[attr-defined]  # every one of them has it
    validators.DecimalValidator.messages = {**validators.DecimalValidator.messages, **DIGITS}


def install_for(found: list[type[models.Model]]) -> None:
    """The same for what models say of a value that is taken; their fields are made before anything can be changed."""
    for model in found:
        for field in model._meta.get_fields():  # noqa: SLF001  # Django's documented model API
            if isinstance(field, models.Field):
                field.error_messages["unique"] = TAKEN

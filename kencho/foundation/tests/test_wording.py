"""No form speaks in the library's own words; every message says what to do."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core import validators
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation

from kencho.foundation import wording

KANA = re.compile(r"[\u3041-\u30fa]")


def _below(kind: type[Any]) -> set[type[Any]]:
    found = {kind}
    for each in kind.__subclasses__():
        found |= _below(each)
    return found


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


FIELDS = sorted(_below(forms.Field), key=_name)


@pytest.mark.parametrize("field", FIELDS, ids=_name)
def test_every_kind_of_field_has_our_words(field: type) -> None:
    words = {
        code: message
        for kind in reversed(field.__mro__)
        for code, message in getattr(kind, "default_error_messages", {}).items()
    }
    # Without any catalogue the sources come out: ours are Japanese, the library's English.
    with translation.override(None):
        foreign = {code: str(text) for code, text in words.items() if not KANA.search(str(text))}
    assert foreign == {}


def test_every_validator_has_our_words() -> None:
    kinds = [
        each for each in vars(validators).values() if isinstance(each, type) and hasattr(each, "message")
    ]
    assert len(kinds) > 10
    with translation.override(None):
        assert [kind for kind in kinds if not KANA.search(str(kind.message))] == []
        assert all(KANA.search(str(text)) for text in validators.DecimalValidator.messages.values())


class Sample(forms.Form):
    """One of each that the house uses."""

    name = forms.CharField(max_length=3)
    email = forms.EmailField()
    count = forms.IntegerField(max_value=5)
    price = forms.DecimalField(max_digits=3, decimal_places=1)
    day = forms.DateField()
    kind = forms.ChoiceField(choices=[("a", "A")])
    kinds = forms.MultipleChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField()
    file = forms.FileField()


def _said(**data: Any) -> dict[str, str]:
    return {name: " ".join(map(str, errors)) for name, errors in Sample(data).errors.items()}


def test_an_empty_form_says_what_to_do_at_each_field() -> None:
    assert _said() == {
        "name": "入力してください。",
        "email": "入力してください。",
        "count": "入力してください。",
        "price": "入力してください。",
        "day": "日付を入力してください。",
        "kind": "選んでください。",
        "kinds": "一つ以上選んでください。",
        "agreed": "確認して、チェックを入れてください。",
        "file": "ファイルを選んでください。",
    }


def test_wrong_values_say_what_is_right() -> None:
    said = _said(
        name="長い名前", email="x", count="9", price=Decimal("12345.6"), day="きのう", kind="b", kinds=["b"]
    )
    assert said["name"] == "3文字以内で入力してください（今は4文字です）。"
    assert said["email"] == "メールアドレスは、taro@example.jp のように入力してください。"
    assert said["count"] == "5 以下にしてください。"
    assert "3桁以内" in said["price"]
    assert said["day"] == "日付は、2026-04-01 のように入力してください。"
    assert said["kind"] == said["kinds"] == "一覧から選び直してください。"


def test_a_value_that_is_taken() -> None:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.Field) and field.unique:
                assert field.error_messages["unique"] == wording.TAKEN


def test_a_message_of_its_own_wins() -> None:
    field = forms.CharField(error_messages={"required": "件名を書いてください。"})
    with pytest.raises(ValidationError, match="件名を書いてください。"):
        field.clean("")

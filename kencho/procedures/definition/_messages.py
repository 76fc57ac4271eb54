"""The words for every kind of mistake, in one place. Codes are stable; words may change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kencho.procedures.definition._model import FieldError

CHOOSERS = frozenset({"choice", "choices", "select", "yes_no"})

# Any: django-stubs keeps the type of lazy texts private.
MESSAGES: dict[str, Any] = {
    "required": _("「{label}」を入力してください。"),
    "required_choice": _("「{label}」を選んでください。"),
    "required_consent": _("「{label}」を確かめて、チェックしてください。"),
    "required_attachment": _("「{label}」のファイルを付けてください。"),
    "type": _("「{label}」の値の種類が正しくありません。"),
    "too_long": _("「{label}」は{limit}文字以内で入力してください。"),
    "too_short": _("「{label}」は{limit}文字以上で入力してください。"),
    "pattern": _("「{label}」の書き方が正しくありません。{hint}"),
    "not_option": _("「{label}」は、表示された中から選んでください。"),
    "too_small": _("「{label}」は{limit}以上にしてください。"),
    "too_large": _("「{label}」は{limit}以下にしてください。"),
    "too_early": _("「{label}」は{limit}以後の日にしてください。"),
    "too_late": _("「{label}」は{limit}以前の日にしてください。"),
    "not_number": _("「{label}」は数字で入力してください。"),
    "no_such_date": _("「{label}」の日付がありません。元号、年、月、日を確かめてください。{hint}"),
    "check_digit": _("「{label}」の番号が正しくありません。もう一度確かめてください。"),
    "unknown_postal_code": _("「{label}」に当たる住所が見つかりません。住所は手で入力できます。"),
    "too_few": _("「{label}」は{limit}件以上入力してください。"),
    "too_many": _("「{label}」は{limit}件までです。"),
    "repeated": _("「{label}」で同じものが2回選ばれています。"),
    "file_too_large": _("「{label}」のファイルは{limit}以内にしてください。"),
    "file_kind": _("「{label}」に使えるファイルは{limit}です。"),
    "individual_number": _("個人番号（マイナンバー）は書かないでください。「{label}」から消してください。"),
    "unknown_item": _("この手続にない項目「{label}」があります。"),
    "schema": _("「{label}」の形が正しくありません。"),
    "constraint": "{message}",
}


def field_error(
    item_id: str, part: str, code: str, *, label: str, kind: str = "", params: Mapping[str, str] | None = None
) -> FieldError:
    """The error with its words. `kind` is the item type, which chooses between 入力 and 選択."""
    key = code
    if code == "required":
        if kind in CHOOSERS or part in {"prefecture", "era"}:
            key = "required_choice"
        elif f"required_{kind}" in MESSAGES:
            key = f"required_{kind}"
    values = {"limit": "", "hint": "", "message": "", **(params or {})}
    return FieldError(item_id, part, code, format_lazy(MESSAGES[key], label=label, **values))

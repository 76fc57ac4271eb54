"""Standard tables in words: why a column was matched, and what is wrong with a value."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["PROBLEMS", "REASONS", "UNVERIFIED", "problem_sentence", "reason_label"]

REASONS: Final[Mapping[str, Promise | str]] = {
    "name": _("名前が同じ"),
    "synonym": _("よく使われる別の名前"),
    "abbreviation": _("名前が似ている"),
    "content": _("中身から"),
    "chosen": _("職員が選んだ"),
    "": _("当てはまる項目なし"),
}
PROBLEMS: Final[Mapping[str, Promise | str]] = {
    "required_empty": _("必須の項目が空です。"),
    "not_a_local_government_code": _(
        "全国地方公共団体コードは、検査数字を含む6桁の半角数字で書いてください。"
    ),
    "wrong_check_digit": _("全国地方公共団体コードの末尾の検査数字が合いません。"),
    "unknown_local_government": _("この全国地方公共団体コードの団体はありません。"),
    "not_a_legal_entity_number": _(
        "法人番号は13桁の半角数字です。検査数字が合っているかも確かめてください。"
    ),
    "not_a_postal_code": _("郵便番号は、514-8570のように書いてください。"),
    "unknown_postal_code": _("この郵便番号はありません。"),
    "postal_code_disagrees": _("郵便番号が、その行の住所と合いません。"),
    "not_a_phone": _("電話番号は、059-224-3070のように、市外局番から半角で書いてください。"),
    "not_iso_date": _("日付は、2026-04-01のように書いてください。"),
    "no_such_day": _("暦にない日付です。"),
    "not_a_time": _("時刻は、09:30のように書いてください。"),
    "not_a_coordinate": _("緯度・経度は、34.730283のように、度を小数で書いてください。"),
    "outside_japan": _("日本の外の位置です。"),
    "outside_prefecture": _("都道府県の外の位置です。"),
    "swapped_coordinates": _("緯度と経度が入れ替わっています。"),
    "not_a_url": _("URLは、https:// から書いてください。"),
    "not_a_street_address_id": _("町字IDは7桁の半角数字です。"),
    "not_an_email": _("メールアドレスの形になっていません。"),
    "not_a_flag": _("「有」か「無」で書いてください。"),
    "not_a_number": _("数字だけを半角で書いてください。"),
    "negative": _("0以上の数を書いてください。"),
    "not_katakana": _("全角のカタカナで書いてください。"),
    "not_a_prefecture": _("都道府県の名前を、「三重県」のように書いてください。"),
    "prefecture_missing": _("所在地は、都道府県から続けて書いてください。"),
}
UNVERIFIED: Final = _("この標準のデータ項目は、公開元の原本とまだ照合していません。")
_WHERE: Final = _("「%(column)s」の%(count)d個のセル：%(problem)s")


def reason_label(reason: str) -> str:
    """Why a column was matched to an item."""
    return str(REASONS.get(reason, reason))


def problem_sentence(problem: Mapping[str, Any]) -> str:
    """One sentence for a problem as JSON (`standards.Problem.to_data`)."""
    words = {"column": problem["column"], "count": problem["count"], "problem": PROBLEMS[problem["code"]]}
    return str(_WHERE) % words

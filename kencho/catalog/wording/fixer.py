"""What the fixer did and asks, in the words of staff."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

LONGEST = 40
RULES: dict[str, Promise] = {
    "1-1": _("表の形を整えました"),
    "1-2": _("一つのセルに一つの値にしました"),
    "1-3": _("数値にしました"),
    "1-4": _("セルの結合を解きました"),
    "1-5": _("見た目のための空白や改行を除きました"),
    "1-6": _("省かれていた名前を補いました"),
    "1-7": _("数式を値にしました"),
    "1-8": _("表に重なる図形を除きました"),
    "1-9": _("単位を列の説明に移しました"),
    "1-10": _("機種依存文字を標準の字にしました"),
    "1-11": _("年と日付を西暦にしました"),
    "1-12": _("地域のコードと名前を整えました"),
    "1-13": _("数値でない印を空にしました"),
    "2-1": _("分かれていた表をつなげました"),
    "2-2": _("一つの表だけを取り出しました"),
}
ACTIONS: dict[str, Promise] = {}
QUESTIONS: dict[str, Promise] = {}


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "―"


def shown(value: Any) -> str:
    """A cell, short; nothing is 「空」, a block of cells its first texts."""
    if value is None or value == "":
        return now("空")
    if isinstance(value, list):
        texts = [
            str(cell)
            for row in value
            for cell in (row if isinstance(row, list) else [row])
            if cell is not None
        ]
        value = "、".join(texts) or now("空")
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def sentence(change: Mapping[str, Any]) -> str:
    """One change, as `Change.to_data` gives it."""
    before, after = shown(change["before"]), shown(change["after"])
    known = _Known({**change["params"], "ref": change["ref"], "before": before, "after": after})
    if change["action"] in ACTIONS:
        return str(ACTIONS[change["action"]]) % known
    what = str(RULES.get(change["rule"], RULES["1-1"]))
    if change["after"] is None:
        return now("%(what)s：「%(before)s」をデータから外しました") % {"what": what, **known}
    return now("%(what)s：「%(before)s」→「%(after)s」") % {"what": what, **known}


def question(asked: Mapping[str, Any]) -> str:
    """Something that only a person can decide, with its place."""
    text = QUESTIONS.get(asked["code"])
    place = f"{asked['sheet']} {asked['ref']}"
    if text is None:
        return now("%(place)s を確かめてください（%(code)s）") % {"place": place, "code": asked["code"]}
    return f"{place}：" + str(text) % _Known(asked["params"])

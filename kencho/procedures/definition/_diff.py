"""What changed between two versions of a definition, in Japanese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kencho.procedures.definition._expressions import OPERATORS, operands
from kencho.procedures.definition._model import Definition, Json
from kencho.procedures.definition._words import describe


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is added, removed, moved or changed; `text` is a sentence for people."""

    kind: str
    path: str
    text: str
    old: Json = None
    new: Json = None


_NAMES = {
    "title": "名前", "summary": "概要", "procedure_type": "手続の種類", "outcomes": "結果の種類", "legal_basis": "根拠法令",
    "review_standards": "審査基準", "standard_processing_period": "標準処理期間", "fee": "手数料",
    "needed_documents": "必要な書類", "life_events": "ライフイベント", "keywords": "検索の言葉", "audience": "対象者",
    "identity": "本人確認の強さ", "office": "担当", "retention_years": "保存期間（年）", "classification": "文書分類",
    "receiving_period": "受付期間", "notes": "注意", "rules": "全体の条件", "flow": "決定までの流れ", "en": "英語の表示",
    "label": "見出し", "label_en": "見出し（英語）", "help": "説明", "required": "必須の条件", "visible": "表示の条件",
    "type": "種類", "options": "選択肢", "min": "最小", "max": "最大", "max_length": "最大の文字数", "min_length": "最小の文字数",
    "pattern": "書き方", "value": "計算", "constraints": "条件", "items": "中の項目", "intro": "はじめの説明", "text": "文",
    "max_files": "ファイルの数", "max_bytes": "ファイルの大きさ", "kinds": "ファイルの種類", "sensitive": "注意して扱う情報",
    "min_rows": "最小の行数", "max_rows": "最大の行数", "example": "記入例", "codelist": "コード表", "unit": "単位",
}  # fmt: skip


def diff(old: Definition, new: Definition) -> list[Change]:
    """Changes from `old` to `new`: the procedure itself, pages, items by their stable ids, documents."""
    found = list(_fields("", _("手続"), _rest(old.data), _rest(new.data), old, new))
    for key, word in (("pages", _("ページ")), ("items", _("項目")), ("documents", _("添付書類"))):
        found += _collection(key, word, old, new)
    return found


def _rest(data: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in data.items() if key not in {"pages", "documents", "kencho", "code"}}


def _listed(definition: Definition, key: str) -> dict[str, dict[str, Json]]:
    data = definition.data
    if key == "documents":
        return {one["id"]: one for one in data.get("documents") or ()}
    if key == "pages":
        return {one["id"]: {k: v for k, v in one.items() if k != "items"} for one in data["pages"]}
    made: dict[str, dict[str, Json]] = {}
    for page in data["pages"]:
        for item in page["items"]:
            made[item["id"]] = {"_place": page["id"], **{k: v for k, v in item.items() if k != "items"}}
            for nested in item.get("items") or ():
                made[nested["id"]] = {"_place": item["id"], **nested}
    return made


def _collection(key: str, word: str, old: Definition, new: Definition) -> Iterator[Change]:
    before, after = _listed(old, key), _listed(new, key)
    for name in before:
        if name not in after:
            text = _("%(word)s「%(name)s」がなくなりました。") % {"word": word, "name": _title(before[name])}
            yield Change("removed", f"{key}/{name}", text, before[name])
    for name, value in after.items():
        if name not in before:
            text = _("%(word)s「%(name)s」が加わりました。") % {"word": word, "name": _title(value)}
            yield Change("added", f"{key}/{name}", text, None, value)
        else:
            yield from _fields(f"{key}/{name}", f"{word}「{_title(value)}」", before[name], value, old, new)
    common = [name for name in before if name in after]
    if common != [name for name in after if name in before]:
        yield Change("moved", key, _("%(word)sの順番が変わりました。") % {"word": word})


def _title(value: Mapping[str, Json]) -> str:
    return str(value.get("label") or value.get("title") or value.get("id"))


def _fields(
    path: str,
    owner: str,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    old: Definition,
    new: Definition,
) -> Iterator[Change]:
    for key in [*before, *(one for one in after if one not in before)]:
        first, second = before.get(key), after.get(key)
        if first == second:
            continue
        if key == "_place":
            text = _("%(owner)sの場所が変わりました。") % {"owner": owner}
            yield Change("moved", path, text, first, second)
            continue
        words = {
            "owner": owner,
            "name": _NAMES.get(key, key),
            "old": _said(first, old),
            "new": _said(second, new),
        }
        text = _("%(owner)sの%(name)sが「%(old)s」から「%(new)s」に変わりました。") % words
        yield Change("changed", f"{path}/{key}".lstrip("/"), text, first, second)


def _said(value: Json, definition: Definition) -> str:
    if value is None or value == "":
        return _("なし")
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, dict):
        name, _arguments = operands(value)
        if name in OPERATORS:
            return describe(value, definition)
        return "、".join(f"{_NAMES.get(key, key)} {_said(one, definition)}" for key, one in value.items())
    if isinstance(value, list):
        return "、".join(_label(one, definition) for one in value)
    return str(value)


def _label(value: Any, definition: Definition) -> str:
    if isinstance(value, dict):
        for key in ("label", "text", "law", "message"):
            if key in value:
                return f"{value[key]}{value.get('article', '')}"
    return _said(value, definition)

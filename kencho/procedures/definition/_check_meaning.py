"""The checks of meaning, over data whose shape is right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from kencho.procedures.definition import _expressions as expressions
from kencho.procedures.definition._load import DOCUMENTS_PAGE, build
from kencho.procedures.definition._model import Definition, Finding, Item, Json, Text
from kencho.procedures.definition._patterns import LONGEST, safe_pattern
from kencho.procedures.definition._plan import cycle_members, dependencies
from kencho.procedures.definition._text import whole
from kencho.procedures.definition._types import TYPES

Data = Mapping[str, Json]

SEAL_WORDS = re.compile("押印|押なつ|押捺|捺印|実印|認印|印鑑|記名なつ印|㊞")
INDIVIDUAL_NUMBER = re.compile("マイナンバー|個人番号")
PLACEHOLDERS = frozenset(
    {
        "申請者",
        "受付番号",
        "受付日",
        "手続名",
        "決定",
        "決定日",
        "理由",
        "条件",
        "手数料",
        "文書番号",
        "担当課",
        "有効期限",
    }
)
_PLACE = re.compile(r"\{([^{}\n]{1,80})\}")
_RESERVED = frozenset({"next", "save", "today"})


def _walk_items(data: Data) -> Iterator[tuple[str, Data, str]]:
    """(path, item, group id) of every item, nested ones too."""
    for number, page in enumerate(data["pages"]):
        for place, item in enumerate(page["items"]):
            path = f"pages/{number}/items/{place}"
            yield path, item, ""
            for inner, nested in enumerate(item.get("items") or ()):
                yield f"{path}/items/{inner}", nested, item["id"]


def _walk_rules(data: Data) -> Iterator[tuple[str, Json]]:
    """(path, expression) of every rule."""
    for path, item, _group in _walk_items(data):
        yield from _of(path, item, "visible", "required", "value")
        yield from _of_all(f"{path}/constraints", item.get("constraints"), "rule")
    yield from _of_all("pages", data["pages"], "visible")
    yield from _of_all("rules", data.get("rules"), "rule")
    yield from _of_all("documents", data.get("documents"), "visible", "required")
    yield from _of_all("fee/table", (data.get("fee") or {}).get("table"), "when")


def _of(path: str, holder: Data, *keys: str) -> Iterator[tuple[str, Json]]:
    for key in keys:
        if key in holder:
            yield f"{path}/{key}", holder[key]


def _of_all(path: str, holders: Json, *keys: str) -> Iterator[tuple[str, Json]]:
    for number, one in enumerate(holders or ()):
        yield from _of(f"{path}/{number}", one, *keys)


def _all_ids(data: Data) -> Iterator[tuple[str, str]]:
    placed = {item.get("document") for _path, item, _group in _walk_items(data)}
    for number, page in enumerate(data["pages"]):
        yield f"pages/{number}/id", page["id"]
    for path, item, _group in _walk_items(data):
        yield f"{path}/id", item["id"]
    for number, document in enumerate(data.get("documents") or ()):
        if document["id"] not in placed:
            yield f"documents/{number}/id", document["id"]


def identifiers(data: Data) -> Iterator[Finding]:
    """Ids are unique over pages, items and documents, for they name inputs and error links."""
    counted = Counter(name for _path, name in _all_ids(data))
    for path, name in _all_ids(data):
        if counted[name] > 1:
            yield Finding("duplicate_id", path, _("「%(id)s」というidが2つ以上あります。") % {"id": name})
        if name in _RESERVED or (name == DOCUMENTS_PAGE and data.get("documents")):
            yield Finding("reserved_id", path, _("「%(id)s」はidに使えません。") % {"id": name})
    for key in ("review_standards", "documents"):
        yield from _repeated(f"{key}", [one["id"] for one in data.get(key) or ()])
    yield from _repeated(
        "flow/decisions", [one["code"] for one in (data.get("flow") or {}).get("decisions") or ()]
    )


def _repeated(path: str, names: list[str]) -> Iterator[Finding]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Finding("duplicate_id", path, _("「%(id)s」というidが2つ以上あります。") % {"id": name})


def rules(data: Data) -> Iterator[Finding]:
    """Expressions use known operators and existing items."""
    words: dict[str, Text] = {
        "unknown_operator": _("知らない演算子「%(detail)s」があります。"),
        "operand_count": _("演算子「%(detail)s」の引数の数が正しくありません。"),
        "not_expression": _("式として読めません（%(detail)s）。"),
    }
    known = {item["id"]: item for _path, item, _group in _walk_items(data)}
    known.update({one["id"]: {"type": "attachment"} for one in data.get("documents") or ()})
    for path, rule in _walk_rules(data):
        for code, detail in expressions.problems(rule):
            yield Finding(code, path, words[code] % {"detail": detail})
        for reference in expressions.references(rule):
            yield from _reference(path, reference, known)


def _reference(path: str, reference: str, known: Mapping[str, Data]) -> Iterator[Finding]:
    item_id, dot, part = reference.partition(".")
    if item_id not in known:
        message = _("「%(id)s」という項目はありません。") % {"id": reference}
        yield Finding("unknown_reference", path, message)
    elif not TYPES[known[item_id]["type"]].holds_value:
        message = _("「%(id)s」は見出しか説明なので、値がありません。") % {"id": item_id}
        yield Finding("reference_without_value", path, message)
    elif dot and part not in TYPES[known[item_id]["type"]].parts:
        message = _("「%(id)s」に「%(part)s」という部分はありません。") % {"id": item_id, "part": part}
        yield Finding("unknown_part", path, message)


def items(data: Data) -> Iterator[Finding]:
    """Each item makes sense in itself."""
    documents = {one["id"] for one in data.get("documents") or ()}
    for path, item, group in _walk_items(data):
        for check in (_nesting, _limits, _pattern, _options, _document):
            yield from check(path, item, group, documents)


def _nesting(path: str, item: Data, group: str, documents: set[str]) -> Iterator[Finding]:
    if group and item["type"] in {"group", "attachment"}:
        yield Finding("nested", path, _("繰り返しの中に、繰り返しや添付を置くことはできません。"))
    if item.get("min_rows", 0) > item.get("max_rows", 20):
        yield Finding("limits", path, _("最小の数が最大の数より大きくなっています。"))
    if "items" in item and item["type"] != "group":
        yield Finding("not_group", path, _("itemsを持てるのは繰り返し（group）だけです。"))
    if "value" in item and item["type"] != "calculated":
        yield Finding("not_calculated", path, _("valueを持てるのは計算（calculated）だけです。"))


def _limits(path: str, item: Data, group: str, documents: set[str]) -> Iterator[Finding]:
    low, high, kind = item.get("min"), item.get("max"), item["type"]
    for name, value in (("min", low), ("max", high)):
        if value is not None and not _limit_fits(kind, value):
            message = _("%(name)sの値が項目の種類に合いません（%(value)s）。")
            yield Finding("limit_kind", f"{path}/{name}", message % {"name": name, "value": value})
            return
    if low is not None and high is not None and "today" not in {low, high} and _after(low, high):
        yield Finding("limits", path, _("最小の値が最大の値より大きくなっています。"))
    if item.get("min_length", 0) > item.get("max_length", 20000):
        yield Finding("limits", path, _("最小の長さが最大の長さより大きくなっています。"))
    options = item.get("options") or ()
    if kind == "choices" and options and isinstance(low, int) and low > len(options):
        yield Finding("limits", path, _("選ぶ数の最小が選択肢の数より大きくなっています。"))


def _limit_fits(kind: str, value: Json) -> bool:
    if kind in {"date", "birth_date"}:
        return value == "today" or expressions.as_date(value) is not None
    if kind in {"integer", "money", "choices"}:
        return isinstance(value, int) and not isinstance(value, bool)
    return kind == "decimal" and expressions.number(value) is not None


def _after(low: Json, high: Json) -> bool:
    first, second = expressions.number(low), expressions.number(high)
    if first is not None and second is not None:
        return first > second
    return str(low) > str(high)


def _pattern(path: str, item: Data, group: str, documents: set[str]) -> Iterator[Finding]:
    pattern = item.get("pattern")
    if pattern is None:
        return
    if item["type"] not in {"text", "textarea", "organization_name"}:
        yield Finding("pattern_kind", path, _("patternは文字の項目でだけ使えます。"))
    elif not safe_pattern(pattern):
        yield Finding(
            "pattern",
            f"{path}/pattern",
            _("このpatternは使えません。繰り返しの入れ子や先読みは避けてください。"),
        )
    elif item.get("max_length", LONGEST) > LONGEST or (
        item["type"] == "textarea" and "max_length" not in item
    ):
        message = _("patternを使う項目は、max_lengthを%(limit)s以下にしてください。") % {"limit": LONGEST}
        yield Finding("pattern_length", path, message)
    elif not item.get("example") or not whole(pattern).match(item["example"]):
        yield Finding("pattern_example", path, _("patternに合う記入例（example）を書いてください。"))


def _options(path: str, item: Data, group: str, documents: set[str]) -> Iterator[Finding]:
    values = [one if isinstance(one, str) else one["value"] for one in item.get("options") or ()]
    for value, count in Counter(values).items():
        if count > 1:
            yield Finding(
                "duplicate_option", path, _("選択肢「%(value)s」が2つあります。") % {"value": value}
            )
    if values and item["type"] not in {"choice", "choices", "select"}:
        yield Finding("options_kind", path, _("選択肢は、選ぶ項目でだけ使えます。"))
    if item["type"] == "choice" and len(values) > 12:
        message = _("選択肢が多いので、一覧から選ぶ項目（select）にしてください。")
        yield Finding("many_options", path, message, "warning")


def _document(path: str, item: Data, group: str, documents: set[str]) -> Iterator[Finding]:
    if "document" in item and item["document"] not in documents:
        message = _("「%(id)s」という添付書類はありません。") % {"id": item["document"]}
        yield Finding("unknown_document", f"{path}/document", message)
    if "document" in item and item["type"] != "attachment":
        yield Finding("document_kind", path, _("添付書類は、添付の項目でだけ使えます。"))


def order(data: Data) -> Iterator[Finding]:
    """No cycles; questions depend on earlier ones; every page can be reached."""
    if any(one.severity == "error" for check in (identifiers, rules, items) for one in check(data)):
        return
    definition = build(data)
    graph = dependencies(definition)
    for item_id in cycle_members(graph):
        message = _("「%(id)s」の表示や計算の条件が、めぐりめぐって自分によっています。")
        yield Finding("cycle", item_id, message % {"id": item_id})
    for group in (item for page in definition.pages for item in page.items if item.items):
        inner = {one.id: _row_reads(one, group) for one in group.items}
        for item_id in cycle_members(inner):
            message = _("「%(id)s」の表示や計算の条件が、めぐりめぐって自分によっています。")
            yield Finding("cycle", item_id, message % {"id": item_id})
    yield from _forward(definition, graph)
    yield from _unreachable(definition)


def _row_reads(item: Item, group: Item) -> set[str]:
    names = {
        one.partition(".")[0] for rule in (item.visible, item.value) for one in expressions.references(rule)
    }
    return names & {one.id for one in group.items}


def _forward(definition: Definition, graph: Mapping[str, set[str]]) -> Iterator[Finding]:
    page_of = {item.id: number for number, page in enumerate(definition.pages) for item in page.items}
    calculated = {item.id for page in definition.pages for item in page.items if item.type == "calculated"}
    for item_id, reads in graph.items():
        for other in sorted(reads):
            if page_of[other] > page_of[item_id] and other not in calculated:
                message = _("「%(id)s」が、後のページの「%(other)s」によっています。")
                yield Finding("forward_reference", item_id, message % {"id": item_id, "other": other})


def _unreachable(definition: Definition) -> Iterator[Finding]:
    for page in definition.pages:
        hidden = constant(page.visible) is False or all(constant(one.visible) is False for one in page.items)
        if hidden:
            message = _("ページ「%(title)s」は、どう答えても表示されません。")
            yield Finding("unreachable_page", page.id, message % {"title": page.title})
    for item in definition.items():
        if constant(item.visible) is False:
            message = _("項目「%(id)s」は、どう答えても表示されません。")
            yield Finding("unreachable_item", item.id, message % {"id": item.id})
        yield from _impossible(item, definition)


def constant(rule: Json) -> Json:
    """The value of a rule that reads no item, or None."""
    if rule is None or any(True for _one in expressions.references(rule)) or "today" in str(rule):
        return None
    return expressions.compile_expression(rule, {})({}, {}, date.min)


def _impossible(item: Item, definition: Definition) -> Iterator[Finding]:
    """Comparing a choice with a value that is not among its options can never hold."""
    options = {one.id: {option.value for option in one.options} for one in definition.items() if one.options}
    stack = [item.visible, item.required]
    while stack:
        name, arguments = expressions.operands(stack.pop())
        if name in {"literal", "item"}:
            continue
        stack += arguments
        named = [
            expressions.operands(one)[1][0] for one in arguments if expressions.operands(one)[0] == "item"
        ]
        literals = [one for one in arguments if isinstance(one, str)]
        if name in {"eq", "ne", "in", "contains"} and len(named) == 1 and named[0] in options:
            for value in literals:
                if value not in options[named[0]]:
                    message = _("「%(id)s」に「%(value)s」という選択肢はありません。")
                    yield Finding("unknown_option", item.id, message % {"id": named[0], "value": value})


def wording(data: Data) -> Iterator[Finding]:
    """No seal, no 個人番号; free texts stay in plain words."""
    for path, text in _texts(data):
        if SEAL_WORDS.search(text):
            message = _("押印や印鑑を求める言葉があります。見直してください。")
            yield Finding("seal", path, message, "warning")
    for path, item, _group in _walk_items(data):
        if INDIVIDUAL_NUMBER.search(item.get("label", "")):
            message = _("個人番号（マイナンバー）をたずねる項目は作れません。")
            yield Finding("individual_number", path, message)


def _texts(data: Data) -> Iterator[tuple[str, str]]:
    for key in ("summary", "needed_documents", "notes"):
        yield key, str(data.get(key, ""))
    for number, document in enumerate(data.get("documents") or ()):
        yield f"documents/{number}", f"{document['label']}{document.get('help', '')}"
    for path, item, _group in _walk_items(data):
        yield path, "".join(str(item.get(key, "")) for key in ("label", "help", "text"))


def law(data: Data) -> Iterator[Finding]:
    """行政手続法第5条・第6条: review standards and the standard period; the legal basis."""
    kind = data["procedure_type"]
    wanted: list[tuple[bool, str, str, Text]] = [
        (
            not data.get("legal_basis"),
            "no_legal_basis",
            "legal_basis",
            _("根拠となる法令や条例を書いてください。"),
        ),
        (not data.get("office"), "no_office", "office", _("担当する所属を書いてください。")),
    ]
    if kind in {"申請", "請求"}:
        decisions = (data.get("flow") or {}).get("decisions")
        wanted += [
            (not data.get("standard_processing_period"), "no_period", "standard_processing_period",
             _("標準処理期間を書いてください（行政手続法第6条）。")),
            (not data.get("review_standards"), "no_standards", "review_standards",
             _("審査基準を書いてください（行政手続法第5条）。")),
            (not decisions, "no_decisions", "flow", _("決定の種類を書いてください。")),
        ]  # fmt: skip
    contact = {"email", "telephone"} & {item["type"] for _path, item, _group in _walk_items(data)}
    wanted.append(
        (not contact, "no_contact", "pages", _("連絡先（電話かメール）をたずねる項目がありません。"))
    )
    for missing, code, path, message in wanted:
        if missing:
            yield Finding(code, path, message, "warning")


def flow(data: Data) -> Iterator[Finding]:
    """Decisions, their notices, and the fee."""
    known = {item["id"] for _path, item, group in _walk_items(data) if not group}
    way = data.get("flow") or {}
    for number, decision in enumerate(way.get("decisions") or ()):
        path = f"flow/decisions/{number}"
        for name in _PLACE.findall(decision.get("notice_text", "")):
            fine = name[5:] in known if name.startswith("item:") else name in PLACEHOLDERS
            if not fine:
                unknown = _("通知の文に知らない差し込み「{%(name)s}」があります。") % {"name": name}
                yield Finding("unknown_placeholder", f"{path}/notice_text", unknown)
        if not decision.get("favourable", True) and not decision.get("grounds_required", False):
            message = _(
                "断る決定には理由を示す必要があります（行政手続法第8条）。grounds_requiredをtrueにしてください。"
            )
            yield Finding("no_grounds", path, message)
    fee = data.get("fee") or {}
    if way.get("fee_due") and not fee.get("amount") and not fee.get("table"):
        yield Finding("no_fee", "fee", _("手数料を納めることになっていますが、金額がありません。"))
    period = data.get("receiving_period") or {}
    if period.get("from") and period.get("to") and period["from"] > period["to"]:
        yield Finding("limits", "receiving_period", _("受付期間の終わりが始まりより前です。"))


CHECKS: tuple[Callable[[Data], Iterator[Finding]], ...] = (
    identifiers,
    rules,
    items,
    order,
    wording,
    law,
    flow,
)

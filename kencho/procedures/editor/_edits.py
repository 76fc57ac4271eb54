"""Changes of a definition, each from data to new data. The given data is never touched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kencho.procedures.definition import ITEM_TYPES, Json
from kencho.procedures.editor._data import (
    ID,
    NAMED,
    Data,
    Place,
    UnableToEdit,
    copied,
    free_id,
    ids,
    page_of,
    place_of,
    rows_of,
    with_rows,
)

MOST_PAGES = 50
MOST_ITEMS = 100

# What a new item of a type has, so that it can be shown at once.
_BEGINNINGS: Mapping[str, Callable[[], Data]] = {
    "note": lambda: {"text": _("説明を書いてください。")},
    "consent": lambda: {"text": _("同意する内容を書いてください。"), "required": True},
    "choice": lambda: {"options": [_("はい"), _("いいえ")]},
    "choices": lambda: {"options": [_("1つめ"), _("2つめ")]},
    "select": lambda: {"options": [_("1つめ"), _("2つめ")]},
    "calculated": lambda: {"value": 0},
}
# Questions about the applicant play their part in the application from the start.
_ROLES = {
    "name": "applicant_name",
    "organization_name": "applicant_organization",
    "postal_address": "applicant_address",
    "telephone": "applicant_telephone",
    "email": "applicant_email",
    "birth_date": "applicant_birth_date",
    "legal_entity_number": "applicant_legal_entity_number",
}
_WITHOUT_ANSWER = {"heading", "note", "calculated"}


def skeleton(code: str, title: str, office: str) -> Data:
    """A new definition: the usual questions about the applicant, one empty page, one decision each way."""
    return {
        "kencho": 1,
        "code": code,
        "title": title,
        "procedure_type": "申請",
        "audience": "both",
        "identity": "email",
        "office": office,
        "pages": [
            {
                "id": "applicant",
                "title": _("申請者"),
                "items": [
                    _basic("name", _("氏名")),
                    _basic("postal_address", _("住所")),
                    _basic("telephone", _("電話番号")),
                    _basic("email", _("メールアドレス")),
                ],
            },
        ],
    }


def _basic(kind: str, label: str) -> Data:
    return {
        "id": _ROLES[kind],
        "type": kind,
        "label": label,
        "required": True,
        "role": _ROLES[kind],
    }


def merged(original: Mapping[str, Any], values: Mapping[str, Any], keep: tuple[str, ...] = ()) -> Data:
    """The original with new values; None takes a key away, and so does a blank unless the key is to be kept."""
    made = {**original}
    for key, value in values.items():
        blank = value is None or (key not in keep and (value is False or value in ("", [], {})))
        if blank:
            made.pop(key, None)
        else:
            made[key] = value
    return made


# --- pages ------------------------------------------------------------------------------------------------------------


def add_page(data: Data, title: str) -> tuple[Data, str]:
    """A new page at the end, with its id."""
    made = copied(data)
    if len(made["pages"]) >= MOST_PAGES:
        raise UnableToEdit("pages")
    page_id = free_id(f"page{len(made['pages']) + 1}", ids(made))
    made["pages"].append({"id": page_id, "title": title, "items": []})
    return made, page_id


def change_page(data: Data, page_id: str, values: Mapping[str, Any]) -> Data:
    """The page with new values of its own; its items stay."""
    made = copied(data)
    page = page_of(made, page_id)
    changed = merged(page, values, keep=("title",))
    page.clear()
    page.update(changed)
    return made


def remove_page(data: Data, page_id: str) -> Data:
    """Without the page and its items."""
    made = copied(data)
    made["pages"].remove(page_of(made, page_id))
    return made


def move_page(data: Data, page_id: str, step: int) -> Data:
    """The page earlier (negative) or later; at the end it stays."""
    made = copied(data)
    _shift(made["pages"], made["pages"].index(page_of(made, page_id)), step)
    return made


def duplicate_page(data: Data, page_id: str) -> tuple[Data, str]:
    """A second page like it, behind it, with ids of its own; rules inside it look at the new items."""
    made = copied(data)
    if len(made["pages"]) >= MOST_PAGES:
        raise UnableToEdit("pages")
    page = page_of(made, page_id)
    taken = ids(made)
    twin = copied(page)
    renamed: dict[str, str] = {}
    twin["id"] = _fresh(page["id"], taken)
    for item in twin["items"]:
        _rename_twin(item, taken, renamed)
    _redirect(twin, renamed)
    made["pages"].insert(made["pages"].index(page) + 1, twin)
    return made, str(twin["id"])


# --- items ------------------------------------------------------------------------------------------------------------


def add_item(data: Data, page_id: str, kind: str, *, group: str = "", label: str = "") -> tuple[Data, str]:
    """A new item at the end of a page or of a group, with its id; raises UnableToEdit for what cannot stand there."""
    made = copied(data)
    holder = place_of(made, group).item if group else page_of(made, page_id)
    unfit = kind not in ITEM_TYPES or (group and kind in {"group", "attachment"})
    if unfit or len(holder.setdefault("items", [])) >= MOST_ITEMS:
        raise UnableToEdit(kind)
    item_id = free_id(kind, ids(made))
    item: Data = {"id": item_id, "type": kind}
    if kind != "note":
        item["label"] = label
    if kind not in _WITHOUT_ANSWER:
        item["required"] = True
    if not group and kind in _ROLES and _ROLES[kind] not in _roles(made):
        item["role"] = _ROLES[kind]
    if kind == "group":
        item["items"] = [{"id": free_id("text", ids(made) | {item_id}), "type": "text", "label": ""}]
    begin = _BEGINNINGS.get(kind)
    item.update(begin() if begin else {})
    holder["items"].append(item)
    return made, item_id


def _roles(data: Data) -> set[str]:
    return {str(item.get("role")) for page in data["pages"] for item in page["items"]}


def change_item(data: Data, item_id: str, values: Mapping[str, Any]) -> Data:
    """The item with new values. A new id is followed by every rule and notice that speaks of the item."""
    made = copied(data)
    item = place_of(made, item_id).item
    new_id = str(values.get("id", item_id))
    if new_id != item_id and (not ID.fullmatch(new_id) or new_id in ids(made)):
        raise UnableToEdit(new_id)
    changed = merged(item, values, keep=("id", "type", "label") if item["type"] != "note" else ("id", "type"))
    item.clear()
    item.update(changed)
    if new_id != item_id:
        _redirect(made, {item_id: new_id})
    return made


# Keys that only some types know; they go when an item becomes one of another type.
_OF_TYPES: Mapping[str, frozenset[str]] = {
    "min_length": frozenset({"text", "textarea"}),
    "max_length": frozenset({"text", "textarea", "organization_name"}),
    "pattern": frozenset({"text", "textarea", "organization_name"}),
    "pattern_message": frozenset({"text", "textarea", "organization_name"}),
    "rows": frozenset({"textarea"}),
    "kana": frozenset({"name"}),
    "min": frozenset({"date", "birth_date", "integer", "decimal", "money", "choices"}),
    "max": frozenset({"date", "birth_date", "integer", "decimal", "money", "choices"}),
    "places": frozenset({"decimal"}),
    "options": frozenset({"choice", "choices", "select"}),
    "codelist": frozenset({"choice", "choices", "select"}),
    "text": frozenset({"note", "consent"}),
    "text_en": frozenset({"note", "consent"}),
    "items": frozenset({"group"}),
    "min_rows": frozenset({"group"}),
    "max_rows": frozenset({"group"}),
    "row_label": frozenset({"group"}),
    "value": frozenset({"calculated"}),
    "document": frozenset({"attachment"}),
    "max_files": frozenset({"attachment"}),
    "max_bytes": frozenset({"attachment"}),
    "kinds": frozenset({"attachment"}),
}


def change_type(data: Data, item_id: str, kind: str) -> Data:
    """The item as one of another type: what the new type does not know goes, what it needs comes."""
    made = copied(data)
    place = place_of(made, item_id)
    item = place.item
    if kind not in ITEM_TYPES or (place.group is not None and kind in {"group", "attachment"}):
        raise UnableToEdit(kind)
    if kind == item["type"]:
        return made
    for key, types in _OF_TYPES.items():
        if kind not in types or key in {"min", "max"}:
            item.pop(key, None)
    item["type"] = kind
    begin = _BEGINNINGS.get(kind)
    for key, value in (begin() if begin else {}).items():
        item.setdefault(key, value)
    if kind == "group":
        item["items"] = [{"id": free_id("text", ids(made)), "type": "text", "label": ""}]
    if kind != "note":
        item.setdefault("label", "")
    return made


def remove_item(data: Data, item_id: str) -> Data:
    """Without the item. Rules that speak of it stay and become findings, for only a person knows what should hold then."""
    made = copied(data)
    place = place_of(made, item_id)
    del place.items[place.number]
    return made


def move_item(data: Data, item_id: str, step: int) -> Data:
    """The item earlier (-1) or later (+1); past the edge of its page it goes to the neighbouring page."""
    made = copied(data)
    place = place_of(made, item_id)
    if 0 <= place.number + step < len(place.items):
        _shift(place.items, place.number, step)
    elif place.group is None:
        _to_neighbour(made, place, step)
    return made


def _to_neighbour(data: Data, place: Place, step: int) -> None:
    number = data["pages"].index(place.page) + (1 if step > 0 else -1)
    if not 0 <= number < len(data["pages"]):
        return
    item = place.items.pop(place.number)
    items = data["pages"][number]["items"]
    items.insert(0 if step > 0 else len(items), item)


def duplicate_item(data: Data, item_id: str) -> tuple[Data, str]:
    """A second item like it, behind it, with an id of its own. The part it plays stays with the first."""
    made = copied(data)
    place = place_of(made, item_id)
    if len(place.items) >= MOST_ITEMS:
        raise UnableToEdit(item_id)
    twin = copied(place.item)
    renamed: dict[str, str] = {}
    _rename_twin(twin, ids(made), renamed)
    _redirect(twin, renamed)
    place.items.insert(place.number + 1, twin)
    return made, str(twin["id"])


def _rename_twin(item: Data, taken: set[str], renamed: dict[str, str]) -> None:
    item.pop("role", None)
    item.pop("document", None)
    new_id = _fresh(item["id"], taken)
    renamed[item["id"]] = new_id
    item["id"] = new_id
    for nested in item.get("items") or ():
        _rename_twin(nested, taken, renamed)


def _fresh(name: str, taken: set[str]) -> str:
    new_id = free_id(name, taken)
    taken.add(new_id)
    return new_id


def _shift(rows: list[Any], number: int, step: int) -> None:
    target = min(max(number + step, 0), len(rows) - 1)
    rows.insert(target, rows.pop(number))


_NOTICE_PLACE = re.compile(r"\{item:([a-z0-9_]{1,60})\}")


def _redirect(node: Json, renamed: Mapping[str, str]) -> None:
    """Rewrite, in place, every reference to a renamed item: `{"item": id}` and `{item:id}` in notices."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        _redirect(child, renamed)
    if not isinstance(node, dict):
        return
    target = node.get("item")
    if isinstance(target, list) and len(target) == 1:
        target = target[0]
    if len(node) == 1 and isinstance(target, str):
        name, dot, part = target.partition(".")
        if name in renamed:
            node["item"] = f"{renamed[name]}{dot}{part}"
    text = node.get("notice_text")
    if isinstance(text, str):
        node["notice_text"] = _NOTICE_PLACE.sub(
            lambda found: f"{{item:{renamed.get(found[1], found[1])}}}", text
        )


# --- rows of a collection ---------------------------------------------------------------------------------------------

_NEW_ROWS: Mapping[str, Callable[[], Data]] = {
    "legal_basis": lambda: {"law": ""},
    "review_standards": lambda: {"id": "standard", "text": ""},
    "documents": lambda: {"id": "document", "label": "", "required": True},
    "rules": lambda: {"rule": True, "message": ""},
    "fee.table": lambda: {"label": "", "amount": 0},
    "flow.decisions": lambda: {"code": "decision", "label": ""},
}


def add_row(data: Data, collection: str) -> Data:
    """One more, empty row at the end."""
    return with_rows(data, collection, [*rows_of(data, collection), _renamed_row(data, collection, {})])


def _renamed_row(data: Data, collection: str, source: Data) -> Data:
    row = {**(source or _NEW_ROWS[collection]())}
    key = NAMED.get(collection)
    if key is not None:
        taken = {str(one.get(key)) for one in rows_of(data, collection)}
        if collection == "documents":
            taken |= ids(data)
        row[key] = free_id(str(row[key]), taken)
    return row


def remove_row(data: Data, collection: str, number: int) -> Data:
    """Without the row."""
    rows = rows_of(data, collection)
    _exists(rows, number)
    return with_rows(data, collection, rows[:number] + rows[number + 1 :])


def move_row(data: Data, collection: str, number: int, step: int) -> Data:
    """The row earlier or later."""
    rows = rows_of(data, collection)
    _exists(rows, number)
    _shift(rows, number, step)
    return with_rows(data, collection, rows)


def duplicate_row(data: Data, collection: str, number: int) -> Data:
    """A second row like it, behind it."""
    rows = rows_of(data, collection)
    _exists(rows, number)
    rows.insert(number + 1, _renamed_row(data, collection, rows[number]))
    return with_rows(data, collection, rows)


def _exists(rows: list[Data], number: int) -> None:
    if not 0 <= number < len(rows):
        raise UnableToEdit(str(number))

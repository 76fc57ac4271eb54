"""Definition → JSON Schema 2020-12, the data contract for programs.

What the schema cannot say is listed under `x-kencho-rules`, never left out in silence.
"""

from __future__ import annotations

from kencho.procedures.definition._model import Definition, Item, Json, Page
from kencho.procedures.definition._types import TYPES


def data_contract(definition: Definition) -> dict[str, Json]:
    """JSON Schema of the answers that are stored for a complete application."""
    rules: list[dict[str, Json]] = []
    properties: dict[str, Json] = {}
    required: list[str] = []
    for page in definition.pages:
        for item in page.items:
            if not TYPES[item.type].holds_value:
                continue
            properties[item.id] = _item(item, rules)
            if item.required is True and _always(item.visible) and _always(page.visible):
                required.append(item.id)
            rules += _rules(item, page)
    rules += [
        {"kind": "constraint", "rule": one.rule, "message": one.message} for one in definition.constraints
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kencho:procedure:{definition.code}:{definition.digest}",
        "title": definition.title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        "x-kencho-rules": rules,
    }


def _always(rule: Json) -> bool:
    return rule is None or rule is True


def _item(item: Item, rules: list[dict[str, Json]]) -> dict[str, Json]:
    made = {"title": item.label, **TYPES[item.type].schema(item)}
    if item.sensitive:
        made["x-kencho-sensitive"] = True
    if item.type == "group":
        inner = [one for one in item.items if TYPES[one.type].holds_value]
        made["items"] = {
            "type": "object",
            "properties": {one.id: _item(one, rules) for one in inner},
            "required": [one.id for one in inner if one.required is True and _always(one.visible)],
            "additionalProperties": False,
        }
        for one in inner:
            rules += _rules(one, None)
    return made


def _rules(item: Item, page: Page | None) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = [
        {"kind": name, "item": item.id} for name in TYPES[item.type].unexpressed(item)
    ]
    if page is not None and not _always(page.visible):
        found.append({"kind": "visible", "item": item.id, "rule": page.visible})
    if not _always(item.visible):
        found.append({"kind": "visible", "item": item.id, "rule": item.visible})
    if not isinstance(item.required, bool):
        found.append({"kind": "required", "item": item.id, "rule": item.required})
    if item.value is not None:
        found.append({"kind": "calculated", "item": item.id, "rule": item.value})
    found += [
        {"kind": "constraint", "item": item.id, "rule": one.rule, "message": one.message}
        for one in item.constraints
    ]
    return found

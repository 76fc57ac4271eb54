"""What the buttons of the editor do besides saving."""

from collections.abc import Callable, Mapping
from typing import Any

from kencho.procedures import editor

_ROW_VERBS: Mapping[str, Callable[[editor.Data, str, int], editor.Data]] = {
    "add": lambda data, name, _number: editor.add_row(data, name),
    "up": lambda data, name, number: editor.move_row(data, name, number, -1),
    "down": lambda data, name, number: editor.move_row(data, name, number, 1),
    "remove": editor.remove_row,
    "duplicate": editor.duplicate_row,
}
_PAGE_VERBS: Mapping[str, Callable[[editor.Data, str], editor.Data]] = {
    "page_up": lambda data, key: editor.move_page(data, key, -1),
    "page_down": lambda data, key: editor.move_page(data, key, 1),
    "page_remove": editor.remove_page,
    "page_duplicate": lambda data, key: editor.duplicate_page(data, key)[0],
    "item_up": lambda data, key: editor.move_item(data, key, -1),
    "item_down": lambda data, key: editor.move_item(data, key, 1),
    "item_remove": editor.remove_item,
    "item_duplicate": lambda data, key: editor.duplicate_item(data, key)[0],
}


def act_on_rows(data: editor.Data, action: str) -> editor.Data:
    """The button of a row: ``verb:collection:number``. Raises UnableToEdit; any other action changes nothing."""
    verb, _colon, rest = action.partition(":")
    collection, _colon, number = rest.partition(":")
    if verb not in _ROW_VERBS or collection not in editor.COLLECTIONS:
        return data
    return _ROW_VERBS[verb](data, collection, int(number) if number.isdigit() else 0)


def act_on_pages(data: editor.Data, action: str, post: Mapping[str, Any]) -> tuple[editor.Data, str, str]:
    """The button of the screen of all pages: (data, screen to open, key). Raises UnableToEdit."""
    verb, _colon, key = action.partition(":")
    if verb == "add_page":
        made, page_id = editor.add_page(data, str(post.get("title", "")).strip()[:200])
        return made, "pages", page_id
    if verb in {"add_item", "add_nested"}:
        kind = str(post.get(f"kind-{key}", "text"))
        label = str(post.get(f"label-{key}", "")).strip()[:200]
        if verb == "add_nested":
            page_id = str(editor.place_of(data, key).page["id"])
            made, item_id = editor.add_item(data, page_id, kind, group=key, label=label)
        else:
            made, item_id = editor.add_item(data, key, kind, label=label)
        return made, "item", item_id
    if verb in _PAGE_VERBS:
        return _PAGE_VERBS[verb](data, key), "pages", key
    return data, "pages", ""

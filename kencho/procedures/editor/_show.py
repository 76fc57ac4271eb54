"""Looking at a definition in work: its YAML, its findings with the way to mend them, its pages as they will be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kencho.procedures.definition import Compiled, DefinitionError, Finding, PageView, check, compiled
from kencho.procedures.editor._data import Data, copied, obstacles, places


class _Dumper(yaml.SafeDumper):
    """Readable YAML: texts with line ends as blocks, everything else in block style, no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


# Characters that YAML folds, or breaks lines at, unless they stand escaped in double quotes.
_DELICATE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^\s|\s$| \n")


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _DELICATE.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(data: Data) -> str:
    """The definition as YAML that `parse` reads back to the same data."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


@dataclass(frozen=True)
class Remark:
    """A finding with the screen and the thing on it where it is mended."""

    finding: Finding
    screen: str
    key: str = ""
    label: str = ""

    @property
    def is_error(self) -> bool:
        """It stands in the way of publication."""
        return self.finding.severity == "error"


_SCREENS = {
    "pages": "pages",
    "documents": "documents",
    "flow/decisions": "decisions",
    "review_standards": "standards",
    "rules": "rules",
    "fee": "flow",
}


def remarks(data: Data) -> list[Remark]:
    """All findings, each with its place. Never raises."""
    found = obstacles(data)
    if found:
        return [Remark(one, "yaml", label=one.path) for one in found]
    return [_placed(data, one) for one in check(data)]


def _placed(data: Data, finding: Finding) -> Remark:
    parts = finding.path.split("/")
    if parts[0] == "pages" and len(parts) > 1 and parts[1].isdigit():
        return _on_page(data, finding, parts)
    if finding.code in {"no_decisions"}:
        return Remark(finding, "decisions", label=_("決定"))
    item = next((one.item for one in places(data) if one.item["id"] == finding.path), None)
    if item is not None:
        return Remark(finding, "item", finding.path, _name(item))
    page = next((one for one in data["pages"] if one["id"] == finding.path), None)
    if page is not None:
        return Remark(finding, "page", finding.path, _page_name(page))
    for start, screen in _SCREENS.items():
        if finding.path.startswith(start):
            return Remark(finding, screen, label=_row_name(start, parts))
    return Remark(finding, "flow" if parts[0] == "flow" else "basics")


def _name(item: Data) -> str:
    return str(item.get("label") or item["id"])


def _on_page(data: Data, finding: Finding, parts: Sequence[str]) -> Remark:
    page = data["pages"][int(parts[1])]
    if len(parts) > 3 and parts[2] == "items":
        item = page["items"][int(parts[3])]
        if len(parts) > 5 and parts[4] == "items":
            item = item["items"][int(parts[5])]
        return Remark(finding, "item", item["id"], _name(item))
    return Remark(finding, "page", page["id"], _page_name(page))


def _page_name(page: Data) -> str:
    return str(page.get("title") or _("ページ（%(id)s）") % {"id": page["id"]})


_ROW_NAMES = {
    "documents": _lazy("添付書類"),
    "flow/decisions": _lazy("決定"),
    "review_standards": _lazy("審査基準"),
    "rules": _lazy("全体の条件"),
    "fee": _lazy("手数料"),
    "pages": _lazy("ページ"),
}


def _row_name(start: str, parts: Sequence[str]) -> str:
    """The kind of row and its number as people count."""
    number = next((int(part) + 1 for part in parts if part.isdigit()), None)
    return f"{_ROW_NAMES[start]}{number or ''}"


@dataclass(frozen=True)
class Preview:
    """A page as applicants will see it. ``partial``: what has findings is left out."""

    page: PageView | None
    partial: bool = False


def preview(data: Data, page_id: str, *, focus: str = "") -> Preview:
    """The page with everything that can be shown already; the item in focus whatever its condition. Never raises."""
    if obstacles(data):
        return Preview(None, partial=True)
    if focus:
        data = copied(data)
        for place in places(data):
            if place.item["id"] == focus:
                place.item.pop("visible", None)
    plan = whole(data)
    if plan is not None:
        return Preview(plan.page_view(page_id, {})) if _has(plan, page_id) else Preview(None)
    plan = _part(data, page_id)
    return Preview(plan.page_view(page_id, {}) if plan and _has(plan, page_id) else None, partial=True)


def _has(plan: Compiled, page_id: str) -> bool:
    return any(page.id == page_id for page in plan.pages)


def whole(data: Data) -> Compiled | None:
    """The compiled definition, or None when errors stand in the way."""
    try:
        return compiled(data)
    except DefinitionError:
        return None


def _part(data: Data, page_id: str) -> Compiled | None:
    """The page alone, without the items that have errors."""
    page = next((copied(one) for one in data["pages"] if one["id"] == page_id), None)
    if page is None:
        return None
    page["title"] = page.get("title") or _("（名前なし）")
    page.pop("visible", None)
    small: Data = {
        "kencho": 1,
        "code": "preview",
        "title": "preview",
        "procedure_type": "申請",
        "pages": [page],
    }
    for _turn in range(3):
        wrong = {
            one.path.split("/")[3]
            for one in check(small)
            if one.severity == "error" and one.path.startswith("pages/0/items/")
        }
        named = {one.path for one in check(small) if one.severity == "error"}
        page["items"] = [
            item
            for number, item in enumerate(page["items"])
            if str(number) not in wrong and item["id"] not in named
        ]
        plan = whole(small)
        if plan is not None:
            return plan
    return None

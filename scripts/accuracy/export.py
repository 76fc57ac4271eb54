"""A set of scans as files: pictures, truth, maps and blank pages, for looking at and for trying one page."""

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2

from scripts.accuracy.making import Options, Sheet, blanks_of


def save(sheet: Sheet, folder: Path) -> None:
    """One page as ``<name>.jpg`` with its truth beside it as ``<name>.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{sheet.name}.jpg").write_bytes(sheet.jpeg)
    data = {
        "name": sheet.name,
        "writing": sheet.writing,
        "hand": sheet.hand,
        "real_digits": sheet.has_real_digits,
        "template": sheet.template.id,
        "page": sheet.page,
        "damage": sheet.damage.as_data(),
        "fields": {
            each.key: {
                "kind": each.kind.value,
                "label": each.label,
                "truth": sheet.written[each.key].truth,
                "shown": sheet.written[each.key].shown,
            }
            for each in sheet.fields()
        },
    }
    (folder / f"{sheet.name}.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")


def save_blanks(options: Options, order: list[str], wanted: set[str], folder: Path) -> None:
    """The blank pages of the wanted templates as ``blanks/<number in order>-<page>.png``."""
    place = folder / "blanks"
    place.mkdir(parents=True, exist_ok=True)
    for name, page, blank in blanks_of(options, sorted(wanted)):
        cv2.imwrite(str(place / f"{order.index(name)}-{page}.png"), blank)


def save_forms(options: Options, sheets: Iterable[Sheet], folder: Path) -> None:
    """The maps (``templates.json``) and blank pages of these sheets."""
    templates = {each.template.id: each.template for each in sheets}
    order = list(templates)
    data: list[dict[str, Any]] = [
        {**dataclasses.asdict(template), "blanks": f"blanks/{order.index(name)}"}
        for name, template in templates.items()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "templates.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    save_blanks(options, order, set(order), folder)

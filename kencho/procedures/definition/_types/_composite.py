"""Types whose answer has parts: names of people and addresses."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from kencho.foundation.prefectures import PREFECTURES
from kencho.procedures.definition import _samples as samples
from kencho.procedures.definition._expressions import is_empty
from kencho.procedures.definition._model import Item, Json, html_id
from kencho.procedures.definition._text import ascii_text, is_plain, kana, whole
from kencho.procedures.definition._types._base import (
    Inputs,
    InputView,
    ItemType,
    OptionView,
    Passes,
    Problem,
    Read,
    last,
    make_input,
    raw_or,
    text_problems,
)

KANA = r"[\u30a1-\u30fa\u30fc\u30fb\u30fd\u30fe\u3000]+"
POSTAL_CODE = r"[0-9]{7}"


class _PartsType(ItemType):
    """An object of texts. An answer that is given at all must have all its needed parts."""

    layout = "fieldset"
    longest: ClassVar[dict[str, int]] = {}

    def used(self, item: Item) -> tuple[str, ...]:
        """Parts that this item asks for."""
        return self.parts

    def needed(self, item: Item) -> tuple[str, ...]:
        """Parts without which the answer is incomplete."""
        return self.parts

    def part_shape(self, part: str) -> dict[str, Json]:
        """JSON Schema of one part."""
        return {"type": "string", "minLength": 1, "maxLength": self.longest[part]}

    def normalise(self, part: str, text: str) -> str:
        """A part as stored."""
        return text

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        found = {part: self.normalise(part, last(get, part)) for part in self.used(item)}
        return Read({part: text for part, text in found.items() if text} or None)

    def missing(self, item: Item, value: Any) -> Iterator[Problem]:
        given = value if isinstance(value, dict) else {}
        for part in self.needed(item):
            if is_empty(given.get(part)):
                yield Problem("required", part)

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, dict) or not set(value) <= set(self.used(item)):
            yield Problem("type", self.parts[0])
            return
        for part, text in value.items():
            if not isinstance(text, str):
                yield Problem("type", part)
            elif text:
                yield from self.check_part(part, text)
            elif part not in self.needed(item):
                yield Problem("type", part)

    def shapes(self) -> dict[str, Callable[[str], object]]:
        """What some parts must be like besides being a text: tests whose answer is true for a right one."""
        return {}

    def passes(self, item: Item) -> Passes:
        used, needed = frozenset(self.used(item)), frozenset(self.needed(item))
        longest, shapes = self.longest, self.shapes()

        def test(value: Any, today: date) -> bool:
            if not isinstance(value, dict) or not needed <= value.keys() <= used:
                return False
            for part, text in value.items():
                # An empty text is looked at more closely: it may stand in place of a part that is needed.
                if not isinstance(text, str) or not 0 < len(text) <= longest[part] or not is_plain(text):
                    return False
                shape = shapes.get(part)
                if shape is not None and not shape(text):
                    return False
            return True

        return test

    def check_part(self, part: str, text: str) -> Iterator[Problem]:
        """Mistakes in one part."""
        yield from text_problems_of(part, text, self.longest[part])

    def schema(self, item: Item) -> dict[str, Json]:
        return {
            "type": "object",
            "properties": {part: self.part_shape(part) for part in self.used(item)},
            "required": list(self.needed(item)),
            "additionalProperties": False,
        }

    def unexpressed(self, item: Item) -> list[str]:
        return ["no_individual_number"]

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield "text", "type"
        yield {self.needed(item)[0]: 5}, "type"


def text_problems_of(part: str, text: str, longest: int) -> Iterator[Problem]:
    """Length and 個人番号 of a part."""
    yield from text_problems(_NOTHING, text, part, longest=longest)


_NOTHING = Item(id="part", type="text")


class NameType(_PartsType):
    """氏名とフリガナ。"""

    parts = ("family", "given", "family_kana", "given_kana")
    longest: ClassVar[dict[str, int]] = dict.fromkeys(parts, 50)

    def used(self, item: Item) -> tuple[str, ...]:
        return self.parts if item.kana else self.parts[:2]

    def needed(self, item: Item) -> tuple[str, ...]:
        return self.used(item)

    def normalise(self, part: str, text: str) -> str:
        return kana(text) if part.endswith("_kana") else text

    def part_shape(self, part: str) -> dict[str, Json]:
        shape = super().part_shape(part)
        return {**shape, "pattern": f"^{KANA}$"} if part.endswith("_kana") else shape

    def shapes(self) -> dict[str, Callable[[str], object]]:
        return dict.fromkeys(self.parts[2:], whole(KANA).match)

    def check_part(self, part: str, text: str) -> Iterator[Problem]:
        found = list(super().check_part(part, text))
        yield from found
        if not found and part.endswith("_kana") and not whole(KANA).match(text):
            yield Problem("pattern", part, {"hint": _("カタカナで書いてください。")})

    def show(self, item: Item, value: Any) -> str:
        if not isinstance(value, dict):
            return str(value)
        name = " ".join(str(value[part]) for part in self.parts[:2] if value.get(part))
        reading = " ".join(str(value[part]) for part in self.parts[2:] if value.get(part))
        return f"{name}（{reading}）" if reading else name

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        stored = value if isinstance(value, dict) else {}
        labels = {
            "family": _("姓"), "given": _("名"), "family_kana": _("セイ（フリガナ）"), "given_kana": _("メイ（フリガナ）"),
        }  # fmt: skip
        # HTML has no token for readings; giving the name's token would fill kanji into them.
        tokens = {"family": "family-name", "given": "given-name"}
        return [
            make_input(
                name,
                part,
                label=labels[part],
                value=raw_or(get, part, str(stored.get(part) or "")),
                autocomplete=tokens.get(part, ""),
                width="medium",
            )
            for part in self.used(item)
        ]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        (family, family_kana), (given, given_kana) = rng.choice(samples.FAMILY), rng.choice(samples.GIVEN)
        made = {"family": family, "given": given, "family_kana": family_kana, "given_kana": given_kana}
        return {part: made[part] for part in self.used(item)}

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield from super().faults(item)
        yield (
            {"family": "山" * 51, "given": "太郎", "family_kana": "ヤマ", "given_kana": "タロウ"},
            ("too_long" if item.kana else "type"),
        )
        if item.kana:
            yield {"family": "山", "given": "太郎", "family_kana": "yama", "given_kana": "タロウ"}, "pattern"


class PostalAddressType(_PartsType):
    """郵便番号と住所。Town may be empty: some villages have house numbers only."""

    parts = ("postal_code", "prefecture", "city", "town", "street", "building")
    longest: ClassVar[dict[str, int]] = {
        "postal_code": 7, "prefecture": 4, "city": 50, "town": 100, "street": 100, "building": 100,
    }  # fmt: skip

    def needed(self, item: Item) -> tuple[str, ...]:
        return ("postal_code", "prefecture", "city", "street")

    def normalise(self, part: str, text: str) -> str:
        return ascii_text(text).replace("-", "").replace("〒", "") if part == "postal_code" else text

    def part_shape(self, part: str) -> dict[str, Json]:
        if part == "postal_code":
            return {"type": "string", "maxLength": 7, "pattern": f"^{POSTAL_CODE}$"}
        if part == "prefecture":
            return {"type": "string", "enum": list(PREFECTURES)}
        return super().part_shape(part)

    def shapes(self) -> dict[str, Callable[[str], object]]:
        return {"postal_code": whole(POSTAL_CODE).match, "prefecture": frozenset(PREFECTURES).__contains__}

    def check_part(self, part: str, text: str) -> Iterator[Problem]:
        if part == "postal_code":
            if not whole(POSTAL_CODE).match(text):
                yield Problem("pattern", part, {"hint": _("数字7けたで書いてください。")})
        elif part == "prefecture":
            if text not in PREFECTURES:
                yield Problem("not_option", part)
        else:
            yield from super().check_part(part, text)

    def show(self, item: Item, value: Any) -> str:
        if not isinstance(value, dict):
            return str(value)
        given = {part: str(value.get(part) or "") for part in self.parts}
        code = given["postal_code"]
        head = f"〒{code[:3]}-{code[3:]} " if code else ""
        place = given["prefecture"] + given["city"] + given["town"] + given["street"]
        return f"{head}{place}{' ' + given['building'] if given['building'] else ''}"

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        stored = value if isinstance(value, dict) else {}

        def text(part: str) -> str:
            return raw_or(get, part, str(stored.get(part) or ""))

        prefecture = text("prefecture")
        base = make_input(name, "prefecture")
        options = [OptionView(f"{base.id}-0", "", _("選んでください"))]
        options += [
            OptionView(f"{base.id}-{index}", one, one, one == prefecture)
            for index, one in enumerate(PREFECTURES, start=1)
        ]
        return [
            make_input(
                name, "postal_code", label=_("郵便番号"), value=text("postal_code"), autocomplete="postal-code",
                inputmode="numeric", width="short",
                fills=" ".join(f"{part}:{html_id(f'{name}.{part}')}" for part in ("prefecture", "city", "town")),
            ),
            make_input(
                name, "prefecture", "select", label=_("都道府県"), autocomplete="address-level1",
                options=tuple(options), width="short",
            ),
            make_input(name, "city", label=_("市区町村"), value=text("city"), autocomplete="address-level2"),
            make_input(name, "town", label=_("町名・大字"), value=text("town"), autocomplete="address-level3"),
            make_input(name, "street", label=_("番地"), value=text("street"), autocomplete="address-line1"),
            make_input(
                name, "building", label=_("建物名・部屋番号"), value=text("building"), autocomplete="address-line2"
            ),
        ]  # fmt: skip

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        code, prefecture, city, town = rng.choice(samples.PLACES)
        made = {"postal_code": code, "prefecture": prefecture, "city": city, "town": town}
        made["street"] = f"{rng.randint(1, 9999)}番地{rng.choice(('', f'の{rng.randint(1, 30)}'))}"
        building = rng.choice(samples.BUILDINGS)
        return {**made, "building": building} if building else made

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield from super().faults(item)
        good = {"postal_code": "5140006", "prefecture": "三重県", "city": "津市", "street": "13番地"}
        yield {**good, "postal_code": "514-0006"}, "pattern"
        yield {**good, "prefecture": "三重"}, "not_option"
        yield {**good, "street": "番" * 101}, "too_long"

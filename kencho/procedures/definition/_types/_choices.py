"""Types whose answer is picked, not written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kencho.procedures.definition._model import Item, Json, html_id
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
)


def option_views(name: str, pairs: list[tuple[str, str]], chosen: set[str]) -> tuple[OptionView, ...]:
    """Radio or checkbox entries; the first has the id of the item, so that the error summary can link to it."""
    return tuple(
        OptionView(html_id(name) if index == 0 else f"{html_id(name)}-{index}", value, label, value in chosen)
        for index, (value, label) in enumerate(pairs)
    )


def _pairs(item: Item) -> list[tuple[str, str]]:
    return [(one.value, one.text()) for one in item.options]


class ChoiceType(ItemType):
    """One of several, as radio buttons."""

    layout = "fieldset"
    kind = "radio"

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        return Read(last(get) or None)

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("type")
        elif all(value != one.value for one in item.options):
            yield Problem("not_option")

    def passes(self, item: Item) -> Passes:
        known = frozenset(one.value for one in item.options)
        return lambda value, today: isinstance(value, str) and value in known

    def schema(self, item: Item) -> dict[str, Json]:
        return {"type": "string", "enum": [one.value for one in item.options]}

    def show(self, item: Item, value: Any) -> str:
        return next((one.text() for one in item.options if one.value == value), str(value))

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        chosen = set(get("")[-1:]) if get is not None else {str(value)}
        return [make_input(name, kind=self.kind, options=option_views(name, _pairs(item), chosen))]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        return rng.choice(item.options).value

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield 1, "type"
        yield "no such option", "not_option"


class SelectType(ChoiceType):
    """One of many, as a list."""

    layout = "single"

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        chosen = set(get("")[-1:]) if get is not None else {str(value) if value is not None else ""}
        pairs = [("", _("選んでください")), *_pairs(item)]
        return [make_input(name, kind="select", options=option_views(name, pairs, chosen))]


class ChoicesType(ItemType):
    """Several of several, as checkboxes; stored in the order of the definition."""

    layout = "fieldset"

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        posted = [one for one in get("") if one]
        known = [one.value for one in item.options if one.value in posted]
        wrong = any(all(value != one.value for one in item.options) for value in posted)
        return Read(known or None, (Problem("not_option"),) if wrong else ())

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            yield Problem("type")
            return
        known = {one.value for one in item.options}
        if not known.issuperset(value):
            yield Problem("not_option")
        if len(set(value)) != len(value):
            yield Problem("repeated")
        low, high = self.bounds(item)
        if len(value) < low:
            yield Problem("too_few", "", {"limit": str(low)})
        elif len(value) > high:
            yield Problem("too_many", "", {"limit": str(high)})

    def passes(self, item: Item) -> Passes:
        known, (low, high) = frozenset(one.value for one in item.options), self.bounds(item)

        def test(value: Any, today: date) -> bool:
            if not isinstance(value, list) or not low <= len(value) <= high:
                return False
            return all(isinstance(one, str) for one in value) and len(known.intersection(value)) == len(value)

        return test

    def bounds(self, item: Item) -> tuple[int, int]:
        """Fewest and most that may be picked."""
        return max(1, int(item.min or 1)), int(item.max) if item.max is not None else len(item.options)

    def schema(self, item: Item) -> dict[str, Json]:
        low, high = self.bounds(item)
        return {
            "type": "array",
            "items": {"type": "string", "enum": [one.value for one in item.options]},
            "uniqueItems": True,
            "minItems": low,
            "maxItems": high,
        }

    def show(self, item: Item, value: Any) -> str:
        if not isinstance(value, list):
            return str(value)
        return "、".join(one.text() for one in item.options if one.value in value)

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        picked = get("") if get is not None else value
        chosen = {one for one in picked if isinstance(one, str)} if isinstance(picked, list) else set()
        return [make_input(name, kind="checkbox", options=option_views(name, _pairs(item), chosen))]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        low, high = self.bounds(item)
        count = rng.randint(low, high)
        picked = set(rng.sample(range(len(item.options)), count))
        return [one.value for index, one in enumerate(item.options) if index in picked]

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield "text", "type"
        yield ["no such option"], "not_option"


class YesNoType(ItemType):
    """はい or いいえ."""

    layout = "fieldset"

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        text = last(get)
        if text in {"yes", "no"}:
            return Read(text == "yes")
        return Read(None, (Problem("not_option"),) if text else ())

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield Problem("type")

    def passes(self, item: Item) -> Passes:
        return lambda value, today: isinstance(value, bool)

    def schema(self, item: Item) -> dict[str, Json]:
        return {"type": "boolean"}

    def show(self, item: Item, value: Any) -> str:
        return _("はい") if value is True else _("いいえ")

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        stored = "yes" if value is True else "no" if value is False else ""
        chosen = set(get("")[-1:]) if get is not None else {stored}
        pairs = [("yes", _("はい")), ("no", _("いいえ"))]
        return [make_input(name, kind="radio", options=option_views(name, pairs, chosen))]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        return rng.random() < 0.5

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield "yes", "type"


class ConsentType(ItemType):
    """A tick that says "I have read this and agree"; there is no answer other than yes."""

    layout = "consent"

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        return Read(True if last(get) == "yes" else None)

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if value is not True:
            yield Problem("type")

    def passes(self, item: Item) -> Passes:
        return lambda value, today: value is True

    def schema(self, item: Item) -> dict[str, Json]:
        return {"const": True}

    def show(self, item: Item, value: Any) -> str:
        return _("同意します")

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        ticked = get("")[-1:] == ["yes"] if get is not None else value is True
        options = option_views(name, [("yes", _("はい、同意します"))], {"yes"} if ticked else set())
        return [make_input(name, kind="checkbox", options=options)]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        return True

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield False, "type"

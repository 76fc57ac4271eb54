"""Types whose answer is one text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from kencho.procedures.definition import _samples as samples
from kencho.procedures.definition._model import Item, Json
from kencho.procedures.definition._text import ascii_text, is_plain, legal_entity_check_digit, whole
from kencho.procedures.definition._types._base import (
    Inputs,
    InputView,
    ItemType,
    Passes,
    Problem,
    Read,
    last,
    make_input,
    raw_or,
    text_problems,
)

TELEPHONE = r"(?:0(?:-?[0-9]){9,10}|\+[1-9](?:-?[0-9]){6,14})"
EMAIL = (
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?){1,8}"
)
LEGAL_ENTITY = r"[1-9][0-9]{12}"


class TextType(ItemType):
    """One line of free text."""

    default_length = 100
    lines = False

    def limit(self, item: Item) -> int:
        """Longest text allowed, in characters."""
        return item.max_length if item.max_length is not None else self.default_length

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        return Read(last(get, lines=self.lines) or None)

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("type")
            return
        yield from text_problems(item, value, longest=self.limit(item))
        if item.min_length is not None and len(value) < item.min_length:
            yield Problem("too_short", "", {"limit": str(item.min_length)})
        if item.pattern and not whole(item.pattern).match(value):
            yield Problem("pattern", "", {"hint": item.pattern_message})

    def passes(self, item: Item) -> Passes:
        low, high = item.min_length or 0, self.limit(item)
        fits = whole(item.pattern).match if item.pattern else None

        def test(value: Any, today: date) -> bool:
            return (
                isinstance(value, str)
                and low <= len(value) <= high
                and is_plain(value)
                and (fits is None or fits(value) is not None)
            )

        return test

    def schema(self, item: Item) -> dict[str, Json]:
        made: dict[str, Json] = {
            "type": "string",
            "minLength": max(1, item.min_length or 1),
            "maxLength": self.limit(item),
        }
        if item.pattern:
            made["pattern"] = f"^(?:{item.pattern})$"
        return made

    def unexpressed(self, item: Item) -> list[str]:
        return ["no_individual_number"]

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        text = raw_or(get, "", value if isinstance(value, str) else "")
        return [make_input(name, value=text, maxlength=None, width=_width(self.limit(item)))]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        if item.pattern or item.example:
            return item.example
        low, high = item.min_length or 1, self.limit(item)
        text = samples.phrase(rng, item.label)
        while len(text) < low:
            text += samples.phrase(rng, item.label)
        return text[:high]

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield 5, "type"
        yield "あ" * (self.limit(item) + 1), "too_long"
        yield (
            "番号は1234 5678 9018です"[: self.limit(item)] if self.limit(item) >= 20 else 7,
            ("individual_number" if self.limit(item) >= 20 else "type"),
        )


class TextAreaType(TextType):
    """Several lines of free text."""

    default_length = 2000
    lines = True

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        text = raw_or(get, "", value if isinstance(value, str) else "")
        return [make_input(name, kind="textarea", value=text, rows=item.rows)]


class OrganizationNameType(TextType):
    """Name of a company or body."""

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        text = raw_or(get, "", value if isinstance(value, str) else "")
        return [make_input(name, value=text, autocomplete="organization")]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        return samples.organization(rng)[: self.limit(item)]


class _PatternType(ItemType):
    """A text in ASCII with a fixed shape."""

    form = ""
    longest = 20
    example = ""
    wrong = ""

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        return Read(self.normalise(last(get)) or None)

    def normalise(self, text: str) -> str:
        """The text as stored."""
        return ascii_text(text)

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("type")
        elif len(value) > self.longest:
            yield Problem("too_long", "", {"limit": str(self.longest)})
        elif not whole(self.form).match(value):
            yield Problem("pattern", "", {"hint": f"（例 {self.example}）"})

    def passes(self, item: Item) -> Passes | None:
        longest, fits = self.longest, whole(self.form).match

        def test(value: Any, today: date) -> bool:
            return isinstance(value, str) and len(value) <= longest and fits(value) is not None

        return test

    def schema(self, item: Item) -> dict[str, Json]:
        return {"type": "string", "maxLength": self.longest, "pattern": f"^{self.form}$"}

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield 5, "type"
        yield self.wrong, "pattern"
        yield "1" * (self.longest + 1), "too_long"


class TelephoneType(_PatternType):
    """Telephone number; hyphens are kept where they were typed."""

    form = TELEPHONE
    longest = 32
    example = "059-224-2070"
    wrong = "12345"

    def normalise(self, text: str) -> str:
        return ascii_text(text).replace("(", "-").replace(")", "-").replace("--", "-").strip("-")

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        text = raw_or(get, "", value if isinstance(value, str) else "")
        return [make_input(name, type="tel", value=text, autocomplete="tel", inputmode="tel", width="medium")]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        return samples.telephone(rng)


class EmailType(_PatternType):
    """E-mail address."""

    form = EMAIL
    longest = 254
    example = "taro@example.jp"
    wrong = "taro@"

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        text = raw_or(get, "", value if isinstance(value, str) else "")
        return [make_input(name, type="email", value=text, autocomplete="email", inputmode="email")]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        return f"{rng.choice(samples.MAIL_NAMES)}{rng.randrange(1000)}@example.jp"


class LegalEntityNumberType(_PatternType):
    """法人番号: thirteen digits, the first of which is the check digit."""

    form = LEGAL_ENTITY
    longest = 13
    example = "5000020240001"
    wrong = "0123"

    def normalise(self, text: str) -> str:
        return ascii_text(text).replace("-", "")

    def passes(self, item: Item) -> Passes | None:
        return None

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        found = list(super().check(item, value, today))
        yield from found
        if not found and int(value[0]) != legal_entity_check_digit(value[1:]):
            yield Problem("check_digit")

    def unexpressed(self, item: Item) -> list[str]:
        return ["check_digit"]

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        text = raw_or(get, "", value if isinstance(value, str) else "")
        return [make_input(name, value=text, inputmode="numeric", width="medium")]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        body = f"{rng.randrange(10**12):012d}"
        return f"{legal_entity_check_digit(body)}{body}"

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield from super().faults(item)
        yield "1000020240001", "check_digit"


def _width(limit: int) -> str:
    return "short" if limit <= 10 else "medium" if limit <= 30 else ""

"""Types whose answer is a number. Decimals are stored as text, so no digit is lost in a float."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from kencho.procedures.definition._expressions import number
from kencho.procedures.definition._model import Item, Json
from kencho.procedures.definition._text import ascii_text
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
)

# Larger whole numbers are not exact in the JSON of other programs (RFC 8259, section 6).
LARGEST = 2**53 - 1


class IntegerType(ItemType):
    """A whole number."""

    low = -LARGEST
    unit = ""

    def bounds(self, item: Item) -> tuple[int, int]:
        """Smallest and largest value allowed."""
        low = self.low if item.min is None else max(self.low, int(item.min))
        return low, LARGEST if item.max is None else min(LARGEST, int(item.max))

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        text = re.sub(r"[,、円¥\\]", "", ascii_text(last(get)))
        if not text:
            return Read()
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            return Read(None, (Problem("not_number"),))
        return Read(int(text))

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem("type")
            return
        low, high = self.bounds(item)
        if value < low:
            yield Problem("too_small", "", {"limit": f"{low:,}{self.unit_of(item)}"})
        elif value > high:
            yield Problem("too_large", "", {"limit": f"{high:,}{self.unit_of(item)}"})

    def passes(self, item: Item) -> Passes | None:
        low, high = self.bounds(item)

        def test(value: Any, today: date) -> bool:
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

        return test

    def unit_of(self, item: Item) -> str:
        """円 for money, else what the definition says."""
        return item.unit or self.unit

    def schema(self, item: Item) -> dict[str, Json]:
        low, high = self.bounds(item)
        return {"type": "integer", "minimum": low, "maximum": high}

    def show(self, item: Item, value: Any) -> str:
        return f"{value:,}{self.unit_of(item)}" if isinstance(value, int) else str(value)

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        text = raw_or(get, "", "" if value is None else str(value))
        return [make_input(name, value=text, inputmode="numeric", width="medium", suffix=self.unit_of(item))]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        low, high = self.bounds(item)
        low = max(low, 1) if high >= 1 else low
        return rng.randint(low, min(high, low + 200))

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        low, high = self.bounds(item)
        yield "12", "type"
        yield low - 1, "too_small"
        yield high + 1, "too_large"


class MoneyType(IntegerType):
    """An amount in yen, not below zero unless the definition allows it."""

    unit = "円"

    def bounds(self, item: Item) -> tuple[int, int]:
        low, high = super().bounds(item)
        return (max(low, 0) if item.min is None else low), high

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        low, high = self.bounds(item)
        return min(high, low + rng.randint(1, 300) * 1000)


class DecimalType(ItemType):
    """A number with decimal places, stored as text such as "12.50"."""

    def form(self, item: Item) -> str:
        """Pattern of the stored text."""
        tail = rf"(?:\.[0-9]{{1,{item.places}}})?" if item.places else ""
        return rf"-?(?:0|[1-9][0-9]{{0,14}}){tail}"

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        text = ascii_text(last(get)).replace(",", "").replace("。", ".")
        if not text:
            return Read()
        if not re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?", text):
            return Read(None, (Problem("not_number"),))
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        whole_part, dot, rest = digits.partition(".")
        return Read(f"{sign}{whole_part.lstrip('0') or '0'}{dot}{rest}")

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("type")
            return
        if not re.fullmatch(self.form(item), value):
            yield Problem("pattern", "", {"hint": f"（小数点以下{item.places}けたまで）"})
            return
        amount, low, high = Decimal(value), number(item.min), number(item.max)
        if low is not None and amount < low:
            yield Problem("too_small", "", {"limit": f"{low}{item.unit}"})
        elif high is not None and amount > high:
            yield Problem("too_large", "", {"limit": f"{high}{item.unit}"})

    def schema(self, item: Item) -> dict[str, Json]:
        return {"type": "string", "pattern": f"^{self.form(item)}$"}

    def unexpressed(self, item: Item) -> list[str]:
        return ["range"] if item.min is not None or item.max is not None else []

    def show(self, item: Item, value: Any) -> str:
        return f"{value}{item.unit}"

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        text = raw_or(get, "", value if isinstance(value, str) else "")
        return [make_input(name, value=text, inputmode="decimal", width="medium", suffix=item.unit)]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        low = number(item.min) or Decimal(0)
        high = number(item.max)
        step = Decimal(1).scaleb(-item.places)
        span = (high - low) if high is not None else Decimal(100)
        value = low + step * rng.randint(0, min(int(span / step), 10**6))
        return f"{value:.{item.places}f}" if item.places else str(int(value))

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield 12, "type"
        yield "1e5", "pattern"

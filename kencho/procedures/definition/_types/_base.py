"""What every item type can do: read a browser's input, check a value, describe it, show it, make examples."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kencho.procedures.definition._expressions import is_empty
from kencho.procedures.definition._model import Item, Json, Text, html_id
from kencho.procedures.definition._text import clean, holds_control, holds_individual_number


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in one value; the words come from the item's label and the code."""

    code: str
    part: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from a browser: the typed value (None when blank) and what could not be read."""

    value: Any = None
    problems: tuple[Problem, ...] = ()


# (a stored, non-empty value of any JSON kind, the day) -> whether it is surely right
Passes = Callable[[Any, date], bool]
# part name -> the texts posted for it
Inputs = Callable[[str], list[str]]


def last(get: Inputs, part: str = "", *, lines: bool = False) -> str:
    """The posted text of a part, cleaned; of several the last, as Django does."""
    found = get(part)
    return clean(found[-1], lines=lines) if found else ""


@dataclass(frozen=True, slots=True)
class OptionView:
    """One radio, checkbox or select entry."""

    id: str
    value: str
    label: str
    checked: bool = False


@dataclass(frozen=True, slots=True)
class InputView:
    """One control of a page. `kind`: text, textarea, radio, checkbox, select, file."""

    name: str
    id: str
    kind: str
    label: Text = ""
    type: str = "text"
    value: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    maxlength: int | None = None
    options: tuple[OptionView, ...] = ()
    rows: int = 0
    described_by: str = ""
    error: Text = ""
    required: bool = False
    width: str = ""
    suffix: Text = ""
    # Where a postal code puts the parts of its place: "prefecture:<id> city:<id> …".
    fills: str = ""

    @property
    def invalid(self) -> bool:
        """Whether the control shows an error of its own."""
        return bool(self.error)


def make_input(name: str, part: str = "", kind: str = "text", **more: Any) -> InputView:
    """An input of the item `name`, for one of its parts."""
    full = f"{name}.{part}" if part else name
    return InputView(name=full, id=html_id(full), kind=kind, **more)


def raw_or(get: Inputs | None, part: str, stored: str) -> str:
    """What stands in a control: the text just posted, else the stored answer."""
    if get is not None:
        found = get(part)
        return found[-1] if found else ""
    return stored


class ItemType:
    """Behaviour of one type of item. Stateless; one instance serves all."""

    # How the page wraps it: single (label + control), fieldset (legend + controls) or one of its own.
    layout = "single"
    # Headings and notes hold no answer.
    holds_value = True
    # Parts of an object-valued answer.
    parts: tuple[str, ...] = ()

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        """Typed value from what the browser posted. Never raises."""
        raise NotImplementedError

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        """Mistakes in a stored, non-empty value of any JSON kind."""
        raise NotImplementedError

    def passes(self, item: Item) -> Passes | None:
        """A test made for this item once: true only for values in which ``check`` and ``missing`` find nothing.

        It may be false for a right value that is out of the ordinary. Nearly all answers are right, and asking this
        first costs a tenth of collecting problems. None for a type without such a test.
        """
        return None

    def missing(self, item: Item, value: Any) -> Iterator[Problem]:
        """Parts that an answer lacks; for plain values, the whole."""
        if is_empty(value):
            yield Problem("required", self.first_part(item))

    def needed(self, item: Item) -> tuple[str, ...]:
        """Parts without which the answer is incomplete; empty when all are needed."""
        return ()

    def first_part(self, item: Item) -> str:
        """The part whose control takes the focus when the whole answer is missing."""
        return ""

    def schema(self, item: Item) -> dict[str, Json]:
        """The value as JSON Schema 2020-12."""
        raise NotImplementedError

    def unexpressed(self, item: Item) -> list[str]:
        """Names of the rules of this item that JSON Schema cannot say."""
        return []

    def show(self, item: Item, value: Any) -> str:
        """The value for people, one or more lines."""
        return str(value)

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        """The controls, filled from the posted text or else from the stored value."""
        raise NotImplementedError

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        """A plausible valid value; made-up people only."""
        raise NotImplementedError

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        """Wrong values with the code that they must give."""
        yield {"unexpected": True}, "type"


def text_problems(item: Item, value: str, part: str = "", *, longest: int | None = None) -> Iterator[Problem]:
    """Length and 個人番号 of a free text. A text with such a number is refused whatever else is right."""
    if holds_control(value):
        yield Problem("type", part)
    limit = longest if longest is not None else item.max_length
    if limit is not None and len(value) > limit:
        yield Problem("too_long", part, {"limit": str(limit)})
    if holds_individual_number(value):
        yield Problem("individual_number", part)

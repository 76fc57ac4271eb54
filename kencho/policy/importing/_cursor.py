"""A place in a YAML document that knows its own name, so that every complaint can name the cell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kencho.policy.importing._errors import Wrong

LARGEST = 2**63 - 1
"""Of whole numbers, what the database takes."""

MAX_DIGITS = 20
"""Before or after the point: "1e999999999" is short to write, and printed it fills the memory."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A value of the document and the way to it."""

    value: Any
    cell: str = ""

    def _at(self, key: str) -> str:
        return f"{self.cell}.{key}" if self.cell else key

    def wrong(self, code: str, **params: object) -> Wrong:
        """The complaint about this place."""
        return Wrong(self.cell, code, **params)

    @property
    def is_null(self) -> bool:
        """Whether nothing is written here."""
        return self.value is None

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self.mapping().get(key) is not None

    def mapping(self) -> dict[Any, Any]:
        """The value as a mapping."""
        if not isinstance(self.value, dict):
            raise self.wrong("not_a_mapping")
        return self.value

    def get(self, key: Any) -> "Cursor":
        """The place of a key. Raises Wrong when it is not there."""
        found = self.mapping()
        if key not in found:
            raise Wrong(self._at(str(key)), "missing")
        return Cursor(found[key], self._at(str(key)))

    def opt(self, key: Any) -> "Cursor | None":
        """The place of a key, None when it is absent or empty."""
        found = self.mapping().get(key)
        return None if found is None else Cursor(found, self._at(str(key)))

    def names(self) -> list[Any]:
        """The keys of a mapping."""
        return list(self.mapping())

    def items(self) -> Iterator["Cursor"]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("not_a_list")
        for index, each in enumerate(self.value):
            yield Cursor(each, f"{self.cell}[{index}]")

    def entries(self, key: str) -> list["Cursor"]:
        """The entries under a key; none when the key is absent."""
        found = self.opt(key)
        return [] if found is None else [*found.items()]

    def text(self) -> str:
        """The value as text."""
        if not isinstance(self.value, str):
            raise self.wrong("not_text")
        return self.value

    def integer(self) -> int:
        """The value as an integer."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or abs(self.value) > LARGEST:
            raise Wrong(self.cell, "not_an_integer")
        return self.value

    def decimal(self) -> Decimal:
        """The value as an exact number: a text, for a bare number of YAML would pass through float."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return Decimal(self.integer())
        try:
            number = Decimal(self.value) if isinstance(self.value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
            raise self.wrong("not_a_decimal")
        return number

    def flag(self) -> bool:
        """The value as true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("not_true_false")
        return self.value

    def day(self) -> date:
        """The value as a date."""
        if isinstance(self.value, date):
            return self.value
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.wrong("not_a_date") from None

    def word(self, words: Iterable[str]) -> str:
        """The value if it is one of the words."""
        known = [str(each) for each in words]
        if self.value not in known:
            raise self.wrong("word", value=self.value, words=", ".join(known))
        return str(self.value)

    def text_at(self, key: str, otherwise: str = "") -> str:
        """The text under a key, or another when the key is absent."""
        found = self.opt(key)
        return otherwise if found is None else found.text()

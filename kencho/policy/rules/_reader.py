"""Reads a profile's keys one by one; every refusal names the key."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from kencho.policy.rules._errors import RuleError

W = TypeVar("W", bound=StrEnum)


def mapping_of(value: object, cell: str) -> dict[str, object]:
    """The value as a mapping whose keys are text (YAML reads the key 7 as a number)."""
    if not isinstance(value, Mapping):
        raise RuleError("not_a_mapping", cell)
    return {str(key): entry for key, entry in value.items()}


class Reader:
    """The keys of one profile. What nobody asked for by the end is refused."""

    def __init__(self, code: str, raw: Mapping[str, object]) -> None:
        self._code = code
        self._left = dict(raw)

    def cell(self, *path: str) -> str:
        """mie-2020.bands.B"""
        return ".".join((self._code, *path))

    def finish(self) -> None:
        """Refuses the first key that was not read."""
        for key in self._left:
            raise RuleError("key_unknown", self.cell(key))

    def text(self, key: str) -> str:
        """A text that must be there; it may be empty (an empty mark prints nothing)."""
        if key not in self._left:
            raise RuleError("key_missing", self.cell(key))
        return self.to_text(self._left.pop(key), self.cell(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; none when the key is absent."""
        value = self._left.pop(key, [])
        if not isinstance(value, list):
            raise RuleError("not_a_list", self.cell(key))
        return tuple(self.to_text(entry, self.cell(key)) for entry in value)

    def flag(self, key: str, *, otherwise: bool) -> bool:
        """true or false."""
        value = self._left.pop(key, otherwise)
        if not isinstance(value, bool):
            raise RuleError("not_a_flag", self.cell(key))
        return value

    def whole(self, key: str, otherwise: int) -> int:
        """An integer from 0."""
        value = self._left.pop(key, otherwise)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise RuleError("not_an_integer", self.cell(key))
        return value

    def decimal(self, key: str) -> Decimal | None:
        """A quoted number; `None` when the key is absent."""
        if key not in self._left:
            return None
        return self.to_decimal(self._left.pop(key), self.cell(key))

    def mapping(self, key: str) -> dict[str, object]:
        """A mapping; empty when the key is absent."""
        return mapping_of(self._left.pop(key, {}), self.cell(key))

    def word(self, key: str, words: type[W], otherwise: W | None = None) -> W:
        """One of the words; without `otherwise` the key must be there."""
        if key not in self._left and otherwise is not None:
            return otherwise
        return self.to_word(self.text(key), words, self.cell(key))

    @staticmethod
    def to_text(value: object, cell: str) -> str:
        """The value if it is a text."""
        if not isinstance(value, str):
            raise RuleError("not_text", cell)
        return value

    @staticmethod
    def to_decimal(value: object, cell: str) -> Decimal:
        """The value if it is a text that holds a finite number. A bare YAML number would pass through float."""
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise RuleError("not_a_decimal_text", cell)
        return number

    @staticmethod
    def to_word(value: object, words: type[W], cell: str) -> W:
        """The value if it is one of the words."""
        if value not in set(words):
            raise RuleError("word_unknown", cell, word=value, words=", ".join(words))
        return words(str(value))

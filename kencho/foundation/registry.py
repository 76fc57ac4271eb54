"""Typed registries: apps declare what they offer (navigation, search, datasets), others only iterate.

Indicators have a file of their own, `kencho.foundation.indicators`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.http import HttpRequest
from django.utils.functional import Promise

T = TypeVar("T")
# Words that people read: translated when shown.
Text = str | Promise


class AlreadyRegistered(Exception):
    """Two declarations share one key."""


class Registry(Generic[T]):
    """Declared things by key; a key is taken once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}

    def register(self, key: str, item: T) -> T:
        """Add one declaration; raises AlreadyRegistered."""
        if key in self._items:
            raise AlreadyRegistered(f"{self.name}: {key}")
        self._items[key] = item
        return item

    def get(self, key: str) -> T:
        """The declaration of this key; raises KeyError."""
        return self._items[key]

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def keys(self) -> list[str]:
        """All keys in the order of declaration."""
        return list(self._items)

    @contextmanager
    def override(self, **items: T) -> Iterator[None]:
        """Temporarily hold exactly these items (tests only)."""
        kept, self._items = self._items, dict(items)
        try:
            yield
        finally:
            self._items = kept


@dataclass(frozen=True)
class NavigationItem:
    """One line of the staff desk's navigation."""

    code: str
    label: Text
    url_name: str
    section: Text
    order: int = 100
    visible: Callable[[HttpRequest], bool] = field(default=lambda request: True)
    count: Callable[[HttpRequest], int | None] | None = None
    icon: str = ""


@dataclass(frozen=True)
class SearchHit:
    """One result of the search box."""

    title: Text
    url: str
    kind: Text
    note: Text = ""
    at: datetime | None = None


@dataclass(frozen=True)
class SearchSource:
    """Something that the search box of the staff desk can look through, as far as the asker may see it."""

    code: str
    label: Text
    find: Callable[[HttpRequest, str, int], list[SearchHit]]


@dataclass(frozen=True)
class DatasetSpec:
    """A table without personal data that an app offers as open data."""

    code: str
    title: Text
    columns: tuple[str, ...]
    rows: Callable[[str], Iterator[tuple[Any, ...]]]


navigation: Registry[NavigationItem] = Registry("navigation")
search: Registry[SearchSource] = Registry("search")
datasets: Registry[DatasetSpec] = Registry("datasets")

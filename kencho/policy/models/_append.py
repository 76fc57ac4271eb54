"""Rows that are only added: history that nobody changes."""

from typing import Any

from django.db import models


class AppendOnlyError(Exception):
    """An attempt to change or delete a row of the history."""


class AppendOnly(models.Model):
    """A row that is written once. What replaces it is a new row."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a second save is refused."""
        if not self._state.adding:
            raise AppendOnlyError(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise AppendOnlyError(type(self).__name__)

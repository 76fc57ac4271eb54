"""Refusals: why a service does not do what it was asked, as a code for programs and a sentence for people."""

from typing import Generic, TypeVar

from django.db.models import TextChoices

R = TypeVar("R", bound=TextChoices)


class Refusal(Exception, Generic[R]):
    """Base of the ``UnableTo`` of an app, whose reasons are the choices ``R``; ``detail`` says of what."""

    def __init__(self, reason: R, detail: str = "") -> None:
        super().__init__(reason.value, detail)
        self.reason = reason
        self.detail = detail

    @property
    def message(self) -> str:
        """One sentence for the user."""
        return f"{self.reason.label}（{self.detail}）" if self.detail else str(self.reason.label)

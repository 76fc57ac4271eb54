"""The parts of a questionnaire."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_TEXT: Final = 400
"""Characters of one free text. Every ballot is padded to the longest possible, so that its length tells nothing."""

MAX_TEXT_TOTAL: Final = 600
"""Characters of all free texts together: an unfinished answer must fit into one cookie."""


class Kind(models.TextChoices):
    """Kinds of questions."""

    SINGLE = "single", _("一つ選ぶ")
    MULTI = "multi", _("いくつでも選ぶ")
    SCALE = "scale", _("段階で答える")
    TEXT = "text", _("自由記述")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the code is stored, the label is read."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask only those who chose one of these options of an earlier question."""

    question: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``positive`` are the options that count as 肯定的 in the share (rule BIND)."""

    code: str
    kind: Kind
    text: str
    hint: str = ""
    page: int = 1
    required: bool = True
    options: tuple[Option, ...] = ()
    positive: tuple[str, ...] = ()
    when: Condition | None = None
    max_length: int = MAX_TEXT

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its options."""
        return tuple(option.code for option in self.options)

    @property
    def is_text(self) -> bool:
        """Whether it is answered in words."""
        return self.kind == Kind.TEXT

    def label_of(self, code: str) -> str:
        """The words of an option; the code itself when it has none."""
        return next((option.label for option in self.options if option.code == code), code)

    def as_data(self) -> dict[str, Any]:
        """Plain values, in the order in which people write them; what is usual is left out."""
        data: dict[str, Any] = {"code": self.code, "kind": self.kind.value, "text": self.text}
        if self.hint:
            data["hint"] = self.hint
        if self.page != 1:
            data["page"] = self.page
        if not self.required:
            data["required"] = False
        if self.options:
            data["options"] = [{"code": option.code, "label": option.label} for option in self.options]
        if self.positive:
            data["positive"] = list(self.positive)
        if self.when is not None:
            data["when"] = {"question": self.when.question, "any_of": list(self.when.any_of)}
        if self.is_text and self.max_length != MAX_TEXT:
            data["max_length"] = self.max_length
        return data


Questions = tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole questionnaire: a few words at its beginning, and the questions in their order."""

    title: str
    intro: str = ""
    questions: Questions = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """The numbers of its pages in order."""
        return tuple(sorted({question.page for question in self.questions}))

    @property
    def closed(self) -> Questions:
        """The questions that are counted: all but free texts."""
        return tuple(question for question in self.questions if not question.is_text)

    @property
    def texts(self) -> Questions:
        """The free texts."""
        return tuple(question for question in self.questions if question.is_text)

    def get(self, code: str) -> Question | None:
        """The question of this code."""
        return next((question for question in self.questions if question.code == code), None)

    def as_data(self) -> dict[str, Any]:
        """Plain values."""
        data: dict[str, Any] = {"title": self.title}
        if self.intro:
            data["intro"] = self.intro
        data["questions"] = [question.as_data() for question in self.questions]
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Definition":
        """The reverse of ``as_data``, for what was checked when it was stored."""
        return cls(
            title=str(data["title"]),
            intro=str(data.get("intro", "")),
            questions=tuple(_question(each) for each in data.get("questions", ())),
        )


def _question(data: Mapping[str, Any]) -> Question:
    when = data.get("when")
    return Question(
        code=str(data["code"]),
        kind=Kind(data["kind"]),
        text=str(data["text"]),
        hint=str(data.get("hint", "")),
        page=int(data.get("page", 1)),
        required=bool(data.get("required", True)),
        options=tuple(Option(str(each["code"]), str(each["label"])) for each in data.get("options", ())),
        positive=tuple(map(str, data.get("positive", ()))),
        when=Condition(str(when["question"]), tuple(map(str, when["any_of"]))) if when else None,
        max_length=int(data.get("max_length", MAX_TEXT)),
    )

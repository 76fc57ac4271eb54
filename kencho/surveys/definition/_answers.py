"""Answers to a questionnaire: what may be answered, and their form in a ballot."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from kencho.surveys.definition._parts import Definition, Question

NO_ANSWER: Final = "no_answer"
"""How an unanswered question is counted (無回答)."""

Answers = dict[str, tuple[str, ...]]
"""By question: the codes that were chosen, or one free text. Unanswered questions are absent."""


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """An answer that cannot be taken."""

    question: str
    message: str


def visible_on(
    definition: Definition, answers: Mapping[str, Iterable[str]], page: int | None = None
) -> list[Question]:
    """The questions that are asked, given the answers so far; of one page or of all."""
    asked: dict[str, Question] = {}
    for question in sorted(definition.questions, key=lambda each: each.page):
        when = question.when
        if when is None or (
            when.question in asked and set(when.any_of) & set(answers.get(when.question, ()))
        ):
            asked[question.code] = question
    return [q for q in definition.questions if q.code in asked and page in (None, q.page)]


def checked(
    definition: Definition, given: Mapping[str, Iterable[str]]
) -> tuple[Answers, list[AnswerProblem]]:
    """What counts of the given answers, and what is wrong. Answers to questions that are not asked are dropped."""
    answers: Answers = {}
    problems: list[AnswerProblem] = []
    for question in visible_on(definition, given):
        chosen = tuple(value for value in given.get(question.code, ()) if value.strip())
        problem = _problem(question, chosen)
        if problem:
            problems.append(AnswerProblem(question.code, problem))
        elif chosen:
            answers[question.code] = _ordered(question, chosen)
    return answers, problems


def _problem(question: Question, chosen: tuple[str, ...]) -> str:
    if not chosen:
        needed = question.required
        return (_("書いてください。") if question.is_text else _("選んでください。")) if needed else ""
    if question.is_text:
        too_long = len(_plain(chosen[0])) > question.max_length
        return _("%(limit)s文字までにしてください。") % {"limit": question.max_length} if too_long else ""
    if set(chosen) - set(question.codes):
        return _("選択肢から選んでください。")
    if question.kind != "multi" and len(set(chosen)) > 1:
        return _("一つだけ選んでください。")
    return ""


def _plain(text: str) -> str:
    return "".join(sign for sign in text.replace("\r\n", "\n").strip() if sign == "\n" or sign.isprintable())


def _ordered(question: Question, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Choices in the order of the questionnaire: the order of ticking tells nothing."""
    if question.is_text:
        return (_plain(chosen[0]),)
    return tuple(code for code in question.codes if code in chosen)


def encode(answers: Answers) -> bytes:
    """The canonical bytes of answers."""
    plain = {code: list(values) for code, values in answers.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(data: bytes) -> Answers:
    """The reverse of ``encode``."""
    return {code: tuple(values) for code, values in json.loads(data).items()}


def payload_size(definition: Definition) -> int:
    """The bytes of the longest possible answers: every ballot of this questionnaire is made as long."""
    widest: Answers = {}
    for question in definition.questions:
        if question.is_text:
            # Four bytes a character; a character that JSON must escape takes two.
            widest[question.code] = ("𠮷" * question.max_length,)
        elif question.kind == "multi":
            widest[question.code] = question.codes
        else:
            widest[question.code] = (max(question.codes, key=len, default=""),)
    return len(encode(widest))

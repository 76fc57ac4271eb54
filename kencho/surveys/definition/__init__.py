"""A questionnaire as versioned data: read, checked in plain Japanese, written as YAML, compared; and answers to it."""

from kencho.surveys.definition._answers import (
    NO_ANSWER,
    AnswerProblem,
    Answers,
    checked,
    decode,
    encode,
    payload_size,
    visible_on,
)
from kencho.surveys.definition._checks import Finding, findings
from kencho.surveys.definition._parts import (
    MAX_TEXT,
    MAX_TEXT_TOTAL,
    Condition,
    Definition,
    Kind,
    Option,
    Question,
    Questions,
)
from kencho.surveys.definition._yaml import (
    UnreadableDefinition,
    difference,
    digest,
    from_plain,
    from_yaml,
    to_yaml,
)

__all__ = [
    "MAX_TEXT",
    "MAX_TEXT_TOTAL",
    "NO_ANSWER",
    "AnswerProblem",
    "Answers",
    "Condition",
    "Definition",
    "Finding",
    "Kind",
    "Option",
    "Question",
    "Questions",
    "UnreadableDefinition",
    "checked",
    "decode",
    "difference",
    "digest",
    "encode",
    "findings",
    "from_plain",
    "from_yaml",
    "payload_size",
    "to_yaml",
    "visible_on",
]

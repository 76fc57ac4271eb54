"""Holding surveys: one function for each verb of the office."""

from kencho.surveys.services._acts import SENTENCES
from kencho.surveys.services._answering import (
    Outcome,
    UnableToAnswer,
    answer,
    answer_many,
    may_answer,
    token_for,
)
from kencho.surveys.services._closing import (
    UnableToClose,
    UnableToPublish,
    close_cycle,
    destroy_ballots,
    publish_cycle,
)
from kencho.surveys.services._cycles import (
    CycleTerms,
    UnableToChangeCycle,
    approve_cycle,
    create_cycle,
    keep_time,
    remind,
    take_back_cycle,
)
from kencho.surveys.services._errors import Reason, UnableTo
from kencho.surveys.services._opening import UnableToOpen, open_cycle
from kencho.surveys.services._programs import (
    UnableToSaveQuestionnaire,
    begin_version,
    create_program,
    load_program,
    save_questionnaire,
)
from kencho.surveys.services._scrubbing import scrub
from kencho.surveys.services._texts import UnableToReview, review_text

__all__ = [
    "SENTENCES",
    "CycleTerms",
    "Outcome",
    "Reason",
    "UnableTo",
    "UnableToAnswer",
    "UnableToChangeCycle",
    "UnableToClose",
    "UnableToOpen",
    "UnableToPublish",
    "UnableToReview",
    "UnableToSaveQuestionnaire",
    "answer",
    "answer_many",
    "approve_cycle",
    "begin_version",
    "close_cycle",
    "create_cycle",
    "create_program",
    "destroy_ballots",
    "keep_time",
    "load_program",
    "may_answer",
    "open_cycle",
    "publish_cycle",
    "remind",
    "review_text",
    "save_questionnaire",
    "scrub",
    "take_back_cycle",
    "token_for",
]

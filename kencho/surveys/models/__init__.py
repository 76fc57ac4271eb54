"""Programs and questionnaires, cycles and their reporting units, boxes and ballots, published cells."""

from kencho.surveys.models._ballots import Ballot, BallotBox, FreeText, SealedBatch, TextState
from kencho.surveys.models._cycles import Cut, Cycle, CycleState, ReportingUnit, Roster
from kencho.surveys.models._programs import Questionnaire, SurveyProgram
from kencho.surveys.models._results import ORGANIZATION, POSITIVE, RETURNED, VALID, Cell

__all__ = [
    "ORGANIZATION",
    "POSITIVE",
    "RETURNED",
    "VALID",
    "Ballot",
    "BallotBox",
    "Cell",
    "Cut",
    "Cycle",
    "CycleState",
    "FreeText",
    "Questionnaire",
    "ReportingUnit",
    "Roster",
    "SealedBatch",
    "SurveyProgram",
    "TextState",
]

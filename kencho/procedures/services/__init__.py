"""Writing procedures: drafts, approval, publication by date, import of definition files."""

from kencho.procedures.definition import DefinitionError
from kencho.procedures.services._approval import (
    SUBJECT_TYPE,
    reopen_version,
    submit_version,
    take_up_again,
)
from kencho.procedures.services._errors import (
    RevisionConflict,
    UnableToDiscardVersion,
    UnableToPublish,
    UnableToSaveProcedure,
    UnableToSubmitVersion,
)
from kencho.procedures.services._publishing import load_definition, publish, refresh_columns
from kencho.procedures.services._writing import (
    begin_version,
    create_procedure,
    discard_version,
    save_version,
    start_procedure,
)

__all__ = [
    "SUBJECT_TYPE",
    "DefinitionError",
    "RevisionConflict",
    "UnableToDiscardVersion",
    "UnableToPublish",
    "UnableToSaveProcedure",
    "UnableToSubmitVersion",
    "begin_version",
    "create_procedure",
    "discard_version",
    "load_definition",
    "publish",
    "refresh_columns",
    "reopen_version",
    "save_version",
    "start_procedure",
    "submit_version",
    "take_up_again",
]

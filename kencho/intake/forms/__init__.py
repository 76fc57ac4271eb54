"""Browser input → typed values, one form for one service."""

from kencho.intake.forms._scan import ListFilter, NameProcedure, UploadScan
from kencho.intake.forms._setup import CalibrationOf, Discard, Inlet
from kencho.intake.forms._templates import (
    BeginTemplate,
    DoubleEntry,
    TemplateFacts,
    TryScan,
    boxes_form,
    with_more_rows,
)
from kencho.intake.forms._verify import Line, VerifyForm

__all__ = [
    "BeginTemplate",
    "CalibrationOf",
    "Discard",
    "DoubleEntry",
    "Inlet",
    "Line",
    "ListFilter",
    "NameProcedure",
    "TemplateFacts",
    "TryScan",
    "UploadScan",
    "VerifyForm",
    "boxes_form",
    "with_more_rows",
]

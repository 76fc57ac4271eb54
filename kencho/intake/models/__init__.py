"""Tables of the app: scans, sheets and pages; fields and how far they can be trusted; forms and inlets."""

from kencho.intake.models._reading import Calibration, FieldResult, Outcome
from kencho.intake.models._scan import ScanBatch, ScanPage, Sheet, Source
from kencho.intake.models._setup import FormTemplate, PaperRule, ScanInlet

__all__ = [
    "Calibration",
    "FieldResult",
    "FormTemplate",
    "Outcome",
    "PaperRule",
    "ScanBatch",
    "ScanInlet",
    "ScanPage",
    "Sheet",
    "Source",
]

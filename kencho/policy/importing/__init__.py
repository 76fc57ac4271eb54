"""Sheets as files (`kencho.policy-sheet/0.1`): read, checked cell by cell, loaded through the services, written again."""

from kencho.policy.importing._errors import Finding, UnableToImport
from kencho.policy.importing._loading import Imported, check_text, import_text
from kencho.policy.importing._shapes import SCHEMA, SheetFile
from kencho.policy.importing._writing import export_yaml

__all__ = [
    "SCHEMA",
    "Finding",
    "Imported",
    "SheetFile",
    "UnableToImport",
    "check_text",
    "export_yaml",
    "import_text",
]

"""What pages show, as small frozen values: views build them, the fragments in templates/components/ draw them."""

from kencho.foundation.ui._errors import errors_of
from kencho.foundation.ui._navigation import Crumb, NavGroup, NavItem, Pager, Tab, grouped
from kencho.foundation.ui._parts import (
    ChecklistItem,
    CheckState,
    Fact,
    FileItem,
    FormError,
    Kind,
    Progress,
    Stat,
    Status,
    Step,
    Steps,
    TimelineEntry,
)
from kencho.foundation.ui._table import Cell, Column, Row, Table

__all__ = [
    "Cell",
    "CheckState",
    "ChecklistItem",
    "Column",
    "Crumb",
    "Fact",
    "FileItem",
    "FormError",
    "Kind",
    "NavGroup",
    "NavItem",
    "Pager",
    "Progress",
    "Row",
    "Stat",
    "Status",
    "Step",
    "Steps",
    "Tab",
    "Table",
    "TimelineEntry",
    "errors_of",
    "grouped",
]

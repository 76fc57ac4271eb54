"""Papers of the office as PDF/A-2a + PDF/UA-1, set in Japanese type, the same bytes for the same input.

Templates: `notice`, `receipt`, `application_slip`, `paper_form`, `document`, `ruled_sheet`. The shape of each one's data is
the TypedDict of that name here. Text is data, never markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ._engine import PDF_STANDARDS, FieldBox, PrintedForm, Typesetter, default_typesetter
from ._errors import UnableToTypeset
from ._markers import CODE_BORDER, CODE_LEFT, CODE_SIDE, CODE_TOP, MARKER_INSET, MARKER_SIDE, marker_places
from ._prepare import TEMPLATES, form_code, page_code
from ._shapes import (
    Addressee,
    AnswerPage,
    AnswerSection,
    ApplicationSlip,
    Attachment,
    Block,
    Column,
    Contact,
    Document,
    FormField,
    FormPart,
    FormSection,
    Grounds,
    Group,
    Notice,
    PaperForm,
    Receipt,
    Remedy,
    Row,
    RuledSheet,
    Seal,
    Sender,
    SheetBlock,
    SheetCell,
)

__all__ = [
    "CODE_BORDER",
    "CODE_LEFT",
    "CODE_SIDE",
    "CODE_TOP",
    "MARKER_INSET",
    "MARKER_SIDE",
    "PDF_STANDARDS",
    "TEMPLATES",
    "Addressee",
    "AnswerPage",
    "AnswerSection",
    "ApplicationSlip",
    "Attachment",
    "Block",
    "Column",
    "Contact",
    "Document",
    "FieldBox",
    "FormField",
    "FormPart",
    "FormSection",
    "Grounds",
    "Group",
    "Notice",
    "PaperForm",
    "PrintedForm",
    "Receipt",
    "Remedy",
    "Row",
    "RuledSheet",
    "Seal",
    "Sender",
    "SheetBlock",
    "SheetCell",
    "Typesetter",
    "UnableToTypeset",
    "default_typesetter",
    "field_boxes",
    "form_code",
    "marker_places",
    "missing_glyphs",
    "page_code",
    "print_form",
    "render",
]


def render(template: str, data: Mapping[str, Any], *, created_at: datetime) -> bytes:
    """`Typesetter.render` of the process-wide typesetter."""
    return default_typesetter().render(template, data, created_at=created_at)


def print_form(data: Mapping[str, Any], *, created_at: datetime) -> PrintedForm:
    """`Typesetter.print_form` of the process-wide typesetter."""
    return default_typesetter().print_form(data, created_at=created_at)


def field_boxes(data: Mapping[str, Any], *, created_at: datetime) -> tuple[FieldBox, ...]:
    """`Typesetter.field_boxes` of the process-wide typesetter."""
    return default_typesetter().field_boxes(data, created_at=created_at)


def missing_glyphs(text: str) -> set[str]:
    """`Typesetter.missing_glyphs` of the process-wide typesetter."""
    return default_typesetter().missing_glyphs(text)

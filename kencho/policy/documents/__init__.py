"""施策の評価表 on paper: PDF, Word and Excel of one `Sheet`, the same bytes for the same sheet."""

from kencho.policy.documents._excel import sheet_xlsx
from kencho.policy.documents._layout import (
    Block,
    Grid,
    GridCell,
    GridRow,
    Heading,
    Layout,
    Paragraph,
    budget_line,
    layout_of,
)
from kencho.policy.documents._pdf import sheet_pdf
from kencho.policy.documents._word import sheet_docx

__all__ = [
    "DOCX_TYPE",
    "PDF_TYPE",
    "XLSX_TYPE",
    "Block",
    "Grid",
    "GridCell",
    "GridRow",
    "Heading",
    "Layout",
    "Paragraph",
    "budget_line",
    "layout_of",
    "sheet_docx",
    "sheet_pdf",
    "sheet_xlsx",
]

PDF_TYPE = "application/pdf"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

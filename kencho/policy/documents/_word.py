"""The sheet as a Word file (.docx, ECMA-376), with real headings and tables, so that an office can go on writing in it."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from kencho.policy.archive import clean, repacked
from kencho.policy.documents._layout import Grid, GridCell, Heading, Layout, Paragraph, layout_of
from kencho.policy.sheet import Sheet

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph as WordParagraph

_GOTHIC: Final = "游ゴシック"
_MINCHO: Final = "游明朝"
_TEXT_WIDTH: Final = 176  # mm between the margins of A4
_MARGIN: Final = 17
_SHADE: Final = "F2F2F2"
_RED: Final = "B3261E"


def sheet_docx(sheet: Sheet, *, created_at: datetime) -> bytes:
    """The sheet for Word; ``created_at`` is the date inside the file."""
    import docx

    layout = layout_of(sheet)
    document = docx.Document()
    _page(document, layout)
    _properties(document, layout, sheet.body_name, created_at)
    if layout.marking:
        _marking(document.add_paragraph(clean(layout.marking)))
    _styled(document.add_heading(clean(layout.title), level=1), _GOTHIC, 14)
    for block in layout.blocks:
        if isinstance(block, Heading):
            size = 11.5 if block.level == 2 else 10
            _styled(document.add_heading(clean(block.text), level=block.level), _GOTHIC, size)
        elif isinstance(block, Grid):
            _grid(document, block)
        else:
            _paragraph(document, block)
    target = BytesIO()
    document.save(target)
    return repacked(target.getvalue(), modified_at=created_at)


def _page(document: Document, layout: Layout) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(_MARGIN)
    _typeface(document.styles["Normal"].element, _MINCHO)
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10)
    normal.paragraph_format.space_after = Pt(3)
    footer = section.footer.paragraphs[0]
    footer.text = clean("　".join(part for part in (layout.footer, layout.marking) if part))
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in footer.runs:
        run.font.size = Pt(8)


def _properties(document: Document, layout: Layout, author: str, created_at: datetime) -> None:
    properties = document.core_properties
    # The library writes times without a zone and means UTC.
    at = created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title = clean(layout.title)[:255]
    properties.author = properties.last_modified_by = clean(author)[:255]
    properties.created = properties.modified = at
    properties.language = "ja-JP"
    properties.comments = clean(layout.marking)[:255]
    properties.revision = 1


def _typeface(element: Any, family: str) -> None:
    from docx.oxml.ns import qn

    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(name), family)
    # The themes of the built-in headings would win over the names.
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)


def _styled(paragraph: WordParagraph, family: str, size: float, *, bold: bool = True) -> None:
    from docx.shared import Pt, RGBColor

    for run in paragraph.runs:
        _typeface(run._r, family)  # noqa: SLF001  # the East Asian typeface has no public setter
        run.font.size = Pt(size)
        run.font.bold = bold
        run.font.color.rgb = RGBColor(0, 0, 0)


def _marking(paragraph: WordParagraph) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import RGBColor

    _styled(paragraph, _GOTHIC, 10.5)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in paragraph.runs:
        run.font.color.rgb = RGBColor.from_string(_RED)


def _paragraph(document: Document, block: Paragraph) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph(clean(block.mark + block.text))
    if block.mark:
        paragraph.paragraph_format.left_indent = Pt(12)
        paragraph.paragraph_format.first_line_indent = Pt(-12)
    if block.align == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _grid(document: Document, grid: Grid) -> None:
    rows = (*grid.head, *grid.body)
    table = document.add_table(rows=len(rows), cols=len(grid.weights))
    table.style = "Table Grid"
    table.autofit = False
    _widths(table, grid.weights)
    # Read once: the library walks the whole table for every single cell.
    cells = [row.cells for row in table.rows]
    for line, column, cell in grid.placed():
        first = cells[line][column]
        last = cells[line + cell.rows - 1][column + cell.columns - 1]
        _write(first if last is first else first.merge(last), cell)
    for place in range(len(grid.head)):
        _mark_header(table, place)
    # Two tables without a paragraph between them would become one in Word.
    between = document.add_paragraph()
    between.paragraph_format.space_after = 0
    between.paragraph_format.line_spacing = 0.5


def _widths(table: Table, weights: tuple[int, ...]) -> None:
    from docx.shared import Mm

    total = sum(weights)
    for column, weight in zip(table.columns, weights, strict=True):
        column.width = Mm(round(_TEXT_WIDTH * weight / total))
        for cell in column.cells:
            cell.width = Mm(round(_TEXT_WIDTH * weight / total))


def _write(target: _Cell, cell: GridCell) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    sides = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
    }
    target.text = clean(cell.text)
    target.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = target.paragraphs[0]
    paragraph.alignment = sides[cell.align]
    paragraph.paragraph_format.space_after = 0
    _styled(paragraph, _GOTHIC if cell.header else _MINCHO, 9, bold=False)
    if cell.header:
        _shade(target)


def _shade(target: _Cell) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _SHADE)):
        shading.set(qn(name), value)
    target._tc.get_or_add_tcPr().append(shading)  # noqa: SLF001  # a shade has no public setter


def _mark_header(table: Table, place: int) -> None:
    from docx.oxml import OxmlElement

    table.rows[place]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  # no public setter

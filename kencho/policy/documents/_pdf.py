"""The sheet as PDF/A-2a + PDF/UA-1."""

from datetime import datetime

from kencho.foundation import typesetting
from kencho.foundation.typesetting import RuledSheet, SheetBlock, SheetCell
from kencho.policy.documents._layout import Block, Grid, GridCell, GridRow, Heading, Layout, layout_of
from kencho.policy.sheet import Sheet


def sheet_pdf(sheet: Sheet, *, created_at: datetime) -> bytes:
    """The printed sheet; ``created_at`` is the date inside the file. Raises `typesetting.UnableToTypeset`."""
    return typesetting.render("ruled_sheet", _data(layout_of(sheet)), created_at=created_at)


def _data(layout: Layout) -> RuledSheet:
    data: RuledSheet = {
        "title": layout.title,
        "footer": layout.footer,
        "blocks": [_block(block) for block in layout.blocks],
    }
    if layout.marking:
        data["marking"] = layout.marking
    return data


def _block(block: Block) -> SheetBlock:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text, "level": block.level}
    if isinstance(block, Grid):
        return {
            "kind": "grid",
            "text": block.title,
            "weights": list(block.weights),
            "head": [_row(row) for row in block.head],
            "body": [_row(row) for row in block.body],
        }
    return {"kind": "paragraph", "text": block.text, "mark": block.mark, "align": block.align}


def _row(row: GridRow) -> list[SheetCell]:
    return [_cell(cell) for cell in row]


def _cell(cell: GridCell) -> SheetCell:
    return {
        "text": cell.text,
        "columns": cell.columns,
        "rows": cell.rows,
        "header": cell.header,
        "align": cell.align,
    }

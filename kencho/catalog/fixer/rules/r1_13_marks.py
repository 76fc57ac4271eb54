"""1-13: marks of secrecy and absence in a column of numbers become empty cells; the marks are counted."""

from kencho.catalog.fixer.cells.marks import mark_meaning
from kencho.catalog.fixer.drafts import Written

__all__ = ["written_mark"]


def written_mark(text: str) -> Written:
    """An empty cell; the parameters keep the mark and what such marks mean."""
    return Written(None, "1-13", "mark_to_empty", {"mark": text.strip(), "meaning": mark_meaning(text)})

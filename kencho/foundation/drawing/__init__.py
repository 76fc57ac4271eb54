"""Pictures made on the server: a few elements of SVG as safe text, and axes with round numbers."""

from kencho.foundation.drawing._scale import Scale, short
from kencho.foundation.drawing._svg import (
    diamond,
    drawing,
    element,
    hatch,
    joined,
    label,
    line,
    path,
    rect,
)

__all__ = [
    "Scale",
    "diamond",
    "drawing",
    "element",
    "hatch",
    "joined",
    "label",
    "line",
    "path",
    "rect",
    "short",
]

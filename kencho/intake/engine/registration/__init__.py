"""Finding out which form a scan shows and where its paper lies.

A printed form says its name in a QR code and its place by four ArUco markers. A legacy form is recognised by its print
(SIFT). Either way the print itself, compared with the empty form, decides whether the places can be trusted: a wrong
form or a bent sheet is refused rather than misread.
"""

from ._blank import Blanks, BlankSheet
from ._geometry import KEPT_DPI, MM, READING_DPI
from ._recognise import register
from ._sheet import INK_BELOW, Registered, Sheet, flattened, kept_rect, loose_sheet, reading_rect, straighten

__all__ = [
    "INK_BELOW",
    "KEPT_DPI",
    "MM",
    "READING_DPI",
    "BlankSheet",
    "Blanks",
    "Registered",
    "Sheet",
    "flattened",
    "kept_rect",
    "loose_sheet",
    "reading_rect",
    "register",
    "straighten",
]

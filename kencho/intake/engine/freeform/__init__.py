"""Pages without a template: every line is found and read, labels are recognised by their words, values by their place.

What comes out is a help for typing and never more: each field carries ``Reason.NO_TEMPLATE`` and a score that no
threshold lets pass.
"""

from ._read import Picture, picture_of, read_free
from ._values import Word, place_values

__all__ = ["Picture", "Word", "picture_of", "place_values", "read_free"]

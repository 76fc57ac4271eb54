"""Files with every kind of active content that the rebuild has to take out, made in memory at test time.

All are inert: addresses use the reserved top-level domain `.invalid`, programs do nothing.
"""

from kencho.files.tests.sanitize.samples._office import office_samples
from kencho.files.tests.sanitize.samples._others import other_samples
from kencho.files.tests.sanitize.samples._pdf import pdf_samples
from kencho.files.tests.sanitize.samples._sample import Sample

__all__ = ["Sample", "all_samples", "office_samples", "other_samples", "pdf_samples"]


def all_samples() -> list[Sample]:
    """Every sample of every family."""
    return [*pdf_samples(), *office_samples(), *other_samples()]

"""PDF files: rebuilt page by page from an allow-list, or drawn as pictures when that cannot be vouched for."""

from kencho.files.sanitize.outcome import Action, Findings, Limits, NeedsPixels
from kencho.files.sanitize.pdf._raster import rasterise
from kencho.files.sanitize.pdf._structure import rebuild_structure

__all__ = ["rebuild"]


def rebuild(data: bytes, *, limits: Limits, findings: Findings) -> bytes:
    """A new PDF holding only the pages' marks (ISO 32000-1): no actions, forms, files, scripts or unknown codecs.

    Filled forms, stamps and signatures stay visible as part of the page. Links become plain text. Raises `Refusal` for
    a file that needs a password and for one that neither reader can open.
    """
    try:
        return rebuild_structure(data, limits=limits, findings=findings)
    except NeedsPixels:
        findings.action = Action.RASTERISED
        return rasterise(data, limits=limits, findings=findings)

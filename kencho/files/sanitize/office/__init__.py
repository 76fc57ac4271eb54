"""Office Open XML documents (ECMA-376): rebuilt as a fresh package of known parts, relations and elements."""

from kencho.files.sanitize.kinds import Kind
from kencho.files.sanitize.office._package import Package
from kencho.files.sanitize.office._rebuild import Rebuild
from kencho.files.sanitize.outcome import Findings, Limits

__all__ = ["rebuild"]


def rebuild(data: bytes, kind: Kind, *, limits: Limits, findings: Findings) -> bytes:
    """A new docx, xlsx or pptx without macros, controls, objects, outside targets, live fields or data connections.

    Macro-enabled files and templates become the plain type. Links to the outside, http(s) included, become plain text:
    then "no relation leads outside" is a property that can be checked, and a reader cannot be led astray.
    Raises `Refusal`.
    """
    with Package(data, limits=limits) as package:
        return Rebuild(package, kind, limits=limits, findings=findings).run()

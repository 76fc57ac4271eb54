"""Sifting one XML part: unknown namespaces, active elements, outward attributes, live formulas."""

import re
from collections.abc import Collection
from typing import Any

from kencho.files.sanitize.office._fields import sift_fields
from kencho.files.sanitize.office._formulas import reaches_out
from kencho.files.sanitize.office._rules import (
    NAMESPACE_PREFIXES,
    OUTSIDE_VALUE,
    REMOVED_ATTRIBUTES,
    REMOVED_ELEMENTS,
)
from kencho.files.sanitize.office._xml import drop, local, namespace
from kencho.files.sanitize.outcome import Findings, Flag, Removed

RELATION_NAMESPACES = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
# In VML, o:relid and o:pict name relations too.
VML_RELATIONS = {"relid", "pict", "hrpict"}
FORMULAS = {
    "f",
    "formula",
    "formula1",
    "formula2",
    "calculatedColumnFormula",
    "totalsRowFormula",
    "definedName",
    "oldFormula",
}
SPREADSHEET = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
}
OUTSIDE = re.compile(OUTSIDE_VALUE)
# Elements that mean nothing without their relation and would be taken for damage.
NEEDS_RELATION = {
    "sheet", "drawing", "legacyDrawing", "tablePart", "sldId", "sldMasterId", "sldLayoutId", "notesMasterId",
    "handoutMasterId", "picture", "headerReference", "footerReference", "chart", "relIds", "contentPart", "userShapes",
}  # fmt: skip
EMPTY_LISTS = {"hyperlinks", "definedNames", "tableParts", "sheets", "ffData"}


def sift(root: Any, relations: Collection[str], findings: Findings) -> None:
    """Clean one part in place. `relations` are the ids that lead to parts which are kept."""
    for element in list(root.iter()):
        if element is not root and element.getparent() is None:
            continue
        _sift_element(element, relations, findings)
    sift_fields(root, findings)
    _repair(root)


def _sift_element(element: Any, relations: Collection[str], findings: Findings) -> None:
    name = local(element)
    if not namespace(element.tag).startswith(NAMESPACE_PREFIXES):
        findings.removed.add(Removed.EXTENSION)
        drop(element)
        return
    if name in REMOVED_ELEMENTS:
        word = REMOVED_ELEMENTS[name]
        if word is not None:
            findings.removed.add(word)
        drop(element)
        return
    lost = _sift_attributes(element, relations, findings)
    if lost and name in NEEDS_RELATION:
        drop(element)
        return
    if name in FORMULAS:
        _sift_formula(element, findings)
    if name == "sheet" and element.get("state") in {"hidden", "veryHidden"}:
        findings.flags.add(Flag.HIDDEN_SHEETS)


def _sift_attributes(element: Any, relations: Collection[str], findings: Findings) -> bool:
    """Drop outward attributes; whether a relation was lost."""
    lost = False
    for qualified, value in list(element.attrib.items()):
        name = local(qualified)
        place = namespace(qualified)
        if place in RELATION_NAMESPACES or (
            name in VML_RELATIONS and place.startswith("urn:schemas-microsoft")
        ):
            if value not in relations:
                lost = True
                del element.attrib[qualified]
        elif name in REMOVED_ATTRIBUTES:
            if name in {"macro", "onAction"} and value:
                findings.removed.add(Removed.MACRO)
            del element.attrib[qualified]
        elif OUTSIDE.match(value) and not _is_schema_name(value, name):
            findings.removed.add(Removed.EXTERNAL_TARGET)
            del element.attrib[qualified]
    return lost


def _is_schema_name(value: str, name: str) -> bool:
    """The `uri` of a drawing names a schema and is never fetched."""
    return name in {"uri", "name", "val"} and value.startswith(NAMESPACE_PREFIXES)


def _sift_formula(element: Any, findings: Findings) -> None:
    name = local(element)
    text = element.text or ""
    if name == "definedName":
        active = any(element.get(key) in {"1", "true"} for key in ("function", "xlm", "vbProcedure"))
        if active or reaches_out(text) or element.get("name", "").lower().startswith("_xlnm.auto_"):
            findings.removed.add(Removed.FORMULA)
            drop(element)
        return
    if element.get("t") == "dataTable":
        return
    if not reaches_out(text):
        return
    findings.removed.add(Removed.FORMULA)
    in_cell = name == "f" and namespace(element.tag) in SPREADSHEET and local(element.getparent()) == "c"
    if in_cell:
        # The cell keeps the value that was computed last.
        drop(element)
    else:
        element.text = "FALSE"


def _repair(root: Any) -> None:
    """Take out what became empty and would be taken for damage."""
    for element in list(root.iter()):
        if element is not root and element.getparent() is not None and _is_hollow(element):
            drop(element)
    # A list of links is judged after its links.
    for element in [
        element for element in root.iter() if local(element) in EMPTY_LISTS and len(element) == 0
    ]:
        drop(element)


def _is_hollow(element: Any) -> bool:
    name = local(element)
    if name == "AlternateContent":
        return not any(len(choice) for choice in element)
    return name == "hyperlink" and namespace(element.tag) in SPREADSHEET and element.get("location") is None

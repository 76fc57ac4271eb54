"""Word fields: those that only number, date or refer within the document stay; all others become their last result."""

import re
from typing import Any

from kencho.files.sanitize.office._xml import drop, local, unwrap
from kencho.files.sanitize.outcome import Findings, Removed

ALLOWED = {
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "STYLEREF", "SEQ", "TOC", "TC", "INDEX", "XE",
    "DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "EDITTIME", "NUMWORDS", "NUMCHARS", "LISTNUM", "AUTONUM",
    "AUTONUMLGL", "AUTONUMOUT", "EQ", "SYMBOL", "ADVANCE", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN",
}  # fmt: skip
# Ordinary text inside an instruction would be read as part of it.
INSTRUCTION_TEXT = {"t", "delText", "sym", "tab", "noBreakHyphen", "softHyphen", "cr", "br"}
WORD = re.compile(r"\s*([A-Za-z]+)(?=[\s\\\"]|$)")
INTERNAL_LINK = re.compile(
    r"\s*HYPERLINK\s+(?:\\h\s+)?\\l\s+\"[^\"\\/:]*\"(?:\s+\\[hotn](?:\s+\"[^\"\\/:]*\")?)*\s*", re.I
)
OUTSIDE = re.compile(r"\\\\|//|[a-z]{2,}:|\|", re.I)


def allowed(instruction: str) -> bool:
    """Whether a field's instruction stays within the document."""
    if INTERNAL_LINK.fullmatch(instruction):
        return True
    word = WORD.match(instruction)
    return word is not None and word.group(1).upper() in ALLOWED and not OUTSIDE.search(instruction)


class _Field:
    """One complex field that has begun: its marks and instruction so far."""

    def __init__(self, begin: Any) -> None:
        self.marks = [begin]
        self.text = ""
        self.in_result = False
        self.nested = False


def sift_fields(root: Any, findings: Findings) -> None:
    """Flatten the fields that are not allowed, in one story (body, header, note ...) of a document.

    The instruction of a complex field may be spread over runs and paragraphs and built by inner fields; so it is put
    together as Word does, and a field whose instruction holds another field is never trusted.
    """
    for element in [element for element in root.iter() if local(element) == "fldSimple"]:
        instruction = next((value for name, value in element.attrib.items() if local(name) == "instr"), "")
        if not allowed(instruction):
            findings.removed.add(Removed.FIELD)
            unwrap(element)
    _sift_complex(root, findings)


def _sift_complex(root: Any, findings: Findings) -> None:
    open_fields: list[_Field] = []
    doomed: list[Any] = []
    for element in root.iter():
        name = local(element)
        if name == "fldChar":
            doomed += _turn(element, open_fields)
        elif name in {"instrText", "delInstrText"}:
            if not open_fields or open_fields[-1].in_result:
                doomed.append(element)
            else:
                open_fields[-1].text += element.text or ""
                open_fields[-1].marks.append(element)
        elif name in INSTRUCTION_TEXT and open_fields and not open_fields[-1].in_result:
            open_fields[-1].nested = True
    for field in open_fields:
        doomed += field.marks
    if doomed:
        findings.removed.add(Removed.FIELD)
    for element in doomed:
        drop(element)


def _turn(element: Any, open_fields: list[_Field]) -> list[Any]:
    """Follow one field mark; the marks that must go when it closes a field that is not allowed."""
    kind = next((value for name, value in element.attrib.items() if local(name) == "fldCharType"), "")
    if kind == "begin":
        if open_fields and not open_fields[-1].in_result:
            open_fields[-1].nested = True
        open_fields.append(_Field(element))
        return []
    if not open_fields:
        return [element]
    field = open_fields[-1]
    field.marks.append(element)
    if kind == "separate":
        field.in_result = True
        return []
    open_fields.pop()
    return [] if allowed(field.text) and not field.nested else field.marks

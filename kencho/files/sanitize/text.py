"""Plain text and delimited tables: decoded strictly, cleaned of control characters, written as UTF-8."""

import csv
import io
import unicodedata

from kencho.files.sanitize.kinds import Kind
from kencho.files.sanitize.outcome import Findings, Flag, Limits, Reason, Refusal, Removed

KEPT_CONTROLS = frozenset("\t\n\r")
# Marks that reorder or hide what a reader sees (Unicode TR 36), besides the control characters proper.
HIDDEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
# A spreadsheet takes a cell that starts like this for a formula (OWASP, CSV injection); full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def rebuild(data: bytes, kind: Kind, *, limits: Limits, findings: Findings) -> bytes:
    """The same text in UTF-8 (with a byte order mark for tables, so that spreadsheet programs read it rightly).

    Cells that begin like a formula stay as they are, since they may be meant (a phone number, a minus), and are
    flagged. Raises `Refusal` when the bytes are neither UTF-8 nor CP932, or are mostly not text.
    """
    text = _decode(data, findings)
    clean = "".join(character for character in text if _keeps(character))
    lost = len(text) - len(clean)
    if lost > max(16, len(text) // 100):
        raise Refusal(Reason.UNKNOWN_TYPE, "control characters")
    if lost:
        findings.removed.add(Removed.CONTROL_CHARACTER)
    if not clean.strip():
        raise Refusal(Reason.EMPTY)
    if _has_formula(clean):
        findings.flags.add(Flag.FORMULA_CELLS)
    result = clean.encode("utf-8-sig" if kind is Kind.CSV else "utf-8")
    if len(result) > limits.bytes_out:
        raise Refusal(Reason.TOO_LARGE, "output")
    return result


def _decode(data: bytes, findings: Findings) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as error:
        raise Refusal(Reason.UNKNOWN_TYPE, "encoding") from error
    findings.flags.add(Flag.CONVERTED_ENCODING)
    return text


def _keeps(character: str) -> bool:
    if character in KEPT_CONTROLS:
        return True
    return character not in HIDDEN and unicodedata.category(character) not in {"Cc", "Cs", "Cn"}


def _has_formula(text: str) -> bool:
    for delimiter in ",\t;":
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            if any(cell.lstrip(" 　").startswith(FORMULA_STARTS) for row in reader for cell in row):
                return True
        except csv.Error:
            # One cell longer than the reader's bound: no ordinary table, so the reader is warned.
            return True
    return False

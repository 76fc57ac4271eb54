"""Spreadsheet formulas that reach outside the workbook or run something."""

import re

STRINGS = re.compile(r'"(?:[^"]|"")*"')
# Functions that fetch, call, run or address other programs; prefixes of newer functions (_xlfn., _xlws., _xll.) aside.
CALLS = re.compile(
    r"(?i)(?<![A-Z0-9_])(?:CALL|REGISTER(?:\.ID)?|EXEC|EVALUATE|RUN|HALT|GOTO|FORMULA(?:\.FILL)?|SET\.(?:NAME|VALUE)"
    r"|WEBSERVICE|FILTERXML|HYPERLINK|IMAGE|RTD|DDE|DDEINITIATE|DDEEXECUTE|INITIATE|POKE|REQUEST|EXECUTE|SQL\.REQUEST"
    r"|STOCKHISTORY|ENCODEURL|PY|CUBE[A-Z]+|GET\.[A-Z.]+|FOPEN|FWRITE[A-Z]*|INDIRECT\.EXT|IMPORT[A-Z]+)\s*\("
)
ADD_IN = re.compile(r"(?i)_xll\.|_xludf\.")
# Another workbook: [1]Sheet!A1, '[book.xlsx]Sheet'!A1, 'C:\...'!A1; brackets inside table references have no "!" after.
OTHER_BOOK = re.compile(r"\[[^\[\]@#:,]*\][^\[\]!'(),;]*'?!|'[^']*(?:\\\\|//|:\\|\.xl\w+)[^']*'?!", re.I)
# Dynamic data exchange: program|topic!item
EXCHANGE = re.compile(r"[A-Za-z0-9_.'\]]\s*\|\s*[^|]*!")


def reaches_out(formula: str) -> bool:
    """Whether a formula does more than compute from its own workbook."""
    bare = STRINGS.sub('""', formula)
    return any(pattern.search(bare) for pattern in (CALLS, ADD_IN, OTHER_BOOK, EXCHANGE))

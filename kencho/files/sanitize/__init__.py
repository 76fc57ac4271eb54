"""Making uploaded files harmless by building them anew (無害化).

Not a search for known evil: a file is taken apart, what is known to be plain is put into a fresh file, everything else
stays behind. The work is done in a separate process without network, files or rights. No Django in here.
"""

from kencho.files.sanitize.antivirus import Address, Scan, Verdict, clamd_scan
from kencho.files.sanitize.kinds import Kind
from kencho.files.sanitize.outcome import Action, Flag, Limits, Outcome, Reason, Refusal, Removed
from kencho.files.sanitize.recognise import identify, recognise
from kencho.files.sanitize.runner import sanitize_file

__all__ = [
    "Action",
    "Address",
    "Flag",
    "Kind",
    "Limits",
    "Outcome",
    "Reason",
    "Refusal",
    "Removed",
    "Scan",
    "Verdict",
    "clamd_scan",
    "identify",
    "recognise",
    "sanitize_file",
]

"""Writing the audit log, sealing what was written, and proving that an entry is under a seal."""

from kencho.audit.services._proving import UnableToProve, prove_entry, prove_label
from kencho.audit.services._sealing import (
    MAX_PER_SEAL,
    UnableToSeal,
    begin_head,
    seal_all,
    seal_due,
)
from kencho.audit.services._verifying import verify_and_tell
from kencho.audit.services._writing import build, canonical, code_of, record

__all__ = [
    "MAX_PER_SEAL",
    "UnableToProve",
    "UnableToSeal",
    "begin_head",
    "build",
    "canonical",
    "code_of",
    "prove_entry",
    "prove_label",
    "record",
    "seal_all",
    "seal_due",
    "verify_and_tell",
]

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
from kencho.audit.services._writing import Row, build, canonical, code_of, record, record_rows, row_of

__all__ = [
    "MAX_PER_SEAL",
    "Row",
    "UnableToProve",
    "UnableToSeal",
    "begin_head",
    "build",
    "canonical",
    "code_of",
    "prove_entry",
    "prove_label",
    "record",
    "record_rows",
    "row_of",
    "seal_all",
    "seal_due",
    "verify_and_tell",
]

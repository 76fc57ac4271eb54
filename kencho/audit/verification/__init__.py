"""Verification: finds every changed, removed or inserted row of the audit log and names it. Nothing is changed.

Which alteration is seen by what:

- an entry changed or put in by hand: its keyed code; after sealing also its leaf;
- an entry removed, exchanged or reordered after sealing: the table of sealed entries and the Merkle root;
- a seal changed, removed or put in: its hash, the chain, the numbers;
- the newest seals cut off: the head, which carries a keyed code.

What lies outside: an entry removed before it was sealed (within a minute), and somebody who holds the secret key and
may write to the database. Against the second, keep a seal's hash elsewhere and pass it as ``expected``.
"""

from kencho.audit.verification._entries import Tick
from kencho.audit.verification._findings import Finding, FindingKind, Report
from kencho.audit.verification._run import silent, verify

__all__ = ["Finding", "FindingKind", "Report", "Tick", "silent", "verify"]

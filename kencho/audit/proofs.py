"""Proofs that entries are under a seal: their format and their check. Standard library and ``merkle`` only.

A proof is one JSON file:

- ``entries``: id, canonical bytes (as text), number of the seal, position and Merkle path of each entry;
- ``seals``: the seals of those entries and, by their links, a way from the newest seal back to each of them;
- ``head``: number and hash of the newest seal, the one value to compare with what was published elsewhere.

``scripts/check_audit_proof.py`` checks the same without Kencho.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kencho.foundation import merkle

FORMAT = "kencho-audit-proof/1"
SEAL_COLUMNS = (
    "count",
    "first",
    "format",
    "last",
    "number",
    "previous_hash",
    "root",
    "sealed_at",
    "skip_hash",
)


class Fault(StrEnum):
    """Why a proof fails."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    SEAL_HASH = "seal_hash"
    ROOT = "root"
    UNLINKED = "unlinked"
    HEAD = "head"
    NOT_INCLUDED = "not_included"


class ProofFails(Exception):
    """The proof does not hold; ``fault`` and ``where`` (an entry's id or a seal's number) say what is wrong."""

    def __init__(self, fault: Fault, where: int | None = None) -> None:
        super().__init__(fault.value)
        self.fault, self.where = fault, where


@dataclass(frozen=True)
class Proven:
    """What a proof that holds says."""

    about: str
    entries: list[dict[str, Any]]
    head_number: int
    head_hash: str


def seal_hash(seal: Mapping[str, Any]) -> str:
    """The hash that a seal of a proof ought to have."""
    data = json.dumps(
        {name: seal[name] for name in SEAL_COLUMNS}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(data.encode()).hexdigest()


def check(text: str, *, expected: Mapping[int, str] | None = None) -> Proven:
    """Check a proof; ``expected`` holds published hashes of seals by number. Raises ProofFails."""
    try:
        proof = json.loads(text)
        if proof["format"] != FORMAT:
            raise ProofFails(Fault.UNREADABLE)
        return _checked(proof, expected or {})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise ProofFails(Fault.UNREADABLE) from broken


def _checked(proof: Any, expected: Mapping[int, str]) -> Proven:
    seals = {int(seal["number"]): seal for seal in proof["seals"]}
    head = int(proof["head"]["number"])
    _check_chain(seals, head, str(proof["head"]["hash"]))
    for number, wanted in expected.items():
        if number not in seals:
            raise ProofFails(Fault.NOT_INCLUDED, number)
        if seals[number]["hash"] != wanted:
            raise ProofFails(Fault.HEAD, number)
    if not proof["entries"]:
        raise ProofFails(Fault.EMPTY)
    for entry in proof["entries"]:
        _check_entry(entry, seals)
    read = [
        {"id": each["id"], "seal": each["seal"], **json.loads(each["canonical"])} for each in proof["entries"]
    ]
    return Proven(str(proof["about"]), read, head, seals[head]["hash"])


def _check_chain(seals: Mapping[int, Any], head: int, head_hash: str) -> None:
    for number, seal in seals.items():
        if seal_hash(seal) != seal["hash"]:
            raise ProofFails(Fault.SEAL_HASH, number)
    if head != max(seals, default=0) or seals[head]["hash"] != head_hash:
        raise ProofFails(Fault.HEAD, head)
    linked = {head}
    for number in sorted(seals, reverse=True):
        if number not in linked:
            raise ProofFails(Fault.UNLINKED, number)
        for back, hash in ((number - 1, "previous_hash"), (number & (number - 1), "skip_hash")):
            if back in seals and seals[back]["hash"] == seals[number][hash]:
                linked.add(back)


def _check_entry(entry: Mapping[str, Any], seals: Mapping[int, Any]) -> None:
    seal = seals.get(entry["seal"])
    if seal is None:
        raise ProofFails(Fault.UNLINKED, entry["seal"])
    leaf = merkle.leaf_hash(b"%d:%s" % (entry["id"], entry["canonical"].encode()))
    path = [bytes.fromhex(each) for each in entry["path"]]
    if not merkle.verify_inclusion(leaf, entry["position"], seal["count"], path, bytes.fromhex(seal["root"])):
        raise ProofFails(Fault.ROOT, entry["id"])

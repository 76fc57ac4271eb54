"""Proofs, checked by Kencho and by the script that knows nothing of Kencho."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from kencho.audit import proofs, services
from kencho.audit.models import Entry, Seal
from kencho.audit.tests.people import AT, write, write_many

pytestmark = pytest.mark.django_db
SCRIPT = Path(settings.BASE_DIR) / "scripts" / "check_audit_proof.py"
Proof = dict[str, Any]


def by_script(proof: Proof, folder: Path, *more: str) -> bool:
    """What the script says; without site packages and far from this project."""
    file = folder / "proof.json"
    file.write_text(json.dumps(proof, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(file), *more],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    assert done.stderr == b""
    return done.returncode == 0


def by_kencho(proof: Proof, expected: dict[int, str] | None = None) -> bool:
    try:
        proofs.check(json.dumps(proof, ensure_ascii=False), expected=expected)
    except proofs.ProofFails:
        return False
    return True


def log(seals: int = 13) -> None:
    """Two entries a seal, the last entry waits."""
    for number in range(seals):
        write_many(2, first=number * 2 + 1)
        list(services.seal_all(at=AT + timedelta(minutes=number)))
    write(99)


@pytest.mark.parametrize("number", [1, 2, 7, 16, 25, 26])
def test_every_receipt_is_proven(number: int, tmp_path: Path) -> None:
    log()
    proof = services.prove_label(f"令8-{number}", at=AT)
    assert by_kencho(proof)
    assert by_script(proof, tmp_path)
    proven = proofs.check(json.dumps(proof))
    assert proven.entries[0]["subject"][2] == f"令8-{number}"
    assert proven.entries[0]["action"] == "applications.application.submit"
    assert (proven.head_number, proven.head_hash) == (13, Seal.objects.get(pk=13).hash)


def test_all_entries_of_a_number_are_in_one_proof() -> None:
    write(5)
    list(services.seal_all(at=AT))
    write(5)
    write(5)
    list(services.seal_all(at=AT))
    write(5)
    proof = services.prove_label("令8-5", at=AT)
    assert [entry["seal"] for entry in proof["entries"]] == [1, 2, 2]
    assert proof["waiting"] == 1
    assert by_kencho(proof)


def test_what_is_not_sealed_or_not_there_cannot_be_proven() -> None:
    log(2)
    with pytest.raises(services.UnableToProve) as unable:
        services.prove_label("令8-99", at=AT)
    assert unable.value.waiting == 1
    with pytest.raises(services.UnableToProve) as unable:
        services.prove_label("令8-1", at=AT, body="242012")
    assert unable.value.waiting == 0
    with pytest.raises(services.UnableToProve):
        services.prove_entry(10**9, at=AT)


def test_the_way_back_is_short_however_many_seals_there_are() -> None:
    from kencho.audit.services import _proving

    class Numbers:
        """Counts instead of fetching."""

        @staticmethod
        def filter(number__in: set[int]) -> "Numbers":
            Numbers.asked = number__in
            return Numbers()

        def order_by(self, _by: str) -> list[int]:
            return sorted(Numbers.asked)

        asked: set[int] = set()

    for head, goal in ((500_000, 1), (524_287, 262_144), (1_000_000, 333_333)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Seal, "objects", Numbers)
            _proving._way(head, {goal})
        assert goal in Numbers.asked
        assert len(Numbers.asked) < 250


def test_published_hashes_are_compared(tmp_path: Path) -> None:
    log()
    published = Seal.objects.get(pk=6)
    proof = services.prove_label("令8-3", at=AT, through=[6])
    assert by_kencho(proof, {6: published.hash})
    assert by_script(proof, tmp_path, "--expect", f"6:{published.hash}")
    for wrong in ({6: "ab" * 32}, {99: published.hash}):
        assert not by_kencho(proof, wrong)
        assert not by_script(proof, tmp_path, "--expect", *[f"{n}:{h}" for n, h in wrong.items()])


def _entry(name: str, value: Any) -> Callable[[Proof], None]:
    return lambda proof: proof["entries"][0].update({name: value})


TAMPERINGS: list[Callable[[Proof], Any]] = [
    lambda proof: proof["entries"][0].update(
        canonical=proof["entries"][0]["canonical"].replace("令8-3", "令8-4")
    ),
    _entry("id", 1),
    _entry("position", 1),
    _entry("position", -1),
    _entry("position", 5),
    _entry("seal", 1),
    _entry("seal", 999),
    _entry("path", []),
    _entry("path", ["00" * 32]),
    _entry("path", ["zz"]),
    lambda proof: proof["entries"][0]["path"].append("00" * 32),
    lambda proof: proof["entries"].clear(),
    lambda proof: proof["seals"].pop(0),
    lambda proof: proof["seals"].pop(1),
    lambda proof: proof["seals"].pop(-1),
    lambda proof: proof["seals"].clear(),
    lambda proof: proof["seals"][1].update(root="00" * 32),
    lambda proof: proof["seals"][0].update(hash="00" * 32),
    lambda proof: proof["seals"][-1].update(count=3),
    lambda proof: proof["head"].update(hash="00" * 32),
    lambda proof: proof["head"].update(number=1),
    lambda proof: proof.pop("head"),
    lambda proof: proof.update(format="kencho-audit-proof/9"),
    lambda proof: proof.update(seals="no"),
]


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=[str(i) for i in range(len(TAMPERINGS))])
def test_both_checks_refuse_a_changed_proof(tamper: Callable[[Proof], Any], tmp_path: Path) -> None:
    log(6)
    proof = services.prove_label("令8-3", at=AT)
    changed = copy.deepcopy(proof)
    tamper(changed)
    assert not by_kencho(changed)
    assert not by_script(changed, tmp_path)


@given(data=st.data())
@limits(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_changed_letter_says_something_else(data: st.DataObject) -> None:
    if not Entry.objects.exists():
        log(6)
    proof = services.prove_label("令8-3", at=AT)
    text = json.dumps(proof, ensure_ascii=False)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="utf-8"))
    try:
        proven = proofs.check(text[:place] + letter + text[place + 1 :])
    except proofs.ProofFails:
        return
    whole = proofs.check(text)
    assert (proven.entries, proven.head_hash) == (whole.entries, whole.head_hash)


def test_a_file_of_another_kind_is_said_to_be_unreadable() -> None:
    for text in ("", "[]", "{}", "1", '{"format":"kencho-audit-proof/1"}', "[" * 5000):
        with pytest.raises(proofs.ProofFails) as fails:
            proofs.check(text)
        assert fails.value.fault == proofs.Fault.UNREADABLE

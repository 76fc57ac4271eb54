"""Whatever comes in: an answer, and never a file that the checker would not vouch for."""

import functools
import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kencho.files.sanitize import Action, Kind, Limits, Refusal
from kencho.files.sanitize.office._fields import allowed
from kencho.files.sanitize.office._formulas import reaches_out
from kencho.files.sanitize.outcome import Findings
from kencho.files.sanitize.worker import rebuild as rebuild_here
from kencho.files.tests.sanitize import checker
from kencho.files.tests.sanitize.conftest import Rebuild
from kencho.files.tests.sanitize.samples import all_samples

HEAVY = {"docx_zip_bomb", "pdf_stream_bomb", "docx_many_entries"}


@functools.cache
def seeds() -> dict[str, bytes]:
    return {sample.name: sample.build() for sample in all_samples() if sample.name not in HEAVY}


def spoil(data: bytes, seed: int) -> bytes:
    """A few bytes changed, a piece cut out or doubled."""
    chance = random.Random(seed)
    spoiled = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not spoiled:
            break
        place = chance.randrange(len(spoiled))
        turn = chance.randrange(4)
        if turn == 0:
            del spoiled[place : place + chance.randint(1, 40)]
        elif turn == 1:
            spoiled[place:place] = spoiled[place : place + chance.randint(1, 40)]
        else:
            spoiled[place] = chance.randrange(256)
    return bytes(spoiled)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(seeds())), seed=st.integers(0, 2**32))
def test_spoiled_samples_never_pass_unvouched(rebuild: Rebuild, name: str, seed: int) -> None:
    outcome, result = rebuild(spoil(seeds()[name], seed))
    assert outcome.accepted == bool(result)
    assert (outcome.action is Action.REFUSED) == (outcome.reason.value != "ok")
    if result:
        assert checker.findings(result) == []


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2_000))
def test_any_bytes_never_pass_unvouched(rebuild: Rebuild, data: bytes) -> None:
    outcome, result = rebuild(data)
    assert outcome.accepted == bool(result)
    if result:
        assert checker.findings(result) == []


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200), encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp932"]))
@example(text="=1+1,\u202e", encoding="utf-8")
def test_text_is_clean_or_refused(text: str, encoding: str) -> None:
    data = text.encode(encoding, "ignore")
    try:
        result = rebuild_here(data, Kind.TEXT, limits=Limits(), findings=Findings())
    except Refusal:
        return
    assert checker.CONTROLS.search(result.decode("utf-8-sig")) is None


@pytest.mark.parametrize(
    "formula",
    [
        "cmd|'/c calc'!A0", "WEBSERVICE(A1)", "webservice (A1)", "_xlfn.WEBSERVICE(A1)", "IF(1,HYPERLINK(A1),2)",
        "[1]Sheet1!A1", "'[book.xlsx]表'!A1", "'\\\\host\\[b.xlsx]S'!A1", "'C:\\x\\[b.xls]S'!$A$1", "RTD(1,2)",
        "CALL(\"a\",\"b\")", "REGISTER.ID(1)", "DDE(1)", "SUM([2]表!A1:B2)",
    ],
)  # fmt: skip
def test_outward_formulas_are_seen(formula: str) -> None:
    assert reaches_out(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(A1:B2)", "'収支 表'!A1+1", "表1[金額]", "SUM(表1[[#Totals],[金額]])", "IF(A1=\"cmd|x!y\",1,2)",
        "VLOOKUP(A1,料金!$A:$B,2,FALSE)", "TEXT(A1,\"[$-411]ge.m.d\")", "RECALL+1", "A1&\"http://\"",
    ],
)  # fmt: skip
def test_inward_formulas_are_left(formula: str) -> None:
    assert not reaches_out(formula)


@pytest.mark.parametrize(
    ("instruction", "stays"),
    [
        (" PAGE ", True), (" NUMPAGES \\* Arabic", True), (' TOC \\o "1-3" ', True), (' HYPERLINK \\l "_Toc1" \\h ', True),
        (' HYPERLINK "http://x" ', False), (' HYPERLINK \\l "x" "http://y"', False), ("DDEAUTO a b", False), ("", False),
        (" INCLUDETEXT x", False), (' REF "\\\\\\\\host\\\\x" ', False), ("MACROBUTTON x", False), ("PAGEDDE x", False),
        (' DATE \\@ "yyyy/MM/dd"', True), (" IF 1 = 1 a b", False), ("QUOTE 68", False),
    ],
)  # fmt: skip
def test_fields_stay_within_the_document(instruction: str, stays: bool) -> None:
    assert allowed(instruction) is stays

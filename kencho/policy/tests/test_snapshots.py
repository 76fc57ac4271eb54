"""Rule SNAP: what is frozen is counted again and agrees, or every row that differs is named."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kencho.foundation import merkle
from kencho.foundation.clock import JST
from kencho.foundation.indicators import Asked, EvidenceRow, Measure
from kencho.policy import queries, services
from kencho.policy.models import AppendOnlyError, Indicator, Snapshot, SnapshotLeaves
from kencho.policy.queries import Agreement, Drift
from kencho.policy.snapshots import (
    PART_ROWS,
    ChangeKind,
    Leaf,
    RowsOutOfOrder,
    compare,
    count,
    hash_of,
    ordered,
    pack,
    unpack,
)
from kencho.policy.testing import SETUP, Fact, Ledger, declared

FROZEN_AT = datetime(2021, 5, 31, 17, 0, tzinfo=JST)
LATER = datetime(2021, 9, 1, 9, 0, tzinfo=JST)
IN_YEAR = date(2020, 6, 1)


def fact(sign: str, *, day: date = IN_YEAR, known: datetime | None = None, unit: str = "03009") -> Fact:
    return Fact(sign, day, known or datetime(2020, 7, 1, tzinfo=JST), unit)


def taken(indicator: Indicator, at: datetime = FROZEN_AT, year: int = 2020) -> Snapshot:
    definition = indicator.definitions.get()
    return services.take(indicator=indicator, definition=definition, year=year, as_of=at, by=SETUP, at=at)


def test_a_snapshot_keeps_everything(received: Indicator, ledger: Ledger) -> None:
    for sign in ("b", "a", "c"):
        ledger.add(fact(sign))
    ledger.add(fact("other year", day=date(2021, 4, 1)))
    ledger.add(fact("last day", day=date(2021, 3, 31)))
    snapshot = taken(received)
    assert (snapshot.numerator, snapshot.official, snapshot.raw) == (Decimal(4), Decimal(4), "4/1")
    assert (snapshot.first, snapshot.end) == (date(2020, 4, 1), date(2021, 4, 1))
    assert [leaf.id for leaf in queries.leaves_of(snapshot)] == ["a", "b", "c", "last day"]
    assert snapshot.root == merkle.root(hash_of(leaf) for leaf in queries.leaves_of(snapshot)).hex()
    assert '"applications.received"' in snapshot.binding_text
    assert len(snapshot.binding_digest) == 64
    assert snapshot.code_version.startswith("kencho ")
    assert snapshot.row_count == 4


def test_the_same_rows_agree_for_ever(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    snapshot = taken(received)
    ledger.add(fact("late", known=LATER))
    assert isinstance(queries.recompute(snapshot), Agreement)


def test_a_late_event_is_drift_as_known_later(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    snapshot = taken(received)
    ledger.add(fact("late", known=LATER))
    found = queries.recompute(snapshot, as_of=LATER)
    assert isinstance(found, Drift)
    assert [change.id for change in found.added] == ["late"]
    assert (found.removed, found.changed) == ((), ())
    assert (found.before, found.now, found.value_differs) == (Decimal(1), Decimal(2), True)
    assert any("後から" in reason for reason in found.reasons)


def test_an_erased_row_is_named_and_its_hash_stays(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    ledger.add(fact("b"))
    snapshot = taken(received)
    ledger.erase("b")
    found = queries.recompute(snapshot)
    assert isinstance(found, Drift)
    assert [change.id for change in found.removed] == ["b"]
    proof = queries.proof_of(snapshot, "b")
    assert proof is not None
    assert proof.holds()


def test_a_changed_row_is_named_even_when_the_number_stays(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    snapshot = taken(received)
    ledger.change("a", LATER)
    found = queries.recompute(snapshot)
    assert isinstance(found, Drift)
    assert [change.id for change in found.changed] == ["a"]
    assert not found.value_differs


def test_a_new_rule_of_counting_is_named(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    snapshot = taken(received)
    ledger.erase("a")
    with declared({"applications.received": ledger.spec("applications.received", version=2)}):
        found = queries.recompute(snapshot)
    assert isinstance(found, Drift)
    assert any("1版から2版" in reason for reason in found.reasons)


def test_an_app_that_is_gone_is_named(received: Indicator, ledger: Ledger) -> None:
    snapshot = taken(received)
    with declared({}):
        found = queries.recompute(snapshot)
    assert isinstance(found, Drift)
    assert any("applications.received" in reason for reason in found.reasons)


def test_stored_rows_that_were_tampered_with_are_noticed(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    snapshot = taken(received)
    assert queries.is_intact(snapshot)
    leaf = next(queries.leaves_of(snapshot))
    SnapshotLeaves.objects.update(packed=pack([Leaf("z", leaf.version, leaf.on)]))
    assert not queries.is_intact(snapshot)


def test_a_snapshot_is_written_once(received: Indicator, ledger: Ledger) -> None:
    snapshot = taken(received)
    with pytest.raises(AppendOnlyError):
        snapshot.save()
    with pytest.raises(AppendOnlyError):
        snapshot.delete()
    assert taken(received, LATER).supersedes == snapshot


def test_a_distinct_count_is_checked_by_its_units(measure: object, ledger: Ledger) -> None:
    indicator = Indicator.objects.get(code="ind-406-sub1")
    ledger.add(fact("a", unit="03004"))
    ledger.add(fact("b", unit="03004"))
    ledger.add(fact("c", unit="03009"))
    snapshot = taken(indicator)
    assert (snapshot.official, snapshot.row_count, snapshot.doubts) == (Decimal(2), 3, [])


def test_rows_that_do_not_add_up_leave_a_doubt(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    wrong = ledger.spec("applications.received", read=ledger.read_units)
    ledger.add(fact("b"))
    with declared({"applications.received": wrong}):
        assert taken(received).doubts == ["行の合計が値と合いません。"]


def test_rows_in_disorder_are_refused() -> None:
    def rows(*signs: str) -> Iterator[EvidenceRow]:
        return (EvidenceRow(sign, "1", IN_YEAR) for sign in signs)

    assert len(list(ordered(rows("a", "b")))) == 2
    for signs in (("b", "a"), ("a", "a")):
        with pytest.raises(RowsOutOfOrder):
            list(ordered(rows(*signs)))


def test_many_rows_run_through_in_parts() -> None:
    parts: list[int] = []
    total = PART_ROWS * 2 + 7
    leaves = (Leaf(f"{number:08}", "1", IN_YEAR, unit=str(number % 3)) for number in range(total))
    found = count(leaves, store=lambda part: parts.append(len(part)))
    assert parts == [PART_ROWS, PART_ROWS, 7]
    assert (found.rows, found.counts, found.units) == (total, Decimal(total), 3)


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
leaves = st.builds(
    Leaf,
    id=texts,
    version=texts,
    on=st.dates(),
    unit=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5),
    counts=st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    of=st.decimals(allow_nan=False, allow_infinity=False, places=1, min_value=0, max_value=10**6),
)


@given(st.lists(leaves, max_size=20))
def test_packing_loses_nothing(rows: list[Leaf]) -> None:
    assert unpack(pack(rows)) == rows


versions = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 3), max_size=12)


@given(versions, versions)
def test_a_comparison_names_exactly_what_differs(before: dict[str, int], now: dict[str, int]) -> None:
    def rows(book: dict[str, int]) -> list[Leaf]:
        return [Leaf(sign, str(version), IN_YEAR) for sign, version in sorted(book.items())]

    found = {(change.kind, change.id) for change in compare(rows(before), rows(now))}
    assert found == {
        *((ChangeKind.ADDED, sign) for sign in now.keys() - before.keys()),
        *((ChangeKind.REMOVED, sign) for sign in before.keys() - now.keys()),
        *((ChangeKind.CHANGED, sign) for sign in before.keys() & now.keys() if before[sign] != now[sign]),
    }


signs = st.sampled_from([f"f{number}" for number in range(6)])
days = st.sampled_from([date(2020, 3, 31), date(2020, 4, 1), IN_YEAR, date(2021, 3, 31), date(2021, 4, 1)])
acts = st.lists(
    st.one_of(
        st.tuples(st.just("add"), signs, days),
        st.tuples(st.just("change"), signs, days),
        st.tuples(st.just("erase"), signs, days),
    ),
    max_size=8,
)


def play(ledger: Ledger, acts: list[tuple[str, str, date]], at: datetime) -> None:
    """Facts arrive, change and are erased."""
    for what, sign, day in acts:
        if what == "add" and sign not in ledger.facts:
            ledger.add(fact(sign, day=day, known=at, unit=sign[-1]))
        elif what == "change" and sign in ledger.facts:
            ledger.change(sign, at)
        elif what == "erase" and sign in ledger.facts:
            ledger.erase(sign)


def seen(ledger: Ledger, at: datetime) -> dict[str, str]:
    """The oracle: what a year's rows look like, without the code under test."""
    return {
        sign: str(each.version)
        for sign, each in ledger.facts.items()
        if date(2020, 4, 1) <= each.on < date(2021, 4, 1) and each.recorded_at <= at
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=acts, after=acts, measure_type=st.sampled_from([Measure.FLOW, Measure.DISTINCT, Measure.RATIO]))
def test_any_history_agrees_or_names_the_difference(
    received: Indicator,
    before: list[tuple[str, str, date]],
    after: list[tuple[str, str, date]],
    measure_type: Measure,
) -> None:
    ledger = Ledger()
    play(ledger, before, datetime(2020, 7, 1, tzinfo=JST))
    old = seen(ledger, FROZEN_AT)
    with declared({"applications.received": ledger.spec("applications.received", measure_type)}):
        if measure_type == Measure.RATIO and not old:
            return
        snapshot = taken(received)
        play(ledger, after, LATER)
        for as_of in (FROZEN_AT, LATER):
            found = queries.recompute(snapshot, as_of=as_of)
            now = seen(ledger, as_of)
            if now == old:
                assert isinstance(found, Agreement)
                continue
            assert isinstance(found, Drift)
            assert {change.id for change in found.added} == now.keys() - old.keys()
            assert {change.id for change in found.removed} == old.keys() - now.keys()
            assert {change.id for change in found.changed} == {
                sign for sign in now.keys() & old.keys() if now[sign] != old[sign]
            }


def test_one_row_is_proven_without_the_others(received: Indicator, ledger: Ledger) -> None:
    for number in range(11):
        ledger.add(fact(f"row{number:02}"))
    snapshot = taken(received)
    for number in range(11):
        proof = queries.proof_of(snapshot, f"row{number:02}")
        assert proof is not None
        assert proof.holds()
        assert len(proof.hashes) <= 4
        forged = queries.Proof("row99", proof.version, proof.index, proof.size, proof.hashes, proof.root)
        assert not forged.holds()
    assert queries.proof_of(snapshot, "nobody") is None


def test_evidence_comes_in_pages_and_hides_labels_from_the_public(
    received: Indicator, ledger: Ledger
) -> None:
    for number in range(120):
        ledger.add(fact(f"row{number:03}"))
    snapshot = taken(received)
    first = queries.evidence_of_snapshot(snapshot)
    assert (len(first.lines), first.total, first.has_next, first.has_previous) == (50, 120, True, False)
    assert {line.label for line in first.lines} == {""}
    assert first.lines[0].unit == "デジタル戦略企画課"
    last = queries.evidence_of_snapshot(snapshot, 3, with_labels=True)
    assert [line.id for line in last.lines] == [f"row{number:03}" for number in range(100, 120)]
    assert last.lines[0].label == "事実 row100"
    assert not last.has_next
    ledger.erase("row101")
    again = queries.evidence_of_snapshot(snapshot, 3, with_labels=True)
    assert (again.lines[1].id, again.lines[1].label) == ("row101", "")
    live = queries.evidence_live(received, received.definitions.get(), 2020, LATER, 3, with_labels=True)
    assert [line.id for line in live.lines][:2] == ["row100", "row102"]


def test_a_cumulative_figure_counts_since_the_plan_began(received: Indicator, ledger: Ledger) -> None:
    Indicator.objects.filter(pk=received.pk).update(measure=Measure.CUMULATIVE)
    received.refresh_from_db()
    ledger.add(fact("before the plan", day=date(2020, 3, 31)))
    ledger.add(fact("first year"))
    ledger.add(fact("second year", day=date(2021, 5, 1), known=datetime(2021, 5, 2, tzinfo=JST)))
    snapshot = taken(received, datetime(2022, 5, 1, tzinfo=JST), 2021)
    assert snapshot.official == 2
    assert isinstance(queries.recompute(snapshot), Agreement)


def test_a_share_keeps_both_parts_and_what_is_printed_beside(felt: Indicator, ledger: Ledger) -> None:
    for number in range(3):
        ledger.add(Fact(f"r{number}", IN_YEAR, datetime(2020, 7, 1, tzinfo=JST), counts=int(number < 2)))
    snapshot = taken(felt)
    assert (snapshot.numerator, snapshot.denominator, snapshot.raw) == (Decimal(2), Decimal(3), "200/3")
    assert snapshot.official == Decimal("66.7")
    assert snapshot.notes == [["回答数", "3"]]


def test_of_nothing_no_share_is_recorded(felt: Indicator, ledger: Ledger) -> None:
    with pytest.raises(services.UnableToRecord) as refused:
        taken(felt)
    assert "令和2年度" in refused.value.cell or "2020" in refused.value.message


def test_the_asked_days_are_those_of_the_fiscal_year(received: Indicator, ledger: Ledger) -> None:
    asked: list[Asked] = []

    def read(question: Asked) -> object:
        asked.append(question)
        return ledger.read(question)

    with declared({"applications.received": ledger.spec("applications.received", read=read)}):
        taken(received)
    assert (asked[0].first, asked[0].end) == (date(2020, 4, 1), date(2021, 4, 1))
    assert asked[0].body == "240001"
    assert asked[0].chosen("channels") == ("online", "api")
    assert asked[0].as_of - FROZEN_AT == timedelta(0)

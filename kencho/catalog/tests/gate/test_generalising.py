"""Coarser values and k-anonymity."""

import random
from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog.gate.generalising import Rule, UnknownRule, generalise, generalise_rows, k_anonymous


@pytest.mark.parametrize(
    ("value", "how", "params", "wanted"),
    [
        (date(2026, 3, 31), "fiscal_year", {}, 2025),
        ("2026-04-01", "fiscal_year", {}, 2026),
        ("2026-04-01T10:00", "month", {}, "2026-04"),
        (date(1970, 5, 1), "year", {}, 1970),
        (34, "band", {"width": 10}, "30〜39"),
        (91, "band", {"width": 10, "top": 80}, "80以上"),
        (12, "band", {"width": 10, "bottom": 20}, "20未満"),
        (120, "top", {"at": 100}, "100以上"),
        (99, "top", {"at": 100}, 99),
        ("5148611", "prefix", {"length": 3}, "514"),
        ("三重県津市大門1-1", "municipality", {}, "三重県津市"),
        ("三重県四日市市諏訪町1", "municipality", {}, "三重県四日市市"),
        ("三重県三重郡菰野町1", "municipality", {}, "三重県三重郡菰野町"),
        ("東京都千代田区霞が関", "municipality", {}, "東京都千代田区"),
        ("どこか", "municipality", {}, None),
        (None, "year", {}, None),
        ("", "band", {"width": 10}, None),
        ("何でも", "all", {}, None),
    ],
)
def test_values(value: Any, how: str, params: dict[str, Any], wanted: Any) -> None:
    assert generalise(value, how, **params) == wanted


@pytest.mark.parametrize(("value", "how"), [("昨日", "year"), ("多い", "band"), (1, "nothing")])
def test_what_cannot_be_made_coarser_is_refused(value: Any, how: str) -> None:
    with pytest.raises(UnknownRule):
        generalise(value, how, width=10)


def test_rules_leave_the_rows_alone() -> None:
    rows = [{"age": 34, "sex": "女"}]
    assert generalise_rows(rows, [Rule("age", "band", {"width": 10})]) == [{"age": "30〜39", "sex": "女"}]
    assert rows == [{"age": 34, "sex": "女"}]


LADDERS = {
    "age": [Rule("age", "band", {"width": 10}), Rule("age", "band", {"width": 30}), Rule("age", "all")],
    "place": [Rule("place", "municipality"), Rule("place", "all")],
}


@settings(max_examples=80, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 8))
def test_every_group_has_k_members(rng: random.Random, k: int) -> None:
    places = ("三重県津市大門1", "三重県津市栄町2", "三重県伊賀市上野3")
    rows = [
        {"age": rng.randint(0, 99), "place": rng.choice(places), "answer": n}
        for n in range(rng.randint(0, 60))
    ]
    done = k_anonymous(rows, ["age", "place"], k, ladders=LADDERS)
    sizes = Counter((row["age"], row["place"]) for row in done.rows)
    assert all(size >= k for size in sizes.values())
    assert done.smallest == min(sizes.values(), default=0)
    assert done.dropped + len(done.rows) == len(rows)
    kept = {row["answer"]: row for row in done.rows}
    assert set(kept) <= {row["answer"] for row in rows}
    if len(rows) >= k:
        assert done.dropped <= 0.02 * len(rows) or done.rows


def test_large_groups_stay_as_they_are() -> None:
    rows = [{"age": 30}] * 6
    done = k_anonymous(rows, ["age"], 5, ladders={"age": LADDERS["age"]})
    assert (done.levels, done.dropped, done.rows[0]["age"]) == ({"age": 0}, 0, 30)


def test_without_a_ladder_the_lonely_are_left_out() -> None:
    done = k_anonymous([{"age": 30}] * 6 + [{"age": 99}], ["age"], 5)
    assert (done.dropped, len(done.rows)) == (1, 6)

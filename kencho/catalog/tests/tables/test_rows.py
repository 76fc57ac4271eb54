"""Row queries against a plain reading of the same rows, from the file and from memory."""

import random
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows.query import (
    Filter,
    Query,
    check,
    key_of,
    next_key,
    page_from,
    pairs_of,
    query_from,
)
from kencho.catalog.tables.rows.searching import alphabet
from kencho.catalog.tables.rows.table import Table
from kencho.catalog.tables.schema import Column, Schema
from kencho.foundation.text import fold

SCHEMA = Schema(
    (
        Column("番号"),
        Column("名称"),
        Column("区分"),
        Column("数", type="integer"),
        Column("面積", type="number"),
        Column("日", type="date"),
    )
)
COUNT = 4000


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    rng = random.Random(406)
    towns, kinds = ["津市", "松阪市", "ﾂ市", "高橋町", "髙橋町"], ["図書館", "圖書館", "体育館", "Ｘ会館"]
    rows = [
        {
            "番号": f"F{number:05}",
            "名称": f"{rng.choice(towns)}{rng.choice(kinds)}第{number}号" if rng.random() < 0.95 else None,
            "区分": rng.choice(["公開", "非公開", "準備'中", None]),
            "数": rng.choice([None, *range(50)]),
            "面積": rng.choice([None, 0.5, 1.25, 1e9]),
            "日": rng.choice([None, "2020-04-01", "2021-01-31"]),
        }
        for number in range(COUNT)
    ]
    return pl.DataFrame(rows).with_columns(pl.col("日").str.to_date("%Y-%m-%d"))


@pytest.fixture(scope="module", params=["file", "memory"])
def table(
    request: pytest.FixtureRequest, frame: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Table:
    path = tmp_path_factory.mktemp("rows") / "t.parquet"
    frame.write_parquet(path, row_group_size=1000)
    made = Table(path, SCHEMA, room=10**9 if request.param == "memory" else 0)
    made.start_warming()
    made.wait_until_warm()
    return made


def _plain(frame: pl.DataFrame) -> list[list[Any]]:
    return [list(row) for row in frame.iter_rows()]


def _fits(value: Any, op: str, bound: Any) -> bool:
    if op == "null":
        return bool((value is None) == bound)
    if value is None:
        return False
    if op in {"contains", "starts"}:
        return bool(bound in value if op == "contains" else value.startswith(bound))
    if op == "in":
        return bool(value in bound)
    if isinstance(value, str):
        value, bound = value.encode(), bound.encode()
    sign = {"eq": 0, "ne": 0, "lt": -1, "lte": -1, "gt": 1, "gte": 1}[op]
    if op in {"eq", "ne"}:
        return bool((value == bound) == (op == "eq"))
    beyond = value < bound if sign < 0 else value > bound
    return bool(beyond or (op.endswith("e") and value == bound))


CONDITIONS: list[tuple[str, str, Any]] = [
    ("区分", "eq", "公開"), ("区分", "ne", "公開"), ("区分", "eq", "準備'中"), ("区分", "eq", "無い"),
    ("区分", "gt", "公開"), ("区分", "in", ("公開", "無い")), ("区分", "null", True), ("区分", "null", False),
    ("区分", "contains", "公"), ("区分", "starts", "非"), ("名称", "contains", "書館第1"), ("名称", "starts", "津"),
    ("名称", "eq", "' OR 1=1 --"), ("名称", "null", True), ("名称", "lt", "津"), ("数", "eq", 7), ("数", "ne", 7),
    ("数", "lt", 3), ("数", "gte", 47), ("数", "in", (1, 2)), ("面積", "lte", 0.5), ("面積", "gt", 1),
    ("日", "eq", "2020-04-01"), ("日", "gt", "2020-12-31"), ("番号", "gte", "F03990"),
]  # fmt: skip


def _expected(frame: pl.DataFrame, filters: list[tuple[str, str, Any]]) -> list[int]:
    def value(row: dict[str, Any], name: str) -> Any:
        return row[name].isoformat() if name == "日" and row[name] else row[name]

    return [
        number
        for number, row in enumerate(frame.iter_rows(named=True))
        if all(_fits(value(row, name), op, bound) for name, op, bound in filters)
    ]


def _page(table: Table, query: Query, total: int | None = None) -> Any:
    check(query, SCHEMA)
    return page_from(table.page(query.to_data(), total))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_condition_gives_exactly_the_rows_that_fit(
    table: Table, frame: pl.DataFrame, condition: tuple[str, str, Any]
) -> None:
    expected = _expected(frame, [condition])
    page = _page(table, Query((Filter(*condition),), limit=10_000))
    assert page.total == len(expected)
    assert [number - 1 for number in page.numbers] == expected
    rows = _plain(frame[expected])
    assert page.rows == rows


def test_conditions_hold_together(table: Table, frame: pl.DataFrame) -> None:
    rng = random.Random(1)
    for _round in range(40):
        chosen = rng.sample(CONDITIONS, rng.randrange(2, 4))
        query = Query(tuple(Filter(*each) for each in chosen), limit=50)
        expected = _expected(frame, chosen)
        assert table.count(query.to_data()) == len(expected)
        assert [number - 1 for number in _page(table, query).numbers] == expected[:50]


@pytest.mark.parametrize(
    "sort",
    [
        (),
        (("数", False),),
        (("数", True),),
        (("区分", True), ("面積", False)),
        (("名称", False),),
        (("日", True), ("区分", False)),
    ],
)
@pytest.mark.parametrize("filters", [(), (Filter("数", "lt", 20),)])
def test_pages_follow_each_other_without_a_gap_or_a_repeat(
    table: Table, frame: pl.DataFrame, sort: tuple[tuple[str, bool], ...], filters: tuple[Filter, ...]
) -> None:
    numbers: list[int] = []
    query = Query(filters, sort=sort, limit=333)
    while True:
        page = _page(table, query)
        numbers += page.numbers
        if not page.next_key:
            break
        query = Query(filters, sort=sort, limit=333, after=page.next_key)
    kept = frame.with_row_index("n", 1)
    if filters:
        kept = kept.filter(pl.col("数") < 20)
    for name, down in reversed((("n", False), *sort) if not sort else (*sort, ("n", False))):
        kept = kept.sort(name, descending=down, nulls_last=True, maintain_order=True)
    assert numbers == kept["n"].to_list()
    assert page.total == len(numbers)


def test_an_offset_counts_rows(table: Table) -> None:
    assert _page(table, Query(offset=3998)).numbers == [3999, 4000]
    assert _page(table, Query(offset=5000)).numbers == []
    found = _page(table, Query((Filter("区分", "eq", "公開"),), offset=5, limit=2)).numbers
    assert found == _page(table, Query((Filter("区分", "eq", "公開"),), limit=7)).numbers[5:]


@pytest.mark.parametrize(
    "text", ["図書館", "圖書", "髙橋 体育", "つ市", "ｘ会館", "X会館", "非公", "第39", "無い言葉", "準備'"]
)
def test_a_search_finds_every_row_that_holds_the_words(table: Table, frame: pl.DataFrame, text: str) -> None:
    words = fold(text).split()
    texts = ["番号", "名称", "区分"]
    expected = [
        number
        for number, row in enumerate(frame.iter_rows(named=True))
        if all(any(word in fold(row[name] or "") for name in texts) for word in words)
    ]
    page = _page(table, Query(search=text, limit=10_000))
    assert [number - 1 for number in page.numbers] == expected
    assert (page.total > 0) == (text != "無い言葉")


def test_facets_count_all_rows_meant(table: Table, frame: pl.DataFrame) -> None:
    query = Query((Filter("数", "lt", 20),))
    made = table.facet(query.to_data(), "区分", 2)
    counted = frame.filter(pl.col("数") < 20).group_by("区分").len().sort("len", descending=True)
    assert [count for _value, count in made["values"]] == counted["len"].to_list()[:2]
    assert (made["others"], made["distinct"]) == (sum(counted["len"].to_list()[2:]), 4)


def test_stats(table: Table, frame: pl.DataFrame) -> None:
    made = table.stats("数")
    assert (made["count"], made["nulls"], made["min"], made["max"]) == (
        COUNT,
        frame["数"].null_count(),
        0,
        49,
    )
    assert made["mean"] == pytest.approx(frame["数"].mean())
    assert table.stats("名称")["distinct"] == frame["名称"].n_unique() - 1


def test_one_row(table: Table, frame: pl.DataFrame) -> None:
    assert table.row(4000)["rows"] == _plain(frame[3999:4000])
    assert table.row(0)["rows"] == table.row(4001)["rows"] == []


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("無い", "1")], "unknown_column"), ([("数__like", "1")], "bad_operator"), ([("数", "x")], "bad_value"),
        ([("数__contains", "1")], "bad_operator"), ([("日", "令和")], "bad_value"), ([("_limit", "-1")], "bad_value"),
        ([("_limit", "100001")], "bad_limit"), ([("_after", "zzz")], "bad_key"), ([("_sort", "無い")], "unknown_column"),
        ([("_evil", "1")], "unknown_column"), ([("_search", "x" * 501)], "too_long"),
        ([("数", str(10**20))], "bad_value"), ([("面積", "nan")], "bad_value"), ([("数", "1")] * 21, "too_many_filters"),
    ],
)  # fmt: skip
def test_bad_addresses_are_refused(pairs: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(Refused) as caught:
        query_from(pairs, SCHEMA)
    assert caught.value.code == code


filters = st.one_of(
    st.builds(
        Filter, st.just("名称"), st.sampled_from(["eq", "contains", "starts", "gt"]), st.text(max_size=5)
    ),
    st.builds(Filter, st.just("数"), st.sampled_from(["eq", "lte"]), st.integers(-9, 9)),
    st.builds(Filter, st.just("区分"), st.just("null"), st.booleans()),
    st.builds(
        Filter, st.just("数"), st.just("in"), st.lists(st.integers(0, 9), min_size=1, max_size=3).map(tuple)
    ),
)


@given(
    st.builds(
        Query,
        filters=st.lists(filters, max_size=3).map(tuple),
        search=st.text(max_size=4).map(str.strip),
        sort=st.sampled_from([(), (("数", True), ("名称", False))]),
        limit=st.integers(0, 100),
        offset=st.integers(0, 9),
        columns=st.sampled_from([(), ("名称", "数")]),
    )
)
def test_a_query_survives_the_way_through_an_address(query: Query) -> None:
    assert query_from(pairs_of(query), SCHEMA) == query


@given(st.lists(st.none() | st.integers() | st.text(), max_size=3), st.integers(0, 2**53))
def test_keys_survive(values: list[Any], number: int) -> None:
    values = [value for value in values if not isinstance(value, int) or abs(value) < 2**63]
    assert key_of(next_key(values, number)) == [values, number]


@given(
    st.text(st.sampled_from("高髙橋ｶﾞカガがーｰ-−ＸXx館舘\U000e0100 ")),
    st.text(st.sampled_from("高髙橋ガがーXx館"), min_size=1, max_size=3),
)
def test_the_shapes_of_a_word_find_what_folding_finds(text: str, needle: str) -> None:
    import re

    words = fold(needle).split()
    if len(words) != 1 or fold(needle) != needle.lower().translate(str.maketrans("髙舘ガ", "高館が")):
        return
    shapes = alphabet(text).shapes(words[0])
    found = (
        re.search(shapes, text) is not None
        if isinstance(shapes, str)
        else any(shape in text for shape in shapes)
    )
    if words[0] in fold(text) and " " not in text:
        assert found


FORGED: list[Callable[[], str]] = [
    lambda: next_key(["x"], 1),
    lambda: next_key([], 1),
    lambda: next_key([1, 2], 1),
]


def test_forged_keys_do_no_harm(table: Table) -> None:
    import duckdb

    for forged in FORGED:
        with pytest.raises((Refused, duckdb.Error)):
            _page(table, Query(sort=(("数", True),), after=forged()))
    assert _page(table, Query(after=next_key([], 10**12))).rows == []

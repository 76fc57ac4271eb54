import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation import keyset
from kencho.foundation.keyset import KeysetPage, page

ORDER = ("-app_label", "id")


@pytest.fixture
def labels(db: None) -> list[tuple[str, int]]:
    """Twenty-three rows of the only table that every Django project has, many with equal labels."""
    ContentType.objects.all().delete()
    rows = [ContentType(app_label=f"部{index % 4}", model=f"m{index}") for index in range(23)]
    ContentType.objects.bulk_create(rows)
    found = ContentType.objects.values_list("app_label", "id").order_by(*ORDER)
    return list(found)


def turn(after: str | None = None, size: int = 5, order: tuple[str, ...] = ORDER) -> KeysetPage[Any]:
    found = page(ContentType.objects.values("id", "app_label", "model"), order=order, after=after, size=size)
    return KeysetPage[Any]([*found.rows], found.next_token, found.previous_token)


def keys(found: KeysetPage[Any]) -> list[tuple[object, object]]:
    return [(row["app_label"], row["id"]) for row in found.rows]


@pytest.mark.parametrize("size", [1, 2, 5, 22, 23, 24])
def test_all_rows_are_seen_once_forwards_and_backwards(labels: list[tuple[str, int]], size: int) -> None:
    pages = [turn(size=size)]
    assert pages[0].previous_token is None
    while (token := pages[-1].next_token) is not None:
        pages.append(turn(token, size))
    assert [key for one in pages for key in keys(one)] == labels
    for expected in reversed(pages[:-1]):
        token = pages[-1].previous_token
        assert token is not None
        pages[-1] = turn(token, size)
        assert keys(pages[-1]) == keys(expected)
    assert pages[-1].previous_token is None
    assert pages[-1].has_other_pages is (size < 23)


def test_new_rows_do_not_shift_the_pages(labels: list[tuple[str, int]]) -> None:
    first = turn()
    ContentType.objects.create(app_label="部9", model="new")
    assert keys(turn(first.next_token)) == labels[5:10]


def test_a_vanished_row_does_not_break_the_walk(labels: list[tuple[str, int]]) -> None:
    first = turn()
    ContentType.objects.filter(pk=labels[4][1]).delete()
    assert keys(turn(first.next_token)) == labels[5:10]


def test_each_page_is_one_query_without_count_or_offset(labels: list[tuple[str, int]]) -> None:
    token = turn().next_token
    with CaptureQueriesContext(
        connection,
    ) as queries:
        turn(token)
    assert len(queries) == 1
    statement = queries[0]["sql"].upper()
    assert "LIMIT 6" in statement
    assert "OFFSET" not in statement
    assert "COUNT" not in statement


def test_models_and_named_rows_are_paged_too(labels: list[tuple[str, int]]) -> None:
    models = page(ContentType.objects.all(), order=ORDER, size=3)
    following = page(ContentType.objects.all(), order=ORDER, size=3, after=models.next_token)
    assert [(row.app_label, row.pk) for row in (*models.rows, *following.rows)] == labels[:6]
    tuples: Any = ContentType.objects.values_list("app_label", "id", named=True)
    named: KeysetPage[Any] = page(tuples, order=ORDER, size=3)
    assert [tuple(row) for row in named.rows] == labels[:3]
    assert named.next_token == models.next_token


def test_one_unique_column_is_enough(labels: list[tuple[str, int]]) -> None:
    first = turn(order=("-id",))
    second = turn(first.next_token, order=("-id",))
    assert [row["id"] for row in (*first.rows, *second.rows)] == sorted(
        (pk for _, pk in labels), reverse=True
    )[:10]


def test_an_empty_list(db: None) -> None:
    ContentType.objects.all().delete()
    assert turn() == KeysetPage([], None, None)


def test_sizes_are_kept_within_reason(labels: list[tuple[str, int]]) -> None:
    assert len(turn(size=0).rows) == 1
    assert len(turn(size=10**9).rows) == 23


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


PRINT = keyset._fingerprint(ORDER)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "!!!!",
        "あ",
        "A" * 5000,
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        forged(),
        forged("n", PRINT, []),
        forged("n", PRINT, None),
        forged("n", PRINT, [["s", "部1"]]),
        forged("n", PRINT, [["s", "部1"], ["z", 1]]),
        forged("n", PRINT, [["s", "部1"], ["i", "1"]]),
        forged("n", PRINT, [["s", "部1"], ["i", True]]),
        forged("n", PRINT, [["s", "部1"], ["i", 2**80]]),
        forged("n", PRINT, [["s", "部1"], ["s", "one"]]),
        forged("n", PRINT, [["s", "部1"], ["t", "2026-11-24T00:00:00+09:00"]]),
        forged("n", PRINT, [["s", "\0"], ["i", 1]]),
        forged("n", PRINT, [["s", "\ud800"], ["i", 1]]),
        forged("n", PRINT, [["s", 5], ["i", 1]]),
        forged("n", PRINT, [["t", "2026-11-24T00:00:00"], ["i", 1]]),
        forged("n", PRINT, [["n", "NaN"], ["i", 1]]),
        forged("n", PRINT, [["n", "x"], ["i", 1]]),
        forged("x", PRINT, [["s", "部1"], ["i", 1]]),
        forged("n", "00000000", [["s", "部1"], ["i", 1]]),
    ],
)
def test_a_bad_token_gives_the_first_page(labels: list[tuple[str, int]], token: str) -> None:
    assert keys(turn(token)) == labels[:5]
    assert turn(token).previous_token is None


def test_a_token_of_another_order_gives_the_first_page(labels: list[tuple[str, int]]) -> None:
    assert keys(turn(turn(order=("app_label", "id")).next_token)) == labels[:5]


def test_orders_that_cannot_be_paged_are_refused(labels: list[tuple[str, int]]) -> None:
    with pytest.raises(ValueError, match="order"):
        turn(order=())
    with pytest.raises(ValueError, match="order"):
        keyset._token("next", {"a": None}, ("a",))


KEYS = st.one_of(
    st.integers(-(2**62), 2**62),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.uuids(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(KEYS, min_size=1, max_size=4), st.sampled_from(["next", "previous"]))
def test_tokens_carry_every_kind_of_key(values: list[keyset.Key], direction: keyset.Direction) -> None:
    order = [f"c{index}" for index in range(len(values))]
    token = keyset._token(direction, dict(zip(order, values, strict=True)), order)
    assert all(c.isalnum() or c in "-_" for c in token)
    if len(token) <= keyset._MAX_TOKEN:
        assert keyset._read(token, order) == (direction, values)


def test_kinds_of_keys_are_told_apart() -> None:
    values = (1, "1", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), Decimal(1), UUID(int=1))
    assert len({str(keyset._written(value)) for value in values}) == len(values)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(token: str) -> None:
    assert keyset._read(token, ("id",)) == ("next", None)

"""One value at a time, and whole tables."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.catalog.standards import UnknownStandard, all_standards, conform, get, jobs, map_columns
from kencho.catalog.standards.places import municipalities, postal_places
from kencho.catalog.standards.prefectures import BOXES, JAPAN
from kencho.catalog.standards.validators import CODES, CONTENTS, problem
from kencho.catalog.standards.vectors import surely_right
from kencho.catalog.tables.schema import Schema
from kencho.foundation.checkdigits import local_government_code


@pytest.mark.parametrize(
    ("content", "value", "wanted"),
    [
        ("local_government_code", "242012", ""),
        ("local_government_code", 242012, ""),
        ("local_government_code", "242013", "wrong_check_digit"),
        ("local_government_code", "24201", "not_a_local_government_code"),
        ("local_government_code", "２４２０１２", "not_a_local_government_code"),
        ("local_government_code", local_government_code("24700"), "unknown_local_government"),
        ("local_government_code", "221309", ""),
        ("legal_entity_number", "5000020240001", ""),
        ("legal_entity_number", 5000020240001.0, ""),
        ("legal_entity_number", "5000020240002", "not_a_legal_entity_number"),
        ("postal_code", "514-8611", ""),
        ("postal_code", "5148611", ""),
        ("postal_code", "514-861", "not_a_postal_code"),
        ("postal_code", "999-9999", "unknown_postal_code"),
        ("phone", "059-224-3070", ""),
        ("phone", "090-1234-5678", ""),
        ("phone", "0592243070", ""),
        ("phone", "(059)224-3070", ""),
        ("phone", "０５９－２２４－３０７０", "not_a_phone"),
        ("phone", "224-3070", "not_a_phone"),
        ("date", "2026-04-01", ""),
        ("date", "2026-04-01T09:00", ""),
        ("date", "2026/4/1", "not_iso_date"),
        ("date", "令和8年4月1日", "not_iso_date"),
        ("date", "2026-02-30", "no_such_day"),
        ("time", "09:30", ""),
        ("time", "9:30", "not_a_time"),
        ("latitude", 34.73, ""),
        ("latitude", "34.73", ""),
        ("latitude", 136.5, "swapped_coordinates"),
        ("latitude", 3.47, "outside_japan"),
        ("latitude", 43.06, "outside_prefecture"),
        ("longitude", "北緯", "not_a_coordinate"),
        ("longitude", 34.7, "swapped_coordinates"),
        ("url", "https://www.example.lg.jp/a?b=1", ""),
        ("url", "www.example.lg.jp", "not_a_url"),
        ("url", "https://exa mple.jp", "not_a_url"),
        ("url", "http://[", "not_a_url"),
        ("street_address_id", "0001001", ""),
        ("street_address_id", "1001", "not_a_street_address_id"),
        ("email", "ka@city.tsu.lg.jp", ""),
        ("email", "ka＠city.tsu.lg.jp", "not_an_email"),
        ("flag", "有", ""),
        ("flag", "たぶん", "not_a_flag"),
        ("integer", 3, ""),
        ("integer", -3, "negative"),
        ("integer", "3人", "not_a_number"),
        ("kana", "ミエケンチョウ", ""),
        ("kana", "みえ", "not_katakana"),
        ("prefecture", "三重", "not_a_prefecture"),
        ("address", "三重県津市大門1", ""),
        ("address", "津市大門1", "prefecture_missing"),
        ("text", "何でも", ""),
        ("date", None, ""),
        ("date", "", ""),
    ],
)
def test_values(content: str, value: Any, wanted: str) -> None:
    assert problem(content, value, body_code="240001") == wanted
    assert wanted == "" or wanted in CODES


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("三重県津市西丸之内23-1", ""),
        ("津市西丸之内23-1", ""),
        ("三重県伊勢市岩渕1", "postal_code_disagrees"),
        ("愛知県津市", "postal_code_disagrees"),
        ("", ""),
    ],
)
def test_a_postal_code_agrees_with_the_address_of_its_row(address: str, wanted: str) -> None:
    assert problem("postal_code", "514-8611", context={"address": address}) == wanted


@given(st.sampled_from(sorted(CONTENTS)), st.text(max_size=30) | st.floats() | st.integers() | st.booleans())
def test_no_value_breaks_a_check(content: str, value: Any) -> None:
    assert problem(content, value, body_code="240001") in {"", *CODES}


@given(st.sampled_from(sorted(CONTENTS)), st.lists(st.text(max_size=12) | st.none(), max_size=6))
def test_what_is_surely_right_has_no_problem(content: str, values: list[str | None]) -> None:
    mask = surely_right(pl.Series("x", values, dtype=pl.String), content, "240001")
    for value, is_right in zip(values, mask, strict=True):
        assert not (is_right and problem(content, value, body_code="240001"))


def test_municipalities_and_prefectures() -> None:
    assert municipalities()["242012"] == "三重県津市"
    assert municipalities()["240001"] == "三重県"
    assert municipalities()["141305"] == "神奈川県川崎市"
    assert len(BOXES) == 47
    for box in BOXES.values():
        assert JAPAN.south <= box.south < box.north <= JAPAN.north
        assert JAPAN.west <= box.west < box.east <= JAPAN.east
    # Capitals lie in their own boxes.
    capitals = {
        "13": (35.69, 139.69),
        "24": (34.73, 136.51),
        "47": (26.21, 127.68),
        "01": (43.06, 141.35),
        "27": (34.69, 135.52),
    }
    assert all(BOXES[code].holds(*point) for code, point in capitals.items())
    assert postal_places("0000000") == ()


def test_every_table_says_where_it_is_from_and_that_it_was_not_compared() -> None:
    tables = all_standards()
    assert len(tables) >= 12
    for each in tables:
        assert each.source
        assert each.version
        assert each.verified is False
        assert each.required
        assert {item.content for item in each.items} <= set(CONTENTS)
        assert len({item.name for item in each.items}) == len(each.items)
        assert Schema.from_data(each.schema).names
    with pytest.raises(UnknownStandard):
        get("nothing")


COLUMNS: dict[str, list[Any]] = {
    "団体コード": ["242012", "242013", None],
    "番号": ["1", "2", "3"],
    "自治体": ["三重県津市"] * 3,
    "施設名": ["中央公民館", "北部図書館", None],
    "住所": ["三重県津市西丸之内23"] * 3,
    "郵便番号": ["514-8611", "516-8601", None],
    "緯度": [34.71, 136.5, 34.7],
    "経度": [136.5, 34.71, 136.4],
}
WANTED = {
    ("団体コード", "wrong_check_digit", (3,)),
    ("団体コード", "required_empty", (4,)),
    ("施設名", "required_empty", (4,)),
    ("郵便番号", "postal_code_disagrees", (3,)),
    ("緯度", "swapped_coordinates", (3,)),
    ("経度", "swapped_coordinates", (3,)),
}


def test_a_table_is_checked_against_its_standard(tmp_path: Path) -> None:
    standard = get("public_facilities")
    matches = map_columns(list(COLUMNS), standard, COLUMNS)
    done = conform(COLUMNS, matches, standard, body_code="240001")
    assert {(each.column, each.code, each.rows) for each in done.problems} == WANTED
    assert (done.cells, done.wrong) == (24, 6)
    file = tmp_path / "table.parquet"
    pl.DataFrame(COLUMNS).write_parquet(file)
    params = {"standard": "public_facilities", "body_code": "240001"}
    told = jobs.conform({"table": file}, {}, params, lambda *_: None)
    assert {(p["column"], p["code"], tuple(p["rows"])) for p in told["problems"]} == WANTED
    assert told["share"] == done.share
    chosen = jobs.conform({"table": file}, {}, {**params, "mapping": {"施設名": "名称"}}, lambda *_: None)
    assert {p["column"] for p in chosen["problems"]} == {"施設名"}
    assert "ID" in chosen["missing"]
    suggested = jobs.suggest({"table": file}, {}, {}, lambda *_: None)["suggestions"]
    assert "public_facilities" in {each["code"] for each in suggested}

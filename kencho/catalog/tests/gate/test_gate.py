"""Personal data is found, and only that."""

import json
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog.fixer.shapes import WorkbookFacts
from kencho.catalog.gate import Finding, inspect_facts, inspect_table, inspect_texts, unresolved, verdict
from kencho.catalog.gate.jobs import inspect
from kencho.catalog.gate.masks import mask
from kencho.catalog.standards.places import town_names
from kencho.catalog.tests.gate import registers
from kencho.catalog.tests.gate.measuring import measure

Kinds = set[tuple[str, str]]


def kinds(column: str, values: list[Any], **others: list[Any]) -> Kinds:
    return {(f.kind, f.severity) for f in inspect_table({column: values, **others}) if f.column == column}


def test_recall_and_precision_on_planted_registers() -> None:
    found = measure(range(5))
    assert found.planted > 900
    assert found.recall >= 0.995, found.missed
    assert found.precision >= 0.9, found.wrong
    assert found.stopped_clean == 0, found.stops


def test_the_measure_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kencho.catalog.gate.inspecting.find_contacts", lambda _table: [])
    found = measure(range(2))
    assert found.recall < 0.9
    assert found.missed


MY_NUMBER = registers.my_number(random.Random(4))
PLAIN = "".join(c for c in MY_NUMBER.translate({0xFF10 + n: str(n) for n in range(10)}) if c.isdigit())
WRONG = PLAIN[:11] + str((int(PLAIN[11]) + 1) % 10)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"{PLAIN[:4]}-{PLAIN[4:8]}-{PLAIN[8:]}",
        f"{PLAIN[:4]}　{PLAIN[4:8]}　{PLAIN[8:]}",
        f"番号は{PLAIN}です",
        PLAIN.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
        f"{PLAIN[:6]}－{PLAIN[6:]}",
    ],
)
def test_my_number_however_it_is_written(text: str) -> None:
    assert ("my_number", "stop") in kinds("備考", ["特になし", text])


def test_a_wrong_check_digit_is_not_one() -> None:
    assert kinds("備考", ["特になし", WRONG]) == set()


def test_my_number_that_excel_made_a_number() -> None:
    assert ("my_number", "stop") in kinds("番号", [1, 2, int(PLAIN)])
    assert ("my_number", "stop") in kinds("番号", [1.0, 2.5, float(int(PLAIN))])


def test_other_numbers_of_twelve_digits_are_a_warning() -> None:
    rng = random.Random(1)
    serials = [str(rng.randrange(10**11, 10**12)) for _row in range(300)]
    assert kinds("管理番号", serials) == {("my_number_like", "warn")}
    # Many valid ones among them are no chance.
    real = [registers.my_number(rng) for _row in range(40)]
    assert ("my_number", "stop") in kinds("管理番号", serials + real)
    assert ("my_number", "stop") in kinds("個人番号", serials)


@pytest.mark.parametrize(
    ("column", "value", "wanted"),
    [
        ("備考", "山田太郎様から電話", {("personal_name", "stop")}),
        ("備考", "佐藤様から電話", {("personal_name", "warn")}),
        ("備考", "市民の皆様へ", set()),
        ("備考", "高田公園の北、松本城の南", set()),
        ("説明", "加藤清正が築いた城の跡", {("personal_name", "warn")}),
        ("代表者名", "山田太郎", {("personal_name", "warn")}),
        ("院長", "髙橋　花子", {("personal_name", "warn")}),
        ("名称", "山田記念病院", set()),
        ("電話番号", "059-224-3070", set()),
        ("電話番号", "090-1234-5678", {("private_phone", "stop")}),
        ("自宅電話", "059-224-3070", {("private_phone", "stop")}),
        ("電話番号", "090 1234 5678", {("private_phone", "stop")}),
        ("連絡先メールアドレス", "a@city.tsu.lg.jp", set()),
        ("備考", "taro＠gmail.com", {("private_email", "stop")}),
        ("備考", "三重 300 さ 12-34", {("licence_plate", "stop")}),
        ("備考", "栄町123の45", set()),
        ("備考", "普通 1234567", {("bank_account", "stop")}),
        ("備考", "普通車1234567台", set()),
        ("備考", "本籍地：三重県津市大門1番", {("registered_domicile", "stop")}),
        ("備考", "本籍地の市区町村の窓口へ", set()),
        ("備考", "203.0.113.9", {("ip_address", "stop")}),
        ("備考", "192.168.0.9", {("ip_address", "warn")}),
        ("バージョン", "1.2.3.4", set()),
        ("備考", "昭和45年3月2日生", {("birth_date", "stop")}),
        ("備考", "昭和45年3月2日開設", set()),
        ("設置日", "1970-03-02", set()),
        ("法人番号", "5000020240001", set()),
        ("患者数", 3, {("small_cells", "stop")}),
        ("相談件数", 2, {("small_cells", "stop")}),
        ("人口", 3, {("small_cells", "warn")}),
        ("利用者数", 3, {("small_cells", "warn")}),
        ("患者数", 0, set()),
        ("患者数", 5, set()),
        ("定員", 3, set()),
        ("収容人数", 3, set()),
        ("台数", 3, set()),
    ],
)
def test_single_cells(column: str, value: Any, wanted: Kinds) -> None:
    assert kinds(column, [value]) == wanted


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("問い合わせ先", "090-1234-5678", "private_phone"),
        ("連絡先メールアドレス", "taro@gmail.com", "private_email"),
    ],
)
def test_a_contact_is_an_office_only_where_offices_are_listed(column: str, value: str, kind: str) -> None:
    assert kinds(column, [value], 施設名=["中央公民館"]) == {(kind, "warn")}
    assert kinds(column, [value]) == {(kind, "stop")}


def test_mobile_numbers_that_excel_made_numbers() -> None:
    assert ("private_phone", "stop") in kinds("電話番号", [9012345678, 8012345678])


def test_a_register_of_persons() -> None:
    found = inspect_table(
        {
            "氏名": ["山田太郎", "グエン・ヴァン・アン", "Smith John"],
            "住所": ["三重県津市大門1番2号"] * 3,
            "生年月日": ["1970-03-02", "S45.3.2", "平成元年1月8日"],
            "電話番号": ["059-224-3070"] * 3,
        }
    )
    assert {(f.kind, f.column, f.count) for f in found if f.severity == "stop"} == {
        ("personal_name", "氏名", 3),
        ("birth_address", "生年月日", 3),
        ("private_phone", "電話番号", 3),
    }
    assert verdict(found) == "stopped"


def test_family_and_given_name_in_columns_of_their_own() -> None:
    found = inspect_table({"a": ["山田", "佐藤", "鈴木"], "b": ["太郎", "花子", "健一"]})
    assert {(f.kind, f.severity) for f in found} == {("personal_name", "stop")}


def test_small_groups_of_traits() -> None:
    rows: dict[str, list[Any]] = {"性別": ["男"] * 9 + ["女"], "年齢": [30] * 10, "市町": ["津市"] * 10}
    assert [(f.kind, f.count, f.rows) for f in inspect_table(rows)] == [("small_group", 1, (11,))]
    assert inspect_table({name: values[:9] for name, values in rows.items()}) == []


def test_towns_are_hardly_ever_taken_for_names() -> None:
    towns = sorted(town_names())[::40]
    found = [f for f in inspect_table({"町名": towns}) if f.kind == "personal_name"]
    assert sum(f.count for f in found) <= len(towns) * 0.005


def test_hidden_parts_of_a_workbook() -> None:
    facts = WorkbookFacts(
        properties={"creator": "山田太郎", "title": "一覧"},
        hidden_sheets=("元データ",),
        hidden_rows={"表": (3,)},
        hidden_columns={"表": ("D",)},
        comments={"表": {"B2": "要確認"}},
        objects={"表": 2, "空": 0},
        has_external_links=True,
        has_macros=True,
        complete=False,
    )
    found = inspect_facts(facts)
    assert {f.kind for f in found if f.severity == "stop"} == {
        "hidden_sheet",
        "hidden_rows",
        "hidden_columns",
    }
    assert {f.kind for f in found if f.severity == "warn"} == {
        "comments",
        "author_properties",
        "embedded_objects",
        "external_links",
        "macros",
        "unexamined",
    }
    assert "山田太郎" not in json.dumps([f.to_data() for f in found], ensure_ascii=False)
    assert next(f for f in found if f.kind == "hidden_rows").params["places"] == [4]
    assert verdict(inspect_facts(facts, used_sheets={"ほか": 1})) == "passed"
    assert inspect_facts(WorkbookFacts()) == []


def test_texts_beside_the_table() -> None:
    assert verdict(inspect_texts({"説明": "担当は090-1234-5678まで", "名称": ""})) == "stopped"
    assert inspect_texts({"説明": "市内の公民館の一覧です。"}) == []


def test_overrides_are_for_exactly_these_findings() -> None:
    first, second = Finding("ip_address", "stop", "a", 3), Finding("ip_address", "stop", "a", 4)
    assert list(unresolved([first], {first.id})) == []
    assert list(unresolved([second], {first.id})) == [second]
    assert Finding.from_data(first.to_data()).id == first.id


@pytest.mark.parametrize(
    "make", [registers.register_of_persons, registers.list_with_slips, registers.microdata]
)
def test_nothing_is_shown_in_clear(make: Any) -> None:
    for seed in range(6):
        table = make(random.Random(seed))
        found = inspect_table(table.columns, title=table.title)
        told = {text for f in found for text in f.examples}
        cells = {
            str(table.columns[c][r]).strip() for kind in table.planted for c, r in table.planted[kind] if c
        }
        assert not told & cells
        assert all(sum(map(str.isdigit, text)) <= 1 for text in told)


@given(st.text(max_size=40), st.sampled_from(sorted({*registers.REGISTER, "birth_address", "small_group"})))
def test_a_mask_never_gives_the_value(value: str, kind: str) -> None:
    masked = mask(kind, value)
    assert len(masked) <= 60
    assert not (
        len(value.strip()) > 1 and any(map(str.isalnum, value)) and value == masked and "*" not in value
    )


cells = st.none() | st.text(max_size=20) | st.integers() | st.floats() | st.booleans() | st.dates()


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.lists(cells, min_size=3, max_size=3), max_size=4))
def test_no_table_breaks_the_gate(columns: dict[str, list[Any]]) -> None:
    for each in inspect_table(columns):
        assert 1 <= each.count <= 3
        json.dumps(each.to_data())


def test_the_job_reads_parquet_and_tells_json(tmp_path: Path) -> None:
    file = tmp_path / "table.parquet"
    pl.DataFrame({"氏名": ["山田太郎"], "日": [pl.Series(["2026-04-01"]).str.to_date()[0]]}).write_parquet(
        file
    )
    params = {
        "title": "名簿",
        "facts": {"hidden_sheets": ["x"]},
        "used_sheets": [],
        "texts": {"説明": "名簿です"},
    }
    told = inspect({"table": file}, {}, params, lambda *_: None)
    assert told["verdict"] == "stopped"
    assert {(f["kind"], f["severity"]) for f in told["findings"]} == {
        ("personal_name", "stop"),
        ("hidden_sheet", "warn"),
    }
    json.dumps(told)


def test_clean_tables_give_nothing() -> None:
    assert inspect_table({}) == []
    assert inspect_table({"a": []}) == []
    assert inspect_table({"a": [None, None], "b": ["", " "]}) == []


@pytest.mark.parametrize("kind", [pl.Int8, pl.Int16, pl.UInt16, pl.Int32, pl.UInt64])
def test_integers_of_few_bytes_are_looked_at_too(kind: Any) -> None:
    columns: dict[str, Any] = {
        "年度": pl.Series([19, 20], dtype=kind),
        "名称": pl.Series(["公民館", "図書館"]),
    }
    assert verdict(inspect_table(columns)) == "passed"

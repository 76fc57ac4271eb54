"""Columns of tables with renamed and shortened headers find their items."""

import random
from typing import Any

from kencho.catalog.standards import all_standards, get, map_columns, missing_required, suggest_standard
from kencho.catalog.standards.shapes import Standard
from kencho.catalog.tests.standards.tables import tables, value


def samples(standard: Standard, wanted: dict[str, str], seed: int) -> dict[str, list[object]]:
    rng = random.Random(seed)
    found = {}
    for header, name in wanted.items():
        item = standard.item(name)
        found[header] = [value(item.content if item else "text", rng) for _row in range(20)]
    return found


def rate(*, with_samples: bool) -> tuple[float, list[str]]:
    right = total = 0
    wrong = []
    for number, (code, wanted) in enumerate(tables()):
        standard = get(code)
        given = samples(standard, wanted, number) if with_samples else {}
        for match in map_columns(list(wanted), standard, given):
            total += 1
            right += match.item == wanted[match.column]
            if match.item != wanted[match.column]:
                wrong.append(
                    f"{code}: {match.column} → {match.item} {match.confidence} ({wanted[match.column]})"
                )
    return right / total, wrong


def test_there_are_thirty_tables_and_every_expected_item_exists() -> None:
    assert len(tables()) >= 30
    for code, wanted in tables():
        assert {name for name in wanted.values() if name and get(code).item(name) is None} == set()
        assert len({name for name in wanted.values() if name}) == sum(map(bool, wanted.values()))


def test_nine_of_ten_columns_are_right() -> None:
    share, wrong = rate(with_samples=True)
    assert share >= 0.9, (share, wrong)


def test_names_alone_are_nearly_as_good() -> None:
    share, wrong = rate(with_samples=False)
    assert share >= 0.85, (share, wrong)


def test_the_right_standard_is_among_the_first() -> None:
    first = among = 0
    for number, (code, wanted) in enumerate(tables()):
        found = [each.code for each in suggest_standard(list(wanted), samples(get(code), wanted, number))]
        first += found[:1] == [code]
        among += code in found[:3]
    assert first >= 24, first
    assert among >= 28, among


def test_nothing_is_suggested_for_a_table_of_another_kind() -> None:
    assert suggest_standard(["勘定科目", "当初予算額", "補正予算額", "執行率", "所属"]) == []


def test_headers_as_the_standard_writes_them_are_sure() -> None:
    for standard in all_standards():
        matches = map_columns([item.name for item in standard.items], standard)
        assert [match.item for match in matches] == [item.name for item in standard.items]
        assert {match.reason for match in matches} == {"name"}
        assert missing_required(matches, standard) == ()


def test_values_that_contradict_the_header_win() -> None:
    given: dict[str, list[Any]] = {
        "緯度": [136.51, 136.6],
        "経度": [34.7, 34.8],
        "電話番号": ["059-224-3070"] * 2,
    }
    found = {match.column: match.item for match in map_columns(list(given), "aed", given)}
    assert found["電話番号"] == "電話番号"
    assert found["緯度"] == "経度"
    assert found["経度"] == "緯度"


def test_each_item_is_given_once() -> None:
    found = [match.item for match in map_columns(["名称", "施設名", "施設名称", "x"], "aed")]
    assert found.count("名称") == 1
    assert found[-1] == ""

"""Each check of the 統一ルール on a small sheet, and what must hold of every change."""

import pytest

from kencho.catalog import fixer
from kencho.catalog.fixer.shapes import Proposal, Value
from kencho.catalog.tests.fixer.checks import assert_restores, book, sheet_of


def tidy(rows: list[list[Value]], *merges: str, kind: str = "xlsx") -> Proposal:
    """Proposes and checks that the input comes back."""
    workbook = book(sheet_of(rows, *merges), kind=kind)
    proposal = fixer.propose(workbook)
    assert_restores(workbook, proposal)
    return proposal


def column(values: list[Value], name: str = "値", **extra: str) -> list[Value]:
    """What a column of values becomes beside a column of names."""
    rows: list[list[Value]] = [["名称", name], *([f"施設{i}", v] for i, v in enumerate(values))]
    return [row[1] for row in tidy(rows).tables[0].rows]


NUMBERS: list[tuple[list[Value], list[Value]]] = [
    (["１２３", 45, "６"], [123, 45, 6]),
    (["1,234", 2, "１，２３４"], [1234, 2, 1234]),
    (["▲5", "△１．５", 3, "−2", "－４", "(7)"], [-5, -1.5, 3, -2, -4, -7]),
    (["12人", "1,000 人", "３人"], [12, 1000, 3]),
    (["3.5%", "４．０％", "10%"], [3.5, 4.0, 10]),
    (["¥1,200", "￥300", "50円"], [1200, 300, 50]),
    (["x", 5, "Ｘ", "…", "-", "***", "―", 6, 7, 8, 9], [None, 5, None, None, None, None, None, 6, 7, 8, 9]),
    (["1,234※", 5, "6 注1)", 7], [1234, 5, 6, 7]),
    (["1億2,000万円", "3千円", "500円"], [120_000_000, 3000, 500]),
]


@pytest.mark.parametrize(("given", "wanted"), NUMBERS)
def test_numbers_become_numbers(given: list[Value], wanted: list[Value]) -> None:
    assert column(given) == wanted


STAY: list[tuple[str, list[Value]]] = [
    ("番地", ["1-2", "3-4", "15"]),
    ("団体コード", ["012025", "242012"]),
    ("値", ["01", "02", "10"]),
    ("室名", ["3階", "2階", "1階"]),
    ("対象", ["第1回", "約100人", "100人以上"]),
    ("内訳", ["12（3）人中", "1 2", "3／4"]),
    ("氏名", ["林　明", "山田　太郎", "髙﨑 一"]),
    ("所在地", ["津市広明町１３番地", "四日市市諏訪町1-5"]),
    ("利用時間", ["9:00～17:00", "10:00～18:00"]),
    ("備考", ["-", "―", "前年度比＋3.5％"]),
]


@pytest.mark.parametrize(("name", "given"), STAY)
def test_what_is_no_number_stays(name: str, given: list[Value]) -> None:
    assert column(given, name) == given


TIMES: list[tuple[str, list[Value], list[Value]]] = [
    ("開始日", ["令和5年4月1日", "R5.4.2", "2023/4/3", "平成３１年４月３０日"],
     ["2023-04-01", "2023-04-02", "2023-04-03", "2019-04-30"]),
    ("年月", ["令和5年4月", "R5.5", "2023年6月"], ["2023-04", "2023-05", "2023-06"]),
    ("年度", ["平成30年度", "令和元年度", 2, 3], [2018, 2019, 2020, 2021]),
    ("年次", ["昭和60年", "平成 2年", 7, 12], [1985, 1990, 1995, 2000]),
    ("年", [2019, 2020, 2021], [2019, 2020, 2021]),
    ("年度", ["令和元年度（2019年度）", "令和2年度（2020年度）"], [2019, 2020]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "wanted"), TIMES)
def test_times_become_western(name: str, given: list[Value], wanted: list[Value]) -> None:
    assert column(given, name) == wanted


def test_one_year_with_two_names_keeps_them_in_a_column() -> None:
    table = tidy([["年", "件数"], ["平成31年", 1], ["令和元年", 2], ["令和2年", 3]]).tables[0]
    assert table.header == ["年", "年_和暦", "件数"]
    assert table.rows[:2] == [[2019, "平成31年", 1], [2019, "令和元年", 2]]


def test_no_day_of_an_era_that_had_ended_is_made_up() -> None:
    rows: list[list[Value]] = [["日付", "件"]]
    for day in range(1, 9):
        rows.append([f"令和5年4月{day}日", day])  # noqa: PERF401
    proposal = tidy([*rows, ["昭和64年1月8日", 9]])
    assert proposal.tables[0].rows[-1][0] == "昭和64年1月8日"
    assert [question.code for question in proposal.questions] == ["odd_moments"]


LABELS: list[tuple[str, Value, Value]] = [
    ("市町", "津　　市", "津市"),
    ("市町", "四 日\n市 市", "四日市市"),
    ("名称", "㈱三重", "(株)三重"),
    ("名称", "①ｶﾞｷﾞ Ⅲ", "(1)ガギ III"),
    ("名称", "　桑名市 ", "桑名市"),
    ("市町", "桑名市※1", "桑名市"),
    ("市町", "亀山市（注2）", "亀山市"),
    ("郵便番号", "〒５１４－０００１", "514-0001"),
    ("電話番号", "０５９－２２４－１２３４", "059-224-1234"),
    ("名称", "髙﨑館", "髙﨑館"),
]


@pytest.mark.parametrize(("name", "given", "wanted"), LABELS)
def test_labels(name: str, given: Value, wanted: Value) -> None:
    assert column([given, "中央館", "西館"], name)[0] == wanted


def test_lines_that_are_several_data_become_a_question() -> None:
    proposal = tidy([["名称", "休館日"], ["館1", "月\n水\n金"], ["館2", "火"], ["館3", "水"]])
    assert proposal.tables[0].rows[0][1] == "月\n水\n金"
    assert [question.code for question in proposal.questions] == ["several_data"]


def test_a_full_sheet() -> None:
    rows: list[list[Value]] = [
        ["第３表　市町別人口", None, None, None, None],
        [None, None, None, None, "（単位：人）"],
        ["地域", "市町名", "人口", None, "増減率（％）"],
        [None, None, "男", "女", None],
        ["北勢", "桑名市", "１０", 20, "▲1.5"],
        [None, "いなべ市", 30, "x", "0.5"],
        [None, "小　計", 40, None, None],
        ["中勢", "津　　市", 5, 6, "(2.0)"],
        [None, "鈴鹿市", 7, 8, 1],
        [None, "小計", 12, 14, None],
        ["合　計", None, 52, None, None],
        ["※単位未満は四捨五入"],
        ["資料：国勢調査"],
    ]
    proposal = tidy(rows, "A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "A5:A7", "A8:A10", "A11:B11")
    table = proposal.tables[0]
    assert table.header == ["地域", "市町名", "人口_男", "人口_女", "増減率（％）"]
    assert table.rows == [
        ["北勢", "桑名市", 10, 20, -1.5],
        ["北勢", "いなべ市", 30, None, 0.5],
        ["中勢", "津市", 5, 6, -2.0],
        ["中勢", "鈴鹿市", 7, 8, 1],
    ]
    assert [c.unit for c in table.columns] == ["", "", "人", "人", "%"]
    assert table.columns[3].markers == {"x": 1}
    assert table.title == "第3表 市町別人口" or table.title == "第３表 市町別人口"
    assert {note.kind for note in table.notes} == {"title", "unit", "note", "source"}
    assert {change.rule for change in proposal.changes} >= {"1-3", "1-4", "1-5", "1-9", "1-13", "2-1"}


def test_a_total_that_does_not_add_up_is_asked_about() -> None:
    proposal = tidy([["市町", "件数"], ["津市", 1], ["鈴鹿市", 2], ["合計", 4]])
    assert [row[0] for row in proposal.tables[0].rows] == ["津市", "鈴鹿市"]
    assert [question.code for question in proposal.questions] == ["total_mismatch"]


def test_an_account_whose_name_ends_like_a_total_stays() -> None:
    table = tidy([["会計", "額"], ["一般会計", 10], ["特別会計", 5], ["企業会計", 15]]).tables[0]
    assert len(table.rows) == 3


def test_labels_are_filled_down_only_where_the_layout_proves_it() -> None:
    proved = tidy([["地域", "市町", "n"], ["北勢", "a", 1], [None, "b", 2], ["中勢", "c", 3], [None, "d", 4]])
    assert [row[0] for row in proved.tables[0].rows] == ["北勢", "北勢", "中勢", "中勢"]
    gap = tidy(
        [["名称", "区分", "n"], ["a", "x", 1], ["b", "y", 2], [None, "y", 3], ["d", "x", 4], ["e", "x", 5]]
    )
    assert [row[0] for row in gap.tables[0].rows] == ["a", "b", None, "d", "e"]


def test_sections_become_a_column() -> None:
    rows: list[list[Value]] = [
        ["市町", "男", "女"],
        ["北勢地域"],
        ["桑名市", 1, 2],
        ["中勢地域"],
        ["津市", 3, 4],
    ]
    table = tidy(rows).tables[0]
    assert table.header == ["区分", "市町", "男", "女"]
    assert table.rows == [["北勢地域", "桑名市", 1, 2], ["中勢地域", "津市", 3, 4]]


def test_tables_side_by_side_and_stacked() -> None:
    folded: list[list[Value]] = [
        ["市町", "n", None, "市町", "n"],
        ["a", 1, None, "c", 3],
        ["b", 2, None, "d", 4],
    ]
    assert tidy(folded).tables[0].rows == [["a", 1], ["b", 2], ["c", 3], ["d", 4]]
    stacked: list[list[Value]] = [
        ["表1　人口"], ["市町", "人口"], ["a", 1], ["b", 2], [], ["表2　事業"], ["事業", "額", "率"], ["x", 5, 6], ["y", 7, 8],
    ]  # fmt: skip
    proposal = tidy(stacked)
    assert [table.header for table in proposal.tables] == [["市町", "人口"], ["事業", "額", "率"]]
    assert "2-2" in {change.rule for change in proposal.changes}


def test_sheets_of_one_header_are_joined() -> None:
    sheets = [sheet_of([["市町", "n"], ["a", 1], ["b", 2]], name=f"令和{y}年度") for y in (3, 4)]
    workbook = book(*sheets)
    proposal = fixer.propose(workbook)
    assert_restores(workbook, proposal)
    assert proposal.tables[0].header == ["年度", "市町", "n"]
    assert proposal.tables[0].rows[0] == [2021, "a", 1]


def test_formats_tell_percents_and_leading_zeros() -> None:
    workbook = book(sheet_of([["コード", "率"], [1, 0.035], [22, 0.5]]))
    workbook.sheets[0].formats = {(1, 0): "0000", (2, 0): "0000", (1, 1): "0.0%", (2, 1): "0.0%"}
    proposal = fixer.propose(workbook)
    assert_restores(workbook, proposal)
    assert proposal.tables[0].rows == [["0001", 3.5], ["0022", 50]]
    assert proposal.tables[0].columns[1].unit == "%"


def test_coordinates_in_one_cell_are_parted() -> None:
    table = tidy([["名称", "緯度・経度"], ["館", "34.73,136.51"], ["園", "34.5, 136.7"]]).tables[0]
    assert table.header == ["名称", "緯度", "経度"]
    assert table.rows == [["館", 34.73, 136.51], ["園", 34.5, 136.7]]


def test_hidden_parts_stay_out_and_can_be_taken_back() -> None:
    workbook = book(sheet_of([["市町", "n", "内部"], ["a", 1, "済"], ["b", 2, "未"]]))
    workbook.sheets[0].hidden_columns = frozenset({2})
    proposal = fixer.propose(workbook)
    assert_restores(workbook, proposal)
    assert proposal.tables[0].header == ["市町", "n"]
    hidden = next(change for change in proposal.changes if change.action == "hidden_column")
    assert fixer.apply(workbook, proposal, {hidden.id}).tables[0].header == ["市町", "n", "内部"]


def test_pairs_above_a_table_are_told_about_it() -> None:
    rows: list[list[Value]] = [
        ["調査名", "国勢調査"],
        ["作成日", "令和5年4月1日"],
        [],
        ["市町", "人口", "世帯"],
        ["a", 1, 2],
        ["b", 3, 4],
    ]
    proposal = tidy(rows)
    assert proposal.tables[0].header == ["市町", "人口", "世帯"]
    assert {note.text for note in proposal.tables[0].notes} >= {"国勢調査", "作成日"}


def test_levels_shown_by_blanks_become_a_question() -> None:
    rows: list[list[Value]] = [
        ["分類", "事業所", "従業者"],
        ["農林漁業", 10, 100],
        ["　農業", 6, 60],
        ["　林業", 4, 40],
        ["製造業", 9, 90],
    ]
    assert [question.code for question in tidy(rows).questions] == ["indented_levels"]

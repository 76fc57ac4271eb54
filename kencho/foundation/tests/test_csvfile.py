from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation.csvfile import (
    BOM,
    Cell,
    CsvExport,
    Encoding,
    Limits,
    defuse,
    is_risky,
    read_csv,
    undo_defuse,
)

HEADER = ("番号", "氏名", "備考")


def written(rows: list[tuple[Cell, ...]], encoding: Encoding = "utf-8") -> bytes:
    return b"".join(CsvExport(HEADER, rows, encoding))


def codes(data: bytes, limits: Limits | None = None) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in read_csv(data, required=HEADER, limits=limits).problems]


def text(content: str) -> bytes:
    return content.encode()


def test_what_excel_expects() -> None:
    data = written([(1, '山田, "太郎"', None)])
    assert data == BOM + '番号,氏名,備考\r\n1,"山田, ""太郎""",\r\n'.encode()


def test_values_are_machine_readable() -> None:
    moment = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    rows: list[tuple[Cell, ...]] = [(Decimal("1E+3"), date(2026, 11, 24), moment), (-5, True, 0.5)]
    lines = written(rows).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["1000,2026-11-24,2026-11-24T09:30:00+09:00", "-5,true,0.5"]


def test_cp932_reports_what_it_replaced() -> None:
    export = CsvExport(HEADER, [(1, "髙田 𠮷男", "😀"), (2, "三重", "")], "cp932")
    data = b"".join(export)
    assert data.decode("cp932") == "番号,氏名,備考\r\n1,髙田 吉男,〓\r\n2,三重,\r\n"
    assert [(one.line, one.column, one.what.original) for one in export.replaced] == [
        (2, "氏名", "𠮷"),
        (2, "備考", "😀"),
    ]
    assert export.replaced_count == 2
    assert "Shift_JIS" in export.content_type
    assert "utf-8" in CsvExport(HEADER, []).content_type


def test_the_list_of_replaced_characters_is_bounded() -> None:
    export = CsvExport(("あ",), [("😀" * 1500,)], "cp932")
    assert b"".join(export)
    assert len(export.replaced) == 1000
    assert export.replaced_count == 1500


def test_rows_are_streamed() -> None:
    asked: list[int] = []

    def rows() -> Iterator[tuple[Cell, ...]]:
        for index in range(2000):
            asked.append(index)
            yield (index, "山田", "")

    chunks = iter(CsvExport(HEADER, rows()))
    next(chunks)
    assert asked == []
    next(chunks)
    assert 0 < len(asked) < 600


def test_rows_of_another_length_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="row 2"):
        written([(1, "山田")])


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+A1",
        "-A1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "＝1",
        "＋A",
        "－A",
        "＠A",
        "=cmd|' /C calc'!A0",
        "--1",
    ],
)
def test_formulas_are_defused(cell: str) -> None:
    assert is_risky(cell)
    assert defuse(cell) == f"'{cell}"
    assert written([(cell, "", "")]).decode("utf-8-sig").splitlines()[1][:2] in ("'" + cell[0], "\"'")


@pytest.mark.parametrize("cell", ["", "-", "-5", "+81593542111", "-1.5", "三重", "1-2", "—", "'a"])
def test_harmless_texts_stay(cell: str) -> None:
    assert defuse(cell) == cell


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("'=+-@\tA1三\r"), max_size=6))
def test_defusing_can_be_undone(cell: str) -> None:
    assert undo_defuse(defuse(cell)) == cell
    assert not is_risky(defuse(cell)) or defuse(cell).startswith("'")


CELLS = st.text(
    st.one_of(
        st.sampled_from("三重県=+-@',\"\r\n\t 　髙"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS).filter(any), max_size=5))
def test_what_is_written_is_read(rows: list[tuple[str, str, str]]) -> None:
    found = read_csv(written([*rows]), required=HEADER)
    assert found.problems == []
    assert [tuple(row.values.values()) for row in found.rows] == rows


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    found = read_csv(data, required=HEADER)
    assert found.problems
    assert all(one.message for one in found.problems)


@pytest.mark.parametrize(
    ("codec", "encoding"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp932", "cp932")]
)
def test_encodings_are_recognised(codec: str, encoding: str) -> None:
    found = read_csv("番号,氏名,備考\n1,髙田,①\n".encode(codec), required=HEADER)
    assert found.is_valid
    assert found.encoding == encoding
    assert found.rows[0].values == {"番号": "1", "氏名": "髙田", "備考": "①"}


def test_columns_in_any_order_and_optional_ones() -> None:
    found = read_csv(
        text("備考, 氏名 ,番号\n\nx,山田,1\n,,\n"), required=("番号", "氏名"), optional=("備考", "ない列")
    )
    assert [(row.line, row.values["番号"]) for row in found.rows] == [(3, "1")]


def test_lines_are_counted_as_an_editor_does() -> None:
    found = read_csv(text('番号,氏名,備考\n1,山田,"二行に\n渡る"\n2,鈴木,\n'), required=HEADER)
    assert [row.line for row in found.rows] == [2, 4]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("empty_file", 0)]),
        (BOM, [("empty_file", 0)]),
        (b" \r\n", [("empty_file", 0)]),
        (b",,\n", [("empty_file", 0)]),
        ("番号,氏名,備考\n".encode("utf-16"), [("unknown_encoding", 0)]),
        (b"a,b\n\x81\n\xff\xff", [("unknown_encoding", 2)]),
        (text("番号,氏名,備考\n1,\0,\n"), [("nul_character", 2)]),
        (text("番号,備考\n"), [("missing_column", 1)]),
        (text("\n番号,氏名,備考,住所\n"), [("unknown_column", 2)]),
        (text("番号,氏名,備考,番号\n"), [("duplicate_column", 1)]),
        (text("番号,氏名,備考\n1,山田\n2,鈴木,,\n"), [("cell_count", 2), ("cell_count", 3)]),
        (text('番号,氏名,備考\n1,山田,"x\n'), [("bad_quoting", 2)]),
        (text('番号,氏名,備考\n1,山田,"x"y\n'), [("bad_quoting", 2)]),
    ],
)
def test_problems_of_a_file(content: bytes, expected: list[tuple[str, int]]) -> None:
    assert codes(content) == expected


def test_limits() -> None:
    head = "番号,氏名,備考\n"
    assert codes(text(head), Limits(max_bytes=5)) == [("too_large", 0)]
    assert codes(text(head + "1,a,\n" * 3), Limits(max_rows=2)) == [("too_many_rows", 4)]
    assert codes(text(head), Limits(max_columns=2)) == [("too_many_columns", 1)]
    assert codes(text(head + "1,山田太郎,\n"), Limits(max_cell=3)) == [("cell_too_long", 2)]
    assert codes(text(head + "1," + "x" * 200_000 + ",\n")) == [("long_cell", 2)]
    assert codes(text(head + "1,a\n" * 500))[-1] == ("too_many_problems", 0)
    assert len(codes(text(head + "1,a\n" * 500))) == 101


def test_messages_are_japanese_and_name_the_line() -> None:
    problems = read_csv(text("番号,備考\n"), required=HEADER).problems
    assert [one.message for one in problems] == ["1行目：「氏名」の列がありません。"]
    problems = read_csv(b"x" * 2_000_000, required=HEADER, limits=Limits(max_bytes=1_572_864)).problems
    assert [one.message for one in problems] == ["ファイルが大きすぎます。1.5メガバイトまでにしてください。"]

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kencho.foundation.csvfile import Cell, Limits
from kencho.foundation.xlsxfile import MAX_CELL, read_xlsx, write_xlsx

HEADER = ("番号", "氏名", "備考")


def written(rows: list[tuple[Cell, ...]], title: str = "一覧") -> bytes:
    target = io.BytesIO()
    assert write_xlsx(target, header=HEADER, rows=rows, title=title) == len(rows)
    return target.getvalue()


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = Workbook()
    fill(book.active)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def codes(data: bytes, limits: Limits | None = None) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in read_xlsx(data, required=HEADER, limits=limits).problems]


def test_numbers_and_dates_stay_what_they_are() -> None:
    moment = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    data = written([(1, "髙田", date(2026, 11, 24)), (Decimal("1.5"), moment, 10**20), (None, True, "007")])
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.title == "一覧"
    assert sheet["C2"].value == datetime(2026, 11, 24)  # noqa: DTZ001 - a sheet knows no time zones
    assert sheet["B3"].value == datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001 - a sheet knows no time zones
    assert (sheet["A3"].value, sheet["C3"].value, sheet["C4"].value) == (1.5, str(10**20), "007")
    found = read_xlsx(data, required=HEADER)
    assert [tuple(row.values.values()) for row in found.rows] == [
        ("1", "髙田", "2026-11-24"),
        ("1.5", "2026-11-24T09:30:00", str(10**20)),
        ("", "true", "007"),
    ]
    assert [row.line for row in found.rows] == [2, 3, 4]


@pytest.mark.parametrize("cell", ["=1+1", "=cmd|' /C calc'!A0", "+A1", "@SUM(A1)", "#REF!", "=", "-1+1"])
def test_texts_never_become_formulas(cell: str) -> None:
    data = written([(cell, "", "")])
    written_cell = load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
    assert written_cell.data_type == "s"
    assert written_cell.value == cell
    assert written_cell.quotePrefix is (cell != "#REF!")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert read_xlsx(data, required=HEADER).rows[0].values["番号"] == cell


def test_nothing_is_cut_silently() -> None:
    assert written([("x" * MAX_CELL, "a\x00\x0bb", "")])
    for row in (("x" * (MAX_CELL + 1), "", ""), ("𠮷" * (MAX_CELL // 2 + 1), "", ""), ("x", "")):
        with pytest.raises(ValueError, match="row 2"):
            write_xlsx(io.BytesIO(), header=HEADER, rows=[row])


def test_titles_that_excel_refuses_are_mended() -> None:
    data = written([], title="令和8年度/申請[一覧]" + "長" * 40)
    title = load_workbook(io.BytesIO(data)).sheetnames[0]
    assert title.startswith("令和8年度_申請_一覧_")
    assert len(title) == 31


CELLS = st.text(
    st.one_of(
        st.sampled_from("三重=+-@'\"\t 　髙<&"),
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS).filter(any), max_size=4))
def test_what_is_written_is_read(rows: list[tuple[str, str, str]]) -> None:
    found = read_xlsx(written([*rows]), required=HEADER)
    assert found.problems == []
    assert [tuple(row.values.values()) for row in found.rows] == rows


def test_files_that_people_make() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["氏名", "番号", "備考", None])
        sheet.append(["山田", 12.0, None])
        sheet.append([None, None, None])
        sheet.append(["鈴木", 0.1, time(9, 30)])
        sheet["F900"].number_format = "0.00"

    found = read_xlsx(workbook(fill), required=HEADER)
    assert found.problems == []
    assert [(row.line, row.values) for row in found.rows] == [
        (2, {"氏名": "山田", "番号": "12", "備考": ""}),
        (4, {"氏名": "鈴木", "番号": "0.1", "備考": "09:30:00"}),
    ]


def test_formulas_and_errors_are_sent_back() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(HEADER)
        sheet.append([1, "=A2&A2", "#DIV/0!"])

    problems = read_xlsx(workbook(fill), required=HEADER).problems
    assert [one.message for one in problems] == [
        "2行目：「氏名」に数式があります。値に直してください。",
        "2行目：「備考」の値がエラー（#DIV/0!）になっています。",
    ]


def test_header_and_limits() -> None:
    data = written([(index, "山田太郎", "") for index in range(3)])
    assert codes(data) == []
    assert codes(data, Limits(max_bytes=100)) == [("too_large", 0)]
    assert codes(data, Limits(max_rows=2)) == [("too_many_rows", 4)]
    assert codes(data, Limits(max_columns=2)) == [("too_many_columns", 1)]
    assert codes(data, Limits(max_cell=3)) == [("cell_too_long", line) for line in (2, 3, 4)]
    found = read_xlsx(data, required=("番号", "住所"), optional=("氏名", "備考"))
    assert [(one.code, one.params) for one in found.problems] == [("missing_column", {"column": "住所"})]
    assert codes(workbook(lambda sheet: None)) == [("empty_file", 0)]


def test_cells_beyond_the_header_are_seen() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(HEADER)
        sheet.append([1, "山田", "", "余り"])

    assert codes(workbook(fill)) == [("cell_count", 2)]


def packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"no workbook", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "password"),
        (packed({"a.txt": b"x"}), "unreadable"),
        (packed({"[Content_Types].xml": b"<Types/>"}), "unreadable"),
        (packed({"[Content_Types].xml": b"<Types"}), "unreadable"),
        (packed({"xl/worksheets/sheet1.xml": b"0" * 300_000_000}), "too_large"),
    ],
    ids=["empty", "text", "password", "zip", "no-workbook", "broken-xml", "bomb"],
)
def test_what_is_no_workbook(data: bytes, code: str) -> None:
    assert codes(data) == [(code, 0)]


def test_entities_are_not_expanded() -> None:
    data = written([(1, "a", "")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = files["xl/worksheets/sheet1.xml"]
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    files["xl/worksheets/sheet1.xml"] = bomb + sheet[sheet.index(b"<worksheet") :]
    assert codes(packed(files)) == [("unreadable", 0)]


def test_a_cut_file_is_unreadable() -> None:
    data = written([(index, "山田", "") for index in range(50)])
    for length in (10, len(data) // 2, len(data) - 5):
        assert codes(data[:length]) == [("unreadable", 0)]

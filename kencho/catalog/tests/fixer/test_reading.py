"""Files of every kind, and files that mean no good."""

import contextlib
import csv
import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog import fixer
from kencho.catalog.fixer.__main__ import main
from kencho.catalog.fixer.read import read_bytes, read_file
from kencho.catalog.fixer.reading.packages import Package

TEXT = "名称,所在地,人数\n髙﨑館①～,津市,１２\n中央館,鈴鹿市,34\n"


@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("cp932", b"", "cp932"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("euc_jp", b"", "euc_jp"),
    ],
)
def test_encodings(encoding: str, mark: bytes, found: str) -> None:
    text = TEXT if encoding != "euc_jp" else TEXT.replace("髙﨑", "高崎").replace("①～", "")
    workbook = read_bytes(mark + text.encode(encoding), name="a.csv")
    assert (workbook.encoding, workbook.had_bom) == (found, bool(mark))
    assert workbook.sheets[0].rows[2] == ["中央館", "鈴鹿市", "34"]


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["市町", "率", "式"], ["津市", 0.035, "=1+1"], ["鈴鹿市", 0.5, "#N/A"]):
        sheet.append(row)
    sheet["B2"].number_format = "0.0%"
    sheet["B3"].number_format = "0.0%"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    hidden = book.create_sheet("控え")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "氏名"
    book.properties.creator = "三重太郎"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_a_workbook_carries_beside_its_cells() -> None:
    workbook = read_bytes(_xlsx())
    sheet = workbook.sheets[0]
    assert sheet.formats[1, 1] == "0.0%"
    assert sheet.formulas == frozenset({(1, 2)})
    assert sheet.cell(2, 2) == "#N/A"
    assert workbook.facts.hidden_sheets == ("控え",)
    assert workbook.facts.hidden_rows == {"Sheet": (2,)}
    assert workbook.facts.hidden_columns == {"Sheet": ("C",)}
    assert workbook.facts.properties["creator"] == "三重太郎"
    proposal = fixer.propose(workbook)
    assert {"formula_to_value", "hidden_row", "hidden_column", "hidden_sheet_row"} <= {
        change.action for change in proposal.changes
    }
    assert proposal.tables[0].rows == [["津市", 3.5]]


def _refused(data: bytes) -> str:
    with pytest.raises(fixer.Refusal) as refused:
        fixer.propose(read_bytes(data, name="a"))
    return refused.value.code


def test_refusals() -> None:
    assert _refused(b"") == "empty"
    assert _refused(b" \n ") == "empty"
    assert _refused(b"%PDF-1.7 ...") == "unknown_format"
    assert _refused(b"PK\x03\x04 torn") == "corrupt"
    assert _refused(_xlsx()[:-300]) == "corrupt"
    assert _refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)) == "corrupt"
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert _refused(encrypted) == "password_protected"
    assert _refused("名称,数\n津市,1\n".encode("cp932") + b"\xff\xff\n") == "undecodable"
    assert _refused('名称,数\n"津市,1\n鈴鹿市,2\n'.encode()) == "unclosed_quote"
    assert _refused(b"," * 2_000_000) == "too_many_columns"
    assert _refused(b"a" + b"," * 20_000) == "too_many_columns"


def test_a_zip_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(60_000_000))
    assert _refused(out.getvalue()) == "zip_bomb"
    with pytest.raises(fixer.Refusal):
        Package(out.getvalue())


def test_two_cells_at_opposite_corners_do_not_fill_the_memory() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = 1, 2
    out = io.BytesIO()
    book.save(out)
    assert _refused(out.getvalue()) == "too_many_cells"


def test_outside_entities_are_not_followed() -> None:
    source = zipfile.ZipFile(io.BytesIO(_xlsx()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><b>&x;</b></a>'
            archive.writestr(name, data)
    assert read_bytes(out.getvalue()).facts.properties.get("b") is None


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"a,b\n"]),
)
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    with contextlib.suppress(fixer.Refusal):
        fixer.propose(read_bytes(start + data))


WHOLE = _xlsx()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_a_damaged_workbook_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(WHOLE)
    for _each in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with contextlib.suppress(fixer.Refusal):
        fixer.propose(read_bytes(bytes(data)))


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "表.csv", tmp_path / "out.csv"
    source.write_bytes("市町,人口\n津　　市,１２３\n鈴鹿市,4\n".encode("cp932"))
    assert main([str(source), "--csv", str(target), "--json"]) == 0
    assert '"rule": "1-3"' in capsys.readouterr().out
    assert list(csv.reader(target.read_text(encoding="utf-8").splitlines())) == [
        ["市町", "人口"],
        ["津市", "123"],
        ["鈴鹿市", "4"],
    ]
    assert main([str(source)]) == 0
    source.write_bytes(b"%PDF")
    assert main([str(source)]) == 2
    assert main([str(tmp_path / "none.csv")]) == 2


def test_a_recipe_works_on_next_years_file() -> None:
    first = "題\n市町,団体コード,人口\n津　　市,242012,１２\n鈴鹿市,242071,3\n"
    proposal = fixer.propose(read_bytes(first.encode()))
    recipe = fixer.Recipe.from_data(fixer.recipe_of(proposal).to_data())
    shifted = "題\n\n（令和6年4月1日現在）\n市町,団体コード,人口\n鈴鹿市,242071,４\n津　　市,242012,5\n"
    again = fixer.propose(read_bytes(shifted.encode()), recipe)
    assert again.differences == []
    assert again.tables[0].header == proposal.tables[0].header
    other = fixer.propose(read_bytes("市町,人口\n津市,多い\n鈴鹿市,少ない\n".encode()), recipe)
    assert {"columns_missing", "kind_changed"} <= {question.code for question in other.differences}


def test_a_change_taken_back_stays_taken_back_next_year() -> None:
    first = read_bytes("名称,数\n①番館,1\n②番館,2\n".encode())
    proposal = fixer.propose(first)
    less = fixer.apply(
        first, proposal, {change.id for change in proposal.changes if change.action == "characters"}
    )
    assert [row[0] for row in less.tables[0].rows] == ["①番館", "②番館"]
    recipe = fixer.recipe_of(less)
    again = fixer.propose(read_bytes("名称,数\n③番館,3\n④番館,4\n⑤番館,5\n".encode()), recipe)
    assert [row[0] for row in again.tables[0].rows] == ["③番館", "④番館", "⑤番館"]


def test_a_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "人口.xlsx"
    path.write_bytes(WHOLE)
    assert read_file(path).name == "人口.xlsx"

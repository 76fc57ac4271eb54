"""Download files: safe in spreadsheets, honest about replaced characters."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog.tables.export import write_csv, write_geojson, write_json, write_xlsx
from kencho.catalog.tables.export.frames import defused
from kencho.catalog.tables.refusals import Refused
from kencho.foundation.csvfile import defuse
from kencho.foundation.text import degrade_cp932

ROWS: dict[str, list[Any]] = {
    "名称": ["=cmd|'/c calc'!A1", "𠮷野屋", 'a,"b"\nc', "-5", None],
    "数": [1, None, -3, 10**16, 5],
    "割合": [0.5, 1e20, None, 2.0, -0.25],
    "真偽": [True, False, None, True, False],
}


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    frame = pl.DataFrame(ROWS).with_columns(
        日=pl.Series(["2020-04-01", None, "1899-01-01", "2024-02-29", "2020-01-01"]).str.to_date("%Y-%m-%d"),
        時=pl.Series(["2020-04-01 10:00:00", None, None, None, None]).str.to_datetime("%Y-%m-%d %H:%M:%S"),
    )
    path = tmp_path / "table.parquet"
    frame.write_parquet(path)
    return path


def _read(data: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))


def test_csv(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert write_csv(stored, target, bom=True).rows == 5
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 6
    rows = _read(data, "utf-8-sig")
    assert rows[0] == ["名称", "数", "割合", "真偽", "日", "時"]
    assert rows[1] == ["'=cmd|'/c calc'!A1", "1", "0.5", "true", "2020-04-01", "2020-04-01T10:00:00"]
    assert [row[0] for row in rows[2:]] == ["𠮷野屋", 'a,"b"\nc', "-5", ""]


def test_cp932_tells_which_characters_it_replaced(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    written = write_csv(stored, target, encoding="cp932")
    assert [(each.row, each.column, each.original, each.replacement) for each in written.replaced] == [
        (3, "名称", "𠮷", "吉")
    ]
    assert written.replaced_count == 1
    assert _read(target.read_bytes(), "cp932")[2][0] == "吉野屋"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=5))
def test_any_text_survives_csv(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp()
    pl.DataFrame({"a": texts, "b": ["x"] * len(texts)}).write_parquet(folder / "any.parquet")
    write_csv(folder / "any.parquet", folder / "any.csv")
    assert [row[0] for row in _read((folder / "any.csv").read_bytes(), "utf-8")[1:]] == [
        defuse(each) for each in texts
    ]
    write_csv(folder / "any.parquet", folder / "any.csv", encoding="cp932")
    found = [row[0] for row in _read((folder / "any.csv").read_bytes(), "cp932")[1:]]
    # One code of CP932 stands for two characters (¬ and ￢), so the way back is compared too.
    assert found == [degrade_cp932(defuse(each))[0].encode("cp932").decode("cp932") for each in texts]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("'=+-@＝＋－＠\t\r\n0123456789.a津 "), max_size=6))
def test_whole_columns_are_defused_as_single_texts_are(text: str) -> None:
    assert pl.DataFrame({"a": [text]}).select(defused(pl.col("a"))).to_series().to_list() == [defuse(text)]


def test_xlsx(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert write_xlsx(stored, target, title="施設/一覧").rows == 5
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    assert sheet.title == "施設_一覧"
    rows = list(sheet.iter_rows())
    first = rows[1][0]
    assert (first.value, first.data_type, first.quotePrefix) == ("=cmd|'/c calc'!A1", "s", True)
    assert [cell.value for cell in rows[4]][1] == str(10**16)
    assert str(rows[1][4].value) == "2020-04-01 00:00:00"
    assert rows[3][4].value == "1899-01-01"


def test_a_sheet_has_room_for_so_many_rows(tmp_path: Path) -> None:
    pl.DataFrame({"a": range(1_048_576)}).write_parquet(tmp_path / "t.parquet")
    with pytest.raises(Refused) as caught:
        write_xlsx(tmp_path / "t.parquet", tmp_path / "out.xlsx")
    assert (caught.value.code, caught.value.params) == ("too_many_rows_for_xlsx", {"limit": 1_048_575})


def test_json(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    write_json(stored, target)
    rows = json.loads(target.read_text())
    assert rows[0]["名称"] == ROWS["名称"][0]
    assert (rows[0]["日"], rows[1]["数"], rows[0]["時"]) == ("2020-04-01", None, "2020-04-01T10:00:00")


def test_geojson(tmp_path: Path) -> None:
    path, target = tmp_path / "t.parquet", tmp_path / "out.geojson"
    pl.DataFrame({"名称": ["津", "無"], "施設_緯度": [34.7, None], "施設_経度": [136.5, 1.0]}).write_parquet(
        path
    )
    write_geojson(path, target)
    made = json.loads(target.read_text())
    assert made["features"][0]["geometry"] == {"type": "Point", "coordinates": [136.5, 34.7]}
    assert made["features"][1]["geometry"] is None
    pl.DataFrame({"WKT": ["POLYGON ((0 0, 1 0, 1 1, 0 0))", "POINT (1 2)", "x"]}).write_parquet(path)
    write_geojson(path, target)
    shapes = [each["geometry"] for each in json.loads(target.read_text())["features"]]
    assert shapes[0]["coordinates"] == [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    assert shapes[1:] == [{"type": "Point", "coordinates": [1, 2]}, None]
    pl.DataFrame({"名称": ["津"]}).write_parquet(path)
    with pytest.raises(Refused, match="no_coordinates"):
        write_geojson(path, target)

"""Workbooks and maps as tables, and files that are traps."""

import contextlib
import io
import json
import sqlite3
import struct
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapefile  # type: ignore[import-untyped]  # no stubs are published
import shapely  # type: ignore[import-untyped]  # no stubs are installed
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog.tables.reading import kind_of, open_sheets
from kencho.catalog.tables.reading.geo import read_geojson, read_gpkg, read_shapefile
from kencho.catalog.tables.reading.shapes import BadShape, geometry_of_wkb, geometry_of_wkt, wkt_of
from kencho.catalog.tables.refusals import Refused

SHAPES = [
    "POINT (1 2)",
    "LINESTRING (0 0, 1 1.5)",
    "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
    "MULTIPOINT ((1 2), (3 4))",
    "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
]


def test_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "一覧"
    for row in ([], ["名称", "数", "日"], ["津", 3, "x"], [None, 1.5, True]):
        sheet.append(row)
    hidden = book.create_sheet("隠し")
    hidden["A1"] = "x"
    hidden.sheet_state = "hidden"
    path = tmp_path / "book"
    book.save(path)
    assert kind_of(path, "book.xlsx") == "xlsx"
    opened = open_sheets(path)
    assert [(each.name, each.is_hidden) for each in opened.sheets()] == [("一覧", False), ("隠し", True)]
    table = opened.table()
    assert table.header == ["名称", "数", "日"]
    assert [list(row) for row in table.rows] == [["津", "3", "x"], ["", "1.5", "true"]]
    with pytest.raises(Refused, match="no_such_sheet"):
        opened.table("無い")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
    with pytest.raises(Refused, match="zip_bomb"):
        kind_of(path, "bomb.xlsx")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "empty_file"),
        (b"PK\x03\x04broken", "a.xlsx", "broken_file"),
        (b"no workbook", "a.xlsx", "broken_file"),
        (b"%PDF-1.7", "a.csv", "unknown_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, data: bytes, name: str, code: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        kind_of(path, name)
    assert caught.value.code == code


def test_a_corrupt_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<broken")
    with pytest.raises(Refused, match="broken_file"):
        open_sheets(path).table()


@pytest.mark.parametrize("text", SHAPES)
def test_shapes_pass_between_their_writings(text: str) -> None:
    theirs = shapely.from_wkt(text)
    ours = geometry_of_wkb(shapely.to_wkb(theirs))
    assert json.loads(json.dumps(ours)) == json.loads(shapely.to_geojson(theirs))
    assert shapely.equals(shapely.from_wkt(wkt_of(ours)), theirs)
    assert geometry_of_wkt(wkt_of(ours)) == ours
    assert geometry_of_wkb(shapely.to_wkb(theirs, byte_order=0)) == ours


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 9))
def test_no_bytes_make_the_shape_reader_stumble(data: bytes, code: int) -> None:
    for tried in (data, struct.pack("<BI", 1, code) + data):
        with contextlib.suppress(BadShape):
            geometry_of_wkb(tried)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("POINT(), 12.e-"), max_size=30))
def test_no_text_makes_the_wkt_reader_stumble(text: str) -> None:
    geometry_of_wkt("POLYGON" + text)


def test_geojson_points_and_shapes(tmp_path: Path) -> None:
    path = tmp_path / "map"
    point = {
        "type": "Feature",
        "properties": {"名称": "津", "数": 3},
        "geometry": {"type": "Point", "coordinates": [136.5, 34.7]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [point]}))
    table = read_geojson(path)
    assert (table.header, list(table.rows)) == (
        ["名称", "数", "緯度", "経度"],
        [["津", "3", "34.7", "136.5"]],
    )
    line = {
        "type": "Feature",
        "properties": None,
        "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [point, line]}))
    table = read_geojson(path)
    assert (table.header[-1], [list(row)[-1] for row in table.rows]) == (
        "WKT",
        ["POINT (136.5 34.7)", "LINESTRING (0 0, 1 1)"],
    )


@pytest.mark.parametrize(
    "data",
    ["{", "[]", '{"features": []}', '{"features": [1]}', '{"features": [{"geometry": {"type": "Point", "coordinates": ["x"]}}]}',
     '{"features": [{"geometry": {"type": "Nonsense", "coordinates": [1]}}]}'],
)  # fmt: skip
def test_broken_geojson_is_refused(tmp_path: Path, data: str) -> None:
    path = tmp_path / "map"
    path.write_text(data)
    with pytest.raises(Refused):
        read_geojson(path).write(tmp_path / "out")


def _gpkg(path: Path, *, trap: bool = False) -> None:
    with sqlite3.connect(path) as database:
        database.executescript(
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
            "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, definition TEXT);"
            "INSERT INTO gpkg_contents VALUES ('施設', 'features');"
            "INSERT INTO gpkg_geometry_columns VALUES ('施設', 'geom', 6668);"
            "INSERT INTO gpkg_spatial_ref_sys VALUES (6668, 'GEOGCS[\"JGD2011\"]');"
        )
        if trap:
            database.execute(
                "CREATE VIEW 施設 AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i FROM r) SELECT i, x'' geom FROM r"
            )
            return
        database.execute("CREATE TABLE 施設 (fid INTEGER, 名称 TEXT, geom BLOB)")
        wkb = shapely.to_wkb(shapely.from_wkt("POINT (136.5 34.7)"))
        database.execute("INSERT INTO 施設 VALUES (1, '津', ?)", [b"GP\0\1" + struct.pack("<i", 6668) + wkb])
    database.close()


def test_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    _gpkg(path)
    assert kind_of(path, "map.gpkg") == "gpkg"
    table = read_gpkg(path)
    assert (table.header, list(table.rows)) == (
        ["fid", "名称", "緯度", "経度"],
        [["1", "津", "34.7", "136.5"]],
    )


def test_a_geopackage_whose_table_is_an_endless_view_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    _gpkg(path, trap=True)
    with pytest.raises(Refused, match="no_geometry"):
        read_gpkg(path)


@pytest.mark.parametrize(
    ("code", "prj", "labels"),
    [("cp932", b"GEOGCS[]", ["緯度", "経度"]), ("utf-8", b"PROJCS[]", ["Y座標", "X座標"])],
)
def test_shapefile(tmp_path: Path, code: str, prj: bytes, labels: list[str]) -> None:
    parts: dict[str, Any] = {"shp": io.BytesIO(), "shx": io.BytesIO(), "dbf": io.BytesIO()}
    with shapefile.Writer(**parts, encoding=code) as writer:
        writer.field("名称", "C", size=40)
        writer.point(136.5, 34.7)
        writer.record("津図書館")
    path = tmp_path / "map.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for suffix, file in parts.items():
            archive.writestr(f"data/map.{suffix}", file.getvalue())
        archive.writestr("data/map.prj", prj)
        if code == "utf-8":
            archive.writestr("data/map.cpg", b"UTF-8")
    assert kind_of(path, "map.zip") == "shapefile"
    table = read_shapefile(path)
    assert (table.header, list(table.rows)) == (["名称", *labels], [["津図書館", "34.7", "136.5"]])

"""Rows are cut as the csv module reads them, wherever a chunk ends and whatever the cells hold."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog.tables.chunks import CsvSource
from kencho.catalog.tables.decode import Encoding
from kencho.catalog.tables.infer import infer
from kencho.catalog.tables.parquet import texts_of, write_parquet
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.schema import Schema

cells = st.text(st.sampled_from('津髙ー～abc01,;\t"\n '), max_size=6)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8)
)


def _path(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp() / "chunks.csv"


@settings(max_examples=300, deadline=None)
@given(
    tables,
    st.sampled_from(["utf-8", "cp932", "utf-16-le"]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(2, 40),
)
def test_chunks_hold_the_rows_that_the_csv_module_reads(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], encoding: str, end: str, size: int
) -> None:
    width = len(rows[0]) if rows else 2
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end)
    header = [f"列{n}" for n in range(width)]
    writer.writerows([header, *rows])
    path = _path(tmp_path_factory)
    path.write_bytes(text.getvalue().encode(encoding))
    source = CsvSource(path, encoding=Encoding(encoding))
    assert source.header == header
    found: list[list[str]] = []
    numbers: list[int] = []
    for chunk in source.chunks(size=size - size % 2):
        frame = texts_of(chunk, header, ",")
        found += [[cell or "" for cell in row] for row in frame.iter_rows()]
        numbers += range(chunk.first_row, chunk.first_row + chunk.rows)
        assert [int(count) for count in chunk.cells] == [width] * chunk.rows
    assert found == rows
    assert numbers == list(range(2, len(rows) + 2))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(1, 30))
def test_no_bytes_make_the_table_reader_stumble(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, size: int
) -> None:
    path = _path(tmp_path_factory)
    path.write_bytes(b"a,b\n" + data)
    schema = Schema.from_data({"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]})
    try:
        source = CsvSource(path)
        prepared = write_parquet(source, schema, path.with_suffix(".parquet"))
    except Refused:
        return
    assert pl.scan_parquet(path.with_suffix(".parquet")).select(pl.len()).collect().item() == prepared.rows


@pytest.mark.parametrize("text", ["a,b", "a,b\n", "a,b\r\n", "\n\na,b\n"])
def test_a_header_alone_makes_an_empty_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, newline="")
    source = CsvSource(path)
    prepared = write_parquet(source, infer(source), tmp_path / "t.parquet")
    assert (prepared.rows, prepared.findings.counts) == (0, {})
    assert pl.read_parquet(tmp_path / "t.parquet").columns == ["a", "b"]


def test_files_of_old_macs_and_other_delimiters(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b\r1;2\r3;4\r", newline="")
    source = CsvSource(path)
    assert source.delimiter == ";"
    assert [chunk.rows for chunk in source.chunks()] == [2]
    path.write_text("a\tb\n1\t2\n")
    assert CsvSource(path, name="x.tsv").header == ["a", "b"]


def test_an_encoding_that_shows_late_is_found(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" + b"1,x\n" * 400_000 + "2,髙橋\n".encode("cp932"))
    source = CsvSource(path)
    assert source.encoding.name == "utf-8"
    schema = Schema.from_data({"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]})
    assert write_parquet(source, schema, tmp_path / "t.parquet").rows == 400_001
    assert source.encoding.name == "cp932"
    assert pl.read_parquet(tmp_path / "t.parquet")["b"][-1] == "髙橋"


def test_utf8_far_behind_cp932_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\n" + "津市\n".encode("cp932") * 300_000 + "ひらがな\n".encode())
    with pytest.raises(Refused) as caught:
        list(CsvSource(path).chunks())
    assert (caught.value.code, caught.value.params["line"]) == ("mixed_encodings", 300_002)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2", ""], "integer"), (["1", "2.5"], "number"), (["007", "1"], "string"), (["2020-04-01", ""], "date"),
        (["true", "FALSE"], "boolean"), (["令和3年"], "string"), (["１"], "string"), (["2020-04-01T10:00:00"], "datetime"),
    ],
)  # fmt: skip
def test_the_narrowest_type_is_inferred(tmp_path: Path, cells: list[str], kind: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("値,x\n" + "".join(f"{cell},x\n" for cell in cells))
    assert infer(CsvSource(path)).columns[0].type == kind


def test_names_tell_codes_and_years(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("団体コード,年度,数\n242012,2020,5\n")
    assert [column.type for column in infer(CsvSource(path)).columns] == ["string", "year", "integer"]

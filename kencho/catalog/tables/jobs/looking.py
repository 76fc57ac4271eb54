"""The jobs that look at a dropped file: what it is, what it holds, and its tables as CSV."""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from kencho.catalog.tables.chunks import CsvSource
from kencho.catalog.tables.infer import infer as inferred
from kencho.catalog.tables.infer import infer_rows
from kencho.catalog.tables.jobs.running import Progress
from kencho.catalog.tables.reading import Kind, RawTable, kind_of, open_sheets
from kencho.catalog.tables.refusals import Refused

SAMPLE: Final = 50
_WORKBOOKS: Final = {"xlsx", "xls", "ods"}
_TEXTS: Final = {"csv", "tsv"}


def inspect(
    inputs: Mapping[str, Path], _outputs: Mapping[str, Path], params: Mapping[str, Any], _progress: Progress
) -> dict[str, Any]:
    """Input ``file``; params ``name`` (as dropped), ``sample`` (rows shown). Sheets, their labels and first rows."""
    path, name = inputs["file"], str(params.get("name") or "")
    most = min(int(params.get("sample") or SAMPLE), 1000)
    kind = kind_of(path, name)
    if kind in _TEXTS:
        source = CsvSource(path, name=name)
        rows = _sample(source, most)
        return {
            "kind": kind,
            "encoding": source.encoding.name,
            "has_bom": source.encoding.has_bom,
            "delimiter": source.delimiter,
            "sheets": [{"name": "", "is_hidden": False, **_shown(source.header, rows)}],
            "schema": _schema(source.header, rows),
        }
    if kind in _WORKBOOKS:
        return _workbook(path, kind, most)
    table = _map_table(path, kind, "")
    rows = list(islice((list(row) for row in table.rows), most))
    sheet = {"name": "", "is_hidden": False, **_shown(table.header, rows)}
    return {"kind": kind, "sheets": [sheet], "schema": _schema(table.header, rows)}


def _workbook(path: Path, kind: Kind, most: int) -> dict[str, Any]:
    book = open_sheets(path)
    sheets: list[dict[str, Any]] = []
    for sheet in book.sheets():
        shown: dict[str, Any] = {"header": [], "sample": []}
        if sheet.rows:
            try:
                table = book.table(sheet.name)
                shown = _shown(table.header, list(islice((list(row) for row in table.rows), most)))
            except Refused as refused:
                shown["refused"] = refused.code
        sheets.append({**asdict(sheet), **shown})
    first = next((each for each in sheets if each["header"] and not each["is_hidden"]), None)
    return {
        "kind": kind,
        "sheets": sheets,
        "schema": _schema(first["header"], first["sample"]) if first else None,
    }


def _shown(header: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"header": header, "columns": len(header), "sample": rows}


def _sample(source: CsvSource, most: int) -> list[list[str]]:
    """The first rows; what lies behind them is not looked at."""
    for chunk in source.chunks(size=1 << 18):
        return list(chunk.cells_of(range(most), source.delimiter).values())
    return []


def _schema(header: list[str], rows: list[list[str]]) -> dict[str, Any] | None:
    if not header or len(set(header)) != len(header) or not all(name.strip() for name in header):
        return None
    width = len(header)
    table = [[cell or None for cell in row[:width]] + [None] * (width - len(row)) for row in rows]
    frame = pl.DataFrame(table, schema=dict.fromkeys(header, pl.String), orient="row")
    return infer_rows(header, [frame]).to_data()


def read(
    inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Input ``file``, output ``table`` (UTF-8 CSV); params ``name``, ``sheet`` (or layer)."""
    path, name = inputs["file"], str(params.get("name") or "")
    kind = kind_of(path, name)
    progress("read", 0, 1)
    if kind in _TEXTS:
        raise Refused("unknown_kind")
    sheet = str(params.get("sheet") or "")
    table = open_sheets(path).table(sheet) if kind in _WORKBOOKS else _map_table(path, kind, sheet)
    rows = table.write(outputs["table"])
    progress("read", 1, 1)
    return {"kind": kind, "rows": rows, "columns": len(table.header), "header": table.header}


def _map_table(path: Path, kind: Kind, layer: str) -> RawTable:
    from kencho.catalog.tables.reading import geo

    match kind:
        case "geojson":
            return geo.read_geojson(path)
        case "gpkg":
            return geo.read_gpkg(path, layer)
        case "shapefile":
            return geo.read_shapefile(path)
    raise Refused("unknown_kind")


def infer(
    inputs: Mapping[str, Path], _outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Input ``file`` (CSV); the schema that all of its cells fit."""
    source = CsvSource(inputs["file"], name=str(params.get("name") or ""))
    progress("read", 0, source.size)
    schema = inferred(source)
    return {"schema": schema.to_data(), "encoding": source.encoding.name}

"""The jobs that make download files of a stored table, and describe its columns."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from kencho.catalog.tables import export as exports
from kencho.catalog.tables.export.frames import count_of
from kencho.catalog.tables.jobs.running import Progress
from kencho.catalog.tables.refusals import Refused

FORMATS = ("csv", "csv_bom", "csv_cp932", "xlsx", "json", "geojson", "parquet")


def export(
    inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Input ``parquet``, output ``file``; params ``format`` (one of `FORMATS`), ``title`` (of the sheet)."""
    form = str(params["format"])
    written = _write(
        form, inputs["parquet"], outputs["file"], params, lambda done, all_: progress("write", done, all_)
    )
    return {
        "bytes": outputs["file"].stat().st_size,
        "rows": written.rows,
        "replaced": [asdict(each) for each in written.replaced],
        "replaced_count": written.replaced_count,
    }


def _write(
    form: str, source: Path, target: Path, params: Mapping[str, Any], done: Callable[[int, int], None]
) -> exports.Written:
    match form:
        case "csv" | "csv_bom":
            return exports.write_csv(source, target, bom=form == "csv_bom", done=done)
        case "csv_cp932":
            return exports.write_csv(source, target, encoding="cp932", done=done)
        case "xlsx":
            return exports.write_xlsx(source, target, title=str(params.get("title") or "データ"), done=done)
        case "json":
            return exports.write_json(source, target, done=done)
        case "geojson":
            return exports.write_geojson(source, target, done=done)
        case "parquet":
            shutil.copyfile(source, target)
            return exports.Written(rows=count_of(source))
    raise Refused("unknown_format", format=form[:40])


def stats(
    inputs: Mapping[str, Path], _outputs: Mapping[str, Path], _params: Mapping[str, Any], _progress: Progress
) -> dict[str, Any]:
    """Input ``parquet``; per column its count, missing and distinct values, and the bounds."""
    table = pl.scan_parquet(inputs["parquet"])
    described = {}
    for name, kind in table.collect_schema().items():
        column = pl.col(name)
        row = table.select(
            column.len().alias("count"),
            column.null_count().alias("nulls"),
            column.n_unique().alias("distinct"),
            column.min().alias("min"),
            column.max().alias("max"),
            (column.mean() if kind.is_numeric() else pl.lit(None)).alias("mean"),
        ).collect(engine="streaming")
        described[name] = row.row(0, named=True)
    return {"columns": described, "rows": count_of(inputs["parquet"])}

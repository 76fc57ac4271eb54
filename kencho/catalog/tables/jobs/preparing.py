"""The job that makes a table of a CSV file: decoded, checked, stored as Parquet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kencho.catalog.tables.chunks import CsvSource
from kencho.catalog.tables.export import CsvWriter
from kencho.catalog.tables.infer import infer
from kencho.catalog.tables.jobs.running import Progress
from kencho.catalog.tables.parquet import Also, digest_of, write_parquet
from kencho.catalog.tables.schema import Schema


def prepare(
    inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Input ``file``, output ``parquet`` and, if wanted, ``csv`` (the same rows in UTF-8 with BOM, as ``export`` writes
    them, at a third of its cost); params ``name``, ``schema`` (None: inferred), ``most_findings``.

    The answer's ``is_written`` is false when a finding would lose a value; then there are no outputs.
    """
    source = CsvSource(inputs["file"], name=str(params.get("name") or ""))
    progress("read", 0, source.size)
    schema = Schema.from_data(params["schema"]) if params.get("schema") else infer(source)
    target = outputs["parquet"]
    text = outputs.get("csv")
    prepared = write_parquet(
        source,
        schema,
        target,
        most_findings=int(params.get("most_findings") or 1000),
        done=lambda done, size: progress("check", done, size),
        begin=(lambda: _csv_writer(text, schema)) if text else None,
    )
    findings = prepared.findings
    is_written = not findings.is_lossy
    answer = {
        "rows": prepared.rows,
        "columns": len(schema.columns),
        "is_valid": not findings.counts,
        "is_written": is_written,
        "encoding": source.encoding.name,
        "has_bom": source.encoding.has_bom,
        "delimiter": source.delimiter,
        "schema": schema.to_data(),
        "findings": [
            {"row": each.row, "column": each.column, "kind": each.kind, "value": each.value}
            for each in findings
        ],
        "counts": [
            {"column": column, "kind": kind, "count": count}
            for (column, kind), count in sorted(findings.counts.items())
        ],
        "digest": digest_of(target) if is_written else "",
        "bytes": target.stat().st_size if is_written else 0,
    }
    if not is_written:
        target.unlink()
        if text:
            text.unlink()
    progress("done", source.size, source.size)
    return answer


def _csv_writer(path: Path, schema: Schema) -> Also:
    # Unbuffered: what was handed over is in the file when the last frame has been.
    return CsvWriter(path.open("wb", buffering=0), schema.names, bom=True).add

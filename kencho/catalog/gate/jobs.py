"""The gate as a job of the preparation process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kencho.catalog.gate.facts import inspect_facts
from kencho.catalog.gate.shapes import Finding, verdict

__all__ = ["inspect"]

Progress = Callable[[str, int, int], None]


def inspect(
    inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """個人情報の確認 of the Parquet `table`.

    `params`: `title`, `k`, `facts` (`WorkbookFacts` as JSON), `used_sheets` (names), `texts` (what is published beside
    the table). Returns `verdict` and `findings`.
    """
    import polars as pl

    from kencho.catalog.gate.inspecting import DEFAULT_K, inspect_table, inspect_texts

    frame = pl.read_parquet(inputs["table"])
    progress("gate", 0, 1)
    columns = {series.name: series for series in frame.get_columns()}
    found: list[Finding] = inspect_table(columns, title=params.get("title", ""), k=params.get("k", DEFAULT_K))
    if params.get("texts"):
        found += inspect_texts(params["texts"])
    if params.get("facts"):
        sheets = params.get("used_sheets")
        found += inspect_facts(
            params["facts"], used_sheets=None if sheets is None else dict.fromkeys(sheets, 1)
        )
    progress("gate", 1, 1)
    return {"verdict": verdict(found), "findings": [each.to_data() for each in found]}

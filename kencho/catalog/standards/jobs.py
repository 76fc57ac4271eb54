"""Mapping and checks of a standard as jobs of the preparation process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from kencho.catalog.standards.conform import conform as check
from kencho.catalog.standards.library import get
from kencho.catalog.standards.mapping import map_columns, missing_required, suggest_standard
from kencho.catalog.standards.shapes import Match, Standard

__all__ = ["conform", "suggest"]

Progress = Callable[[str, int, int], None]
SAMPLE: Final = 200


def suggest(
    inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Which standards the Parquet `table` looks like: `suggestions`, best first."""
    import polars as pl

    frame = pl.read_parquet(inputs["table"])
    found = suggest_standard(frame.columns, _samples(frame))
    return {"suggestions": [each.to_data() for each in found]}


def conform(
    inputs: Mapping[str, Path], outputs: Mapping[str, Path], params: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Does the Parquet `table` follow `params["standard"]`?

    `params`: `standard`, `mapping` (column → item, chosen by a person; absent: found here), `body_code`. Returns
    `matches`, `missing` (required items), `problems`, `share` of right cells.
    """
    import polars as pl

    from kencho.catalog.standards.vectors import surely_right

    standard = get(params["standard"])
    frame = pl.read_parquet(inputs["table"])
    body_code = str(params.get("body_code", ""))
    matches = _matches(frame, standard, params.get("mapping"))
    used = {each.column: each.item for each in matches if each.item}
    doubtful: dict[str, list[int]] = {}
    for column, name in used.items():
        item = standard.item(name)
        if item is not None:
            right = surely_right(frame[column], item.content, body_code)
            doubtful[column] = (~right).arg_true().to_list()
    columns = {column: frame[column] for column in used}
    done = check(columns, matches, standard, body_code=body_code, doubtful=doubtful)
    return {
        "matches": [each.to_data() for each in matches],
        "missing": list(missing_required(matches, standard)),
        "problems": [each.to_data() for each in done.problems],
        "share": done.share,
    }


def _samples(frame: Any) -> dict[str, list[Any]]:
    step = max(1, frame.height // SAMPLE)
    return {
        series.name: series.drop_nulls().gather_every(step).head(SAMPLE).to_list()
        for series in frame.get_columns()
    }


def _matches(frame: Any, standard: Standard, mapping: Mapping[str, str] | None) -> list[Match]:
    if mapping is None:
        return map_columns(frame.columns, standard, _samples(frame))
    return [
        Match(column, mapping[column], 1.0, "chosen") if mapping.get(column) else Match(column)
        for column in frame.columns
    ]

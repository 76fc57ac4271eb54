"""The job that compares two tables; it runs in the offline child only, where polars may be loaded."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

MARK = "\x00here"


def compare(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    params: Mapping[str, Any],
    progress: Callable[[str, int, int], None],
) -> dict[str, Any]:
    """Rows that came, went and changed, into the output ``diff`` as JSON; counts are exact, rows the first `most`."""
    import polars

    before, after = polars.read_parquet(inputs["before"]), polars.read_parquet(inputs["after"])
    progress("compare", 1, 3)
    shared = [name for name in after.columns if name in before.columns]
    columns = {
        "added": [name for name in after.columns if name not in before.columns],
        "removed": [name for name in before.columns if name not in after.columns],
    }
    key = [name for name in params["key"] if name in shared]
    if key and (before.select(key).is_duplicated().any() or after.select(key).is_duplicated().any()):
        # A key that is not one would pair rows that have nothing to do with each other.
        key = []
    # Types may have changed between versions; texts can always be compared.
    old, new = _as_text(before, shared), _as_text(after, shared)
    found = _by_key(old, new, key, params["most"]) if key else _by_row(old, new, shared, params["most"])
    progress("compare", 3, 3)
    told = {"key": key, "before": before.height, "after": after.height, "columns": columns, **found}
    outputs["diff"].write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return {name: found[name] for name in ("added", "removed", "changed")}


def _as_text(frame: Any, names: list[str]) -> Any:
    import polars

    return frame.select(
        polars.col(name).dt.to_string("iso")
        if frame.schema[name].is_temporal()
        else polars.col(name).cast(polars.String)
        for name in names
    )


def _by_key(old: Any, new: Any, key: list[str], most: int) -> dict[str, Any]:
    import polars

    added = new.join(old, on=key, how="anti", nulls_equal=True, maintain_order="left")
    removed = old.join(new, on=key, how="anti", nulls_equal=True, maintain_order="left")
    others = [name for name in new.columns if name not in key]
    both = new.join(old, on=key, how="inner", nulls_equal=True, suffix="\x00old", maintain_order="left")
    differs = [polars.col(name).ne_missing(polars.col(f"{name}\x00old")) for name in others]
    changed = both.filter(polars.any_horizontal(differs)) if differs else both.clear()
    items = [
        *(
            {"kind": "removed", "before": row, "after": {}}
            for row in removed.head(most).iter_rows(named=True)
        ),
        *({"kind": "added", "before": {}, "after": row} for row in added.head(most).iter_rows(named=True)),
        *(_changed(row, key, others) for row in changed.head(most).iter_rows(named=True)),
    ]
    return {
        "added": added.height,
        "removed": removed.height,
        "changed": changed.height,
        "items": items[:most],
    }


def _changed(row: dict[str, Any], key: list[str], others: list[str]) -> dict[str, Any]:
    """Only what changed, with the key to know the row by."""
    names = [name for name in others if row[name] != row[f"{name}\x00old"]]
    return {
        "kind": "changed",
        "key": {name: row[name] for name in key},
        "before": {name: row[f"{name}\x00old"] for name in names},
        "after": {name: row[name] for name in names},
    }


def _by_row(old: Any, new: Any, shared: list[str], most: int) -> dict[str, Any]:
    """Whole rows, each as often as it stands there."""
    import polars

    def counted(frame: Any) -> Any:
        return frame.with_columns(polars.int_range(polars.len()).over(shared).alias(MARK))

    old, new = counted(old), counted(new)
    on = [*shared, MARK]
    added = new.join(old, on=on, how="anti", nulls_equal=True, maintain_order="left").drop(MARK)
    removed = old.join(new, on=on, how="anti", nulls_equal=True, maintain_order="left").drop(MARK)
    items = [
        *(
            {"kind": "removed", "before": row, "after": {}}
            for row in removed.head(most).iter_rows(named=True)
        ),
        *({"kind": "added", "before": {}, "after": row} for row in added.head(most).iter_rows(named=True)),
    ]
    return {"added": added.height, "removed": removed.height, "changed": 0, "items": items[:most]}
